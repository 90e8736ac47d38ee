# the connection stays open although a body follows, which is read as the next request
s/request->keep = request->body == QP_NO_BODY \&\& /request->keep = /
