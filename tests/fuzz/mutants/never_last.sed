# the connection stays open whatever the request says of it
s/|| !request->keep ||/|| !request ||/
