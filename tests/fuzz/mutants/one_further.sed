# a function ends a byte later than it does
s/symbol->st_value < symbol->st_size/symbol->st_value <= symbol->st_size/
