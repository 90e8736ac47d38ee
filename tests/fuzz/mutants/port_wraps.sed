# ports above 65535 begin again at 0
s/return value <= 65535;/return true;/
