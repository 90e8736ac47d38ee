/* SPDX-License-Identifier: MIT */
/* bucket.c: see bucket.h. */
#include "bucket.h"

bool qp_bucket_take(struct qp_bucket *bucket, uint64_t interval_ns, unsigned burst, uint64_t now)
{
	uint64_t debt = bucket->full_at > now ? bucket->full_at - now : 0;
	double most = (double)interval_ns * burst; /* a year times many: more than 64 bits */

	if (interval_ns == 0)
		return true;
	if ((double)debt > most) /* of a limit that was slower */
		debt = (uint64_t)most;
	bucket->full_at = now + debt;
	if ((double)(debt + interval_ns) > most)
		return false;
	bucket->full_at += interval_ns;
	return true;
}
