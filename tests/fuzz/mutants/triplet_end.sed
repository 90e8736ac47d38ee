# a percent sign at the end is decoded with a byte that is not there
s/if (len < 3 ||/if (len < 2 ||/
