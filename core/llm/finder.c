/* SPDX-License-Identifier: MIT */
/* finder.c: see finder.h. */
#include "llm/finder.h"

#include "base/alloc.h"
#include "base/lock.h"

#include <math.h>

#define COARSEST 52 /* bits of a double without its mantissa: a span for each power of two */
#define FINEST 46
#define NO_BOUND (UINT64_MAX >> QP_LLM_CELL_BITS)

/* A layout's ends, as numbers. */
struct ends {
	const struct quipu_priv_layout *layout;
	double per;
};

/* The largest number whose value is not above the bound. */
static uint64_t largest(double bound, double per)
{
	double number = floor(bound * per);

	if (!(number < (double)QP_LLM_MOST_NUMBER))
		return QP_LLM_MOST_NUMBER;
	while (number > 0 && number / per > bound)
		number--;
	while ((number + 1) / per <= bound)
		number++;
	return (uint64_t)number;
}

static uint64_t key_of(uint64_t number, uint32_t shift)
{
	return (uint64_t)quipu_priv_bits((double)number) >> shift;
}

/* From entry i on, the next that has an end. */
static int64_t next_end(const struct quipu_priv_layout *layout, int64_t i)
{
	while (i <= layout->last && isinf(layout->entry[i].bound))
		i++;
	return i;
}

/* How many numbers there are to look for: up to the largest end that there can be one for. */
static uint64_t last_number(const struct ends *ends)
{
	uint64_t last = 0, number;

	for (int64_t i = next_end(ends->layout, 0); i <= ends->layout->last;
	     i = next_end(ends->layout, i + 1)) {
		number = largest(ends->layout->entry[i].bound, ends->per);
		if (number == QP_LLM_MOST_NUMBER)
			break;
		last = number;
	}
	return last;
}

/* Fills the spans up to number last, the first being that of number 1; or only tries, without them.
 * False: there are more than two ends in one. */
static bool fill(const struct ends *ends, uint32_t shift, uint64_t last, struct qp_llm_span *spans)
{
	const struct quipu_priv_layout *layout = ends->layout;
	const uint64_t first_key = key_of(1, shift), n = key_of(last, shift) - first_key + 1;
	int64_t i = next_end(layout, 0);
	uint64_t cell = layout->entry[0].cell / 16;

	for (uint64_t at = 0; at < n; at++) {
		uint64_t bounds[2] = { NO_BOUND, NO_BOUND }, n_bounds = 0, number;

		for (; i <= layout->last; i = next_end(layout, i + 1)) {
			number = largest(layout->entry[i].bound, ends->per);
			if (number > 0 && key_of(number, shift) > first_key + at)
				break;
			if (n_bounds == 2)
				return false;
			bounds[n_bounds++] = number;
		}
		if (spans) {
			spans[at].first = bounds[0] << QP_LLM_CELL_BITS | cell;
			spans[at].second = bounds[1] << QP_LLM_CELL_BITS;
		}
		cell += n_bounds;
	}
	return true;
}

/* The coarsest that tells all ends apart; 0: none does. */
static uint32_t choose_shift(const struct ends *ends, uint64_t last)
{
	for (uint32_t shift = COARSEST; last > 0 && shift >= FINEST; shift--) {
		if (fill(ends, shift, last, NULL))
			return shift;
	}
	return 0;
}

static struct qp_llm_finder *make(const struct ends *ends)
{
	uint64_t last = last_number(ends), first_key, n;
	uint32_t shift = choose_shift(ends, last);
	struct qp_llm_finder *finder;

	first_key = shift ? key_of(1, shift) : 0;
	n = shift ? key_of(last, shift) - first_key + 1 : 0;
	finder = qp_alloc(sizeof(*finder) + n * sizeof(finder->span[0]));
	if (!finder)
		return NULL;
	finder->layout = ends->layout;
	finder->per = ends->per;
	if (shift) {
		finder->shift = shift;
		finder->last = last;
		finder->spans = (uintptr_t)finder->span - first_key * sizeof(finder->span[0]);
		fill(ends, shift, last, finder->span);
	}
	return finder;
}

static struct qp_llm_finder *find(struct qp_llm_finder *list,
				  const struct quipu_priv_layout *layout, double per)
{
	while (list && !(list->layout == layout && list->per == per))
		list = list->next;
	return list;
}

const struct qp_llm_finder *qp_llm_finder_get(qp_llm_finders *finders,
					      const struct quipu_priv_layout *layout, double per)
{
	struct qp_llm_finder *finder;

	if (!layout)
		return NULL;
	qp_lock(&qp_kit_lock);
	finder = find(*finders, layout, per);
	if (!finder) {
		finder = make(&(struct ends){ layout, per });
		if (finder) {
			finder->next = *finders;
			*finders = finder;
		}
	}
	qp_unlock(&qp_kit_lock);
	return finder;
}

void qp_llm_finders_close(qp_llm_finders *finders)
{
	struct qp_llm_finder *finder = *finders, *next;

	for (; finder; finder = next) {
		next = finder->next;
		qp_free(finder);
	}
	*finders = NULL;
}
