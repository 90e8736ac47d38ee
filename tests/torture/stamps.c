/* SPDX-License-Identifier: MIT */
/* stamps.c: label sets with primes; see stamps.h. */
#include "stamps.h"

#include "torture.h"

#include <inttypes.h>

const char *const stamp_name[STAMPS] = { "s00", "s01", "s02", "s03", "s04", "s05", "s06", "s07",
					 "s08", "s09", "s10", "s11", "s12", "s13", "s14", "s15",
					 "s16", "s17", "s18", "s19", "s20", "s21", "s22", "s23",
					 "s24", "s25", "s26", "s27", "s28", "s29", "s30", "s31" };

const uint64_t stamp_prime[STAMPS] = { 100003, 107923, 115849, 123787, 131707, 139627, 147547,
				       155473, 163393, 171317, 179243, 187163, 195089, 203011,
				       210943, 218873, 226799, 234721, 242647, 250583, 258521,
				       266447, 274403, 282349, 290317, 298237, 306157, 314077,
				       322001, 329941, 337861, 345791 };

int stamp_index(const char *name)
{
	int i;

	if (name[0] != 's' || name[1] < '0' || name[1] > '3' || name[2] < '0' || name[2] > '9')
		return -1;
	i = (name[1] - '0') * 10 + name[2] - '0';
	return i < STAMPS ? i : -1;
}

uint64_t stamp_check(int stamp, uint64_t value, const char *what)
{
	uint64_t prime = stamp_prime[stamp];

	TORTURE_CHECK("P2", value % prime == 0,
		      "%s of %s shows %" PRIu64 ", no multiple of %" PRIu64
		      ": it took an increment of another series",
		      what, stamp_name[stamp], value, prime);
	return value / prime;
}
