# several Content-Length fields are taken, the last counts
s/if (request->has_length || value.len == 0)/if (value.len == 0)/
