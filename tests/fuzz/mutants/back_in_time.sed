# calls need not be in order
s/if (ns < reader->last_ns)/if (ns < reader->first_ns)/
