# every fourth year is a leap year
s/(year % 4 == 0 \&\& year % 100 != 0)/(year % 4 == 0)/
