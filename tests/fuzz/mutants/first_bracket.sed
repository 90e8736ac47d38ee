# a bracket in the program's name ends it
s/strrchr(line, ')')/strchr(line, ')')/
