/* SPDX-License-Identifier: MIT */
/* heat.c: see heat.h. */
#include "heat.h"

#include <math.h>

#define LABEL 12
#define SHADES 4

/* --- rows ------------------------------------------------------------------------------------- */

/* Native buckets have no fixed bounds: powers of two around the middle of what came first. */
static void powers(struct heat *heat, const struct spread *since)
{
	double middle = fabs(spread_quantile(since, 0.5));
	int exponent = middle > 0 && isfinite(middle) ? ilogb(middle) : 0;

	heat->n = HEAT_ROWS;
	for (int i = 0; i < HEAT_ROWS; i++)
		heat->upper[i] = ldexp(1, exponent + 2 + i - HEAT_ROWS / 2);
}

static void bounds(struct heat *heat, const struct spread *since)
{
	size_t step = (since->n + HEAT_ROWS - 1) / HEAT_ROWS;

	for (size_t i = step - 1; i < since->n + step - 1; i += step)
		heat->upper[heat->n++] = since->bars[i < since->n ? i : since->n - 1].upper;
}

static int row_of(const struct heat *heat, double upper)
{
	int row = 0;

	while (row + 1 < heat->n && heat->upper[row] < upper * (1 - 1e-9))
		row++;
	return row;
}

void heat_put(struct heat *heat, int64_t slot, const struct spread *since)
{
	double counts[HEAT_ROWS] = { 0 };

	if (heat->n == 0 && spread_total(since) > 0) {
		if (since->native)
			powers(heat, since);
		else
			bounds(heat, since);
	}
	for (size_t i = 0; i < since->n && heat->n > 0; i++)
		counts[row_of(heat, since->bars[i].upper)] += since->bars[i].count;
	for (int i = 0; i < heat->n; i++)
		history_put(&heat->rows[i], slot, since->n > 0 ? counts[i] : NAN);
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* Of so many rows from one on, in one group of slots. */
static double sum_of(const struct heat *heat, int row, int rows, int64_t group, int step)
{
	double sum = 0;

	for (int i = row; i < row + rows && i < heat->n; i++) {
		for (int j = 0; j < step; j++) {
			double value = history_at(&heat->rows[i], group * step + j);

			sum += value > 0 ? value : 0;
		}
	}
	return sum;
}

struct window {
	int first, last; /* rows that have been hit */
	int each;	 /* rows in a line */
	int cells, step;
	int64_t from; /* a group */
	double most;
};

static double most_of(const struct heat *heat, const struct window *w)
{
	double most = 0;

	for (int row = w->first; row <= w->last; row += w->each) {
		for (int i = 0; i < w->cells; i++)
			most = fmax(most, sum_of(heat, row, w->each, w->from + i, w->step));
	}
	return most;
}

static bool hit(const struct heat *heat, int row, const struct window *w)
{
	for (int i = 0; i < w->cells; i++) {
		if (sum_of(heat, row, 1, w->from + i, w->step) > 0)
			return true;
	}
	return false;
}

static bool look(const struct heat *heat, struct window *w, int lines)
{
	w->first = 0;
	w->last = heat->n - 1;
	while (w->first <= w->last && !hit(heat, w->first, w))
		w->first++;
	while (w->last > w->first && !hit(heat, w->last, w))
		w->last--;
	if (w->first > w->last || lines <= 0)
		return false;
	w->each = (w->last - w->first + lines) / lines;
	w->most = most_of(heat, w);
	return true;
}

/* The square root, so that rare observations are seen. Both are positive and may be infinite, since
 * counts are what the target says. */
static int shade_of(double value, double most)
{
	double share = value < most ? value / most : 1;
	int shade = (int)ceil(sqrt(share) * SHADES) - 1;

	return shade > 0 ? shade : 0;
}

static void draw_cell(struct canvas *canvas, int x, int y, double value, double most)
{
	static const uint32_t blocks[SHADES] = { 0x2591, 0x2592, 0x2593, 0x2588 };
	int shade;

	if (!(value > 0))
		return;
	shade = shade_of(value, most);
	canvas_symbol(canvas, x, y, (enum ink)(INK_HEAT + shade), blocks[shade], ".:*#"[shade]);
}

static void draw_line(const struct heat *heat, struct canvas *canvas, int y, int row,
		      const struct window *w, enum unit unit)
{
	int top = row + w->each - 1 < heat->n ? row + w->each - 1 : heat->n - 1;
	bool infinite = isinf(heat->upper[top]);
	char bound[FIGURE_SIZE], label[FIGURE_SIZE + 4];

	figure(infinite && top > 0 ? heat->upper[top - 1] : heat->upper[top], unit, bound);
	snprintf(label, sizeof(label), "%s %s", infinite && top > 0 ? " >" : "<=", bound);
	canvas_right(canvas, 0, y, LABEL, INK_QUIET, label);
	for (int i = 0; i < w->cells; i++)
		draw_cell(canvas, LABEL + 1 + i, y,
			  sum_of(heat, row, w->each, w->from + i, w->step), w->most);
}

int heat_draw(const struct heat *heat, struct canvas *canvas, int y, int lines, double slot_seconds,
	      int64_t now, enum unit unit)
{
	struct bar_shape shape = history_shape(slot_seconds, canvas->width - LABEL - 2);
	struct window w = { .cells = shape.cells, .step = shape.step };
	int drawn = 0;

	w.from = now / w.step - w.cells + 1;
	if (w.cells <= 0 || !look(heat, &w, lines))
		return 0;
	for (int row = w.first + (w.last - w.first) / w.each * w.each; row >= w.first;
	     row -= w.each)
		draw_line(heat, canvas, y + drawn++, row, &w, unit);
	return drawn;
}
