# "Content-Length : 5" is a field that nobody knows
s/if (!qp_is_token(line, name) ||/if (name == 0 ||/
