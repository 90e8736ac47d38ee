# Transfer-Encoding wins over Content-Length instead of being refused with it
s/if (request->has_length || request->minor == 0 ||/if (request->minor == 0 ||/
