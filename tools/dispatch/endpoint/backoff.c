/* SPDX-License-Identifier: MIT */
/* backoff.c: see backoff.h. */
#include "backoff.h"

#include "../random.h"

uint64_t backoff_ns(uint64_t first_ns, uint64_t seed, uint64_t call, unsigned retry)
{
	uint64_t full = first_ns < BACKOFF_MOST_NS ? first_ns : BACKOFF_MOST_NS;
	double share = random_share(seed, random_scatter(call) + retry, RANDOM_JITTER);

	while (retry-- > 0 && full < BACKOFF_MOST_NS)
		full = full < BACKOFF_MOST_NS / 2 ? 2 * full : BACKOFF_MOST_NS;
	return (uint64_t)((double)full * (0.5 + 0.5 * share));
}
