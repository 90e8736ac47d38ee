/* SPDX-License-Identifier: MIT */
/* own.c: see own.h. */
#include "llm/own.h"

void qp_llm_add_alone(quipu_counter counter, uint64_t n)
{
	quipu_counter_add(counter, n);
}

void qp_llm_updown_add_alone(quipu_updown updown, int64_t n)
{
	quipu_updown_add(updown, n);
}

/* No duration is negative, whatever clock it was told by. */
void qp_llm_observe_alone(const struct qp_llm_histogram *histogram, int64_t number, double per)
{
	quipu_histogram_observe(histogram->ordinary, (double)(number > 0 ? number : 0) / per);
}
