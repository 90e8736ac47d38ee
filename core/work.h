/* SPDX-License-Identifier: MIT */
/*
 * work.h: how much a scrape does before it lets its caller do something else.
 *
 * One call of quipu_scrape_read has QP_WORK to spend, in units of about a nanosecond on memory
 * that was touched before: 1 to 2 ms. Whatever is long takes from it and stops when nothing is
 * left. Counted and not timed, so that the same scrape is cut at the same places.
 */
#ifndef QP_WORK_H
#define QP_WORK_H

#include <stddef.h>

#define QP_WORK ((size_t)1000000)

static inline void qp_work_spend(size_t *work, size_t n)
{
	*work -= n < *work ? n : *work;
}

#endif
