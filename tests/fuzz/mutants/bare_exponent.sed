# an exponent may lack its digits
s/if (exponent == 0)/if (exponent > 400)/
