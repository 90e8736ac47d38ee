/* SPDX-License-Identifier: MIT */
/* self.c: see self.h. What is told of the figures: collect/self.c. */
#include "self.h"

#include "base/atomic.h"
#include "base/cell.h"

static uint64_t figures[QUIPU_SELF_N_FIGURES];

const double qp_self_bounds[QP_SELF_N_BOUNDS] = { 0.001, 0.01, 0.1, 1, 10 };
static struct qp_cell durations[QP_SELF_N_BOUNDS + 1];

void qp_self_count(quipu_self_figure figure)
{
	/* relaxed: figures that order nothing */
	qp_add_relaxed(&figures[figure], 1);
}

uint64_t qp_self_read(quipu_self_figure figure)
{
	/* relaxed: as above */
	return qp_load_relaxed(&figures[figure]);
}

void quipu_self_add(quipu_self_figure figure, uint64_t n)
{
	/* relaxed: as above */
	if ((unsigned)figure < QUIPU_SELF_N_FIGURES)
		qp_add_relaxed(&figures[figure], n);
}

void qp_self_took(uint64_t ns)
{
	double seconds = (double)ns / 1e9;
	unsigned i = 0;

	while (i < QP_SELF_N_BOUNDS && seconds > qp_self_bounds[i])
		i++;
	qp_cell_add_shared(&durations[i], 1, seconds);
}

double qp_self_durations(uint64_t counts[QP_SELF_N_BOUNDS + 1])
{
	double sum = 0;
	unsigned i;

	for (i = 0; i <= QP_SELF_N_BOUNDS; i++) {
		struct qp_cell cell = qp_cell_load(&durations[i]);

		counts[i] = cell.count;
		sum += cell.sum;
	}
	return sum;
}
