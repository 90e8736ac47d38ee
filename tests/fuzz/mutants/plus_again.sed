# an escaped plus is a blank, too
s/c == '+' \&\& used == 1/c == '+'/
