/* SPDX-License-Identifier: MIT */
/* score.c: see score.h. */
#include "score.h"

#include "count.h"

void score_sum_add(struct score_sum *sum, const struct score *score)
{
	int i;

	for (i = 0; i < QUIPU_LLM_N_ERRORS; i++)
		sum->attempts[i] += count_of(&score->attempts[i]);
#define ADD(name) sum->name += count_of(&score->name);
	SCORE_MAP(ADD)
#undef ADD
	spread_sum_add(&sum->duration, &score->duration);
	spread_sum_add(&sum->first, &score->first);
}

void score_sum_add_sum(struct score_sum *sum, const struct score_sum *other)
{
	int i;

	for (i = 0; i < QUIPU_LLM_N_ERRORS; i++)
		sum->attempts[i] += other->attempts[i];
#define ADD(name) sum->name += other->name;
	SCORE_MAP(ADD)
#undef ADD
	spread_sum_add_sum(&sum->duration, &other->duration);
	spread_sum_add_sum(&sum->first, &other->first);
}

uint64_t score_ended(const struct score_sum *sum)
{
	uint64_t ended = 0;
	int i;

	for (i = 0; i < QUIPU_LLM_N_ERRORS; i++)
		ended += sum->attempts[i];
	return ended;
}
