# the first that is said of a coding counts
s/^\t\t\t\*weight = element.weight;/\t\t\t*weight = found ? *weight : element.weight;/
