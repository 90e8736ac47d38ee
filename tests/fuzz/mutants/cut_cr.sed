# a line's length counts its CR, but only while the line has not ended
s/if (ends_in_cr(line))/if (end \&\& ends_in_cr(line))/
