# of equal weights the last is taken
s/element.weight > weight$/element.weight >= weight/
