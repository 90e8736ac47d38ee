# the LF of a CRLF ends another line
s/sse->after_cr && bytes\[n\] == '\\n'/0 \&\& bytes[n] == '\\n'/
