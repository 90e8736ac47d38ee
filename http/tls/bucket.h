/* SPDX-License-Identifier: MIT */
/*
 * bucket.h: a limit of requests: one each interval, and a burst of them that were saved up.
 *
 * Writers and readers: whoever holds the lock of reload.h. All zero is a full one.
 */
#ifndef QP_TLS_BUCKET_H
#define QP_TLS_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

struct qp_bucket {
	uint64_t full_at; /* when all that was taken will have come back */
};

/* Takes one, if there is one. interval_ns 0: there always is. */
bool qp_bucket_take(struct qp_bucket *bucket, uint64_t interval_ns, unsigned burst, uint64_t now);

#endif
