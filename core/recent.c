/* SPDX-License-Identifier: MIT */
/* recent.c: see recent.h. */
#include "recent.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/lock.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

#define MARKS_PER_WINDOW 5
#define MOST_MARKS (MARKS_PER_WINDOW + 2)

/* Cells' counts at one time; cells outside were 0. */
struct mark {
	uint64_t at_ns;
	uint32_t first, n;
	uint64_t counts[];
};

struct qp_recent {
	struct mark *marks[MOST_MARKS]; /* oldest first */
	size_t n;
};

/* When this process was forked. Written in the child before it has a second thread. */
static uint64_t forked_ns;

void qp_recent_after_fork_child(void)
{
	forked_ns = qp_now_ns();
}

void qp_recent_free(struct qp_recent *recent)
{
	size_t i;

	for (i = 0; recent && i < recent->n; i++)
		qp_free(recent->marks[i]);
	qp_free(recent);
}

/* --- marks ------------------------------------------------------------------------------------- */

static struct mark *mark_new(const struct qp_cell *cells, uint32_t n, uint64_t now_ns)
{
	struct mark *mark;
	uint32_t first = 0, i;

	while (first < n && cells[first].count == 0)
		first++;
	while (n > first && cells[n - 1].count == 0)
		n--;
	mark = qp_alloc(sizeof *mark + (n - first) * sizeof mark->counts[0]);
	if (!mark)
		return NULL;
	mark->at_ns = now_ns;
	mark->first = first;
	mark->n = n - first;
	for (i = 0; i < mark->n; i++)
		mark->counts[i] = cells[first + i].count;
	return mark;
}

static void drop_oldest(struct qp_recent *recent)
{
	qp_free(recent->marks[0]);
	recent->n--;
	memmove(recent->marks, recent->marks + 1, recent->n * sizeof recent->marks[0]);
}

/* Scrapes that overlap come in any order. */
static uint64_t age(const struct mark *mark, uint64_t now_ns)
{
	return now_ns > mark->at_ns ? now_ns - mark->at_ns : 0;
}

static bool is_due(const struct qp_recent *recent, uint64_t now_ns, uint64_t window_ns)
{
	return !recent || recent->n == 0 ||
	       age(recent->marks[recent->n - 1], now_ns) >= window_ns / MARKS_PER_WINDOW;
}

static void leave_mark(struct qp_recent **recent, const struct qp_layout *layout,
		       const struct qp_cell *cells, uint64_t now_ns)
{
	struct mark *mark;

	if (!*recent)
		*recent = qp_alloc(sizeof **recent);
	if (!*recent)
		return;
	mark = mark_new(cells, layout->inlined.n_cells, now_ns);
	if (!mark)
		return;
	if ((*recent)->n == MOST_MARKS)
		drop_oldest(*recent);
	(*recent)->marks[(*recent)->n++] = mark;
}

static void drop_parents(struct qp_recent *recent)
{
	while (recent && recent->n > 0 && recent->marks[0]->at_ns <= forked_ns)
		drop_oldest(recent);
}

/* The last mark that is one window old; what is older is of no more use. NULL: none. */
static const struct mark *begin_of(struct qp_recent *recent, uint64_t now_ns, uint64_t window_ns)
{
	drop_parents(recent);
	while (recent && recent->n > 1 && age(recent->marks[1], now_ns) >= window_ns)
		drop_oldest(recent);
	if (!recent || recent->n == 0 || age(recent->marks[0], now_ns) < window_ns)
		return NULL;
	return recent->marks[0];
}

/* --- quantiles --------------------------------------------------------------------------------- */

static uint64_t count_since(const struct mark *begin, const struct qp_cell *cells, uint32_t i)
{
	uint64_t before = 0;

	if (begin && i >= begin->first && i - begin->first < begin->n)
		before = begin->counts[i - begin->first];
	return cells[i].count > before ? cells[i].count - before : 0;
}

/* The value that is, relatively, as far from both ends of a cell. */
static double middle_of(const struct qp_layout *layout, uint32_t cell)
{
	const double *ends = layout->ends;
	bool negative = cell < layout->zero_first;
	double near, far;

	if (!negative && cell < layout->zero_end)
		return 0;
	if (cell == 0 || cell == layout->inlined.n_cells - 1)
		return negative ? -INFINITY : INFINITY;
	near = negative ? -ends[cell] : ends[cell - 1];
	far = negative ? fmin(-ends[cell - 1], DBL_MAX) : ends[cell];
	near *= 2 / (1 + near / far); /* not above far, as 2 * near may be */
	return negative ? -near : near;
}

void qp_recent_quantiles(struct qp_recent **recent, const struct qp_layout *layout,
			 const struct qp_cell *cells, uint64_t now_ns, uint64_t window_ns,
			 const double *quantiles, size_t n, double *values)
{
	const struct mark *begin = begin_of(*recent, now_ns, window_ns);
	uint64_t total = 0, below = 0;
	uint32_t cell;
	size_t i = 0;

	assert(qp_lock_held(&qp_catalog_lock));
	for (cell = 0; cell < layout->inlined.n_cells; cell++)
		total += count_since(begin, cells, cell);
	for (cell = 0; total && cell < layout->inlined.n_cells; cell++) {
		below += count_since(begin, cells, cell);
		/* the value of rank q (total - 1), counted from 0, is in this cell */
		while (i < n && (double)below > quantiles[i] * (double)(total - 1))
			values[i++] = middle_of(layout, cell);
	}
	for (; i < n; i++)
		values[i] = NAN;
	if (is_due(*recent, now_ns, window_ns))
		leave_mark(recent, layout, cells, now_ns);
}
