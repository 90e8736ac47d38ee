/* SPDX-License-Identifier: MIT */
/* history.c: see history.h. */
#include "history.h"

#include <float.h>
#include <math.h>

#define MINUTE 60
#define LEAST_SLOTS 20
#define LEVELS 8
#define LOWEST_BLOCK 0x2581

static float *slot_of(struct history *history, int64_t slot)
{
	return &history->slots[slot % HISTORY_SLOTS];
}

/* A picture needs no more than a float's range: what is finite stays so. */
static float narrow(double value)
{
	if (isfinite(value) && fabs(value) > (double)FLT_MAX)
		return value > 0 ? FLT_MAX : -FLT_MAX;
	return (float)value;
}

void history_put(struct history *history, int64_t slot, double value)
{
	int64_t from = history->newest + 1;

	if (!history->started || slot - history->newest > HISTORY_SLOTS)
		from = slot - HISTORY_SLOTS + 1;
	for (int64_t i = from > 0 ? from : 0; i < slot; i++)
		*slot_of(history, i) = NAN;
	*slot_of(history, slot) = narrow(value);
	if (!history->started)
		for (int64_t i = slot + 1; i < HISTORY_SLOTS; i++)
			*slot_of(history, i) = NAN;
	history->newest = slot;
	history->started = true;
}

double history_at(const struct history *history, int64_t slot)
{
	if (!history->started || slot < 0 || slot > history->newest ||
	    slot <= history->newest - HISTORY_SLOTS)
		return NAN;
	return (double)history->slots[slot % HISTORY_SLOTS];
}

struct bar_shape history_shape(double slot_seconds, int most)
{
	struct bar_shape shape = { .step = 1 };
	int slots = (int)ceil(MINUTE / slot_seconds - 1e-9);

	if (slots < LEAST_SLOTS)
		slots = LEAST_SLOTS;
	if (most <= 0)
		return shape;
	shape.step = (slots + most - 1) / most;
	shape.cells = (slots + shape.step - 1) / shape.step;
	return shape;
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* The mean of a group; groups are fixed in time, so that a bar moves and does not flicker. */
static double group_mean(const struct history *history, int64_t group, int step)
{
	double sum = 0;
	int n = 0;

	for (int i = 0; i < step; i++) {
		double value = history_at(history, group * step + i);

		if (!isfinite(value))
			continue;
		sum += value;
		n++;
	}
	return n > 0 ? sum / n : NAN;
}

static int level(double value, double low, double high)
{
	if (!(high > low))
		return value > 0 && low > 0 ? LEVELS / 2 - 1 : 0;
	return (int)((value - low) / (high - low) * (LEVELS - 1) + 0.5);
}

void history_draw(const struct history *history, struct canvas *canvas, int x, int y,
		  struct bar_shape shape, int64_t now, bool from_zero)
{
	static const char ascii[LEVELS + 1] = "_.:-=+*#";
	double low = from_zero ? 0 : INFINITY, high = from_zero ? 0 : -INFINITY;
	int64_t first = now / shape.step - shape.cells + 1;

	for (int i = 0; i < shape.cells; i++) {
		double value = group_mean(history, first + i, shape.step);

		low = value < low ? value : low;
		high = value > high ? value : high;
	}
	for (int i = 0; i < shape.cells; i++) {
		double value = group_mean(history, first + i, shape.step);

		if (isnan(value))
			continue;
		canvas_symbol(canvas, x + i, y, value == 0 ? INK_QUIET : INK_GOOD,
			      LOWEST_BLOCK + (uint32_t)level(value, low, high),
			      ascii[level(value, low, high)]);
	}
}
