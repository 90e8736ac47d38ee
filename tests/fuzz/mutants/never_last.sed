# the connection stays open whatever the request says of it
s/QP_STATUS_OK || !request->keep || conn->refused/QP_STATUS_OK || conn->refused/
