# a URL without a path has an empty one
s/text\[len\] ? text + len : "\/"/text + len/
