/* SPDX-License-Identifier: MIT */
/* family.c: see family.h. */
#include "family.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct family *family_new(struct qx_text name, const struct qx_family *from, uint64_t key)
{
	struct family *family = qx_new(1, sizeof(*family));

	family->key = key;
	family->type = from->type;
	family->unit = unit_of(name, from->unit);
	family->value = family->rate = family->change = NAN;
	family->texts = qx_new(1, name.len + from->help.len);
	memcpy(family->texts, name.data, name.len);
	family->name = (struct qx_text){ family->texts, name.len };
	family->help = (struct qx_text){ family->texts + name.len, from->help.len };
	if (from->help.len > 0)
		memcpy(family->texts + name.len, from->help.data, from->help.len);
	return family;
}

void family_free(struct family *family)
{
	for (size_t i = 0; i < family->n_series; i++)
		series_free(family->series[i]);
	spread_free(&family->since);
	free(family->series);
	free(family->texts);
	free(family->heat);
	free(family);
}

void family_append(struct family *family, struct series *series)
{
	family->series = qx_grow(family->series, family->n_series, &family->capacity,
				 sizeof(struct series *));
	family->series[family->n_series++] = series;
}

bool family_sweep(struct family *family, unsigned scrape)
{
	size_t kept = 0, had = family->n_series;

	for (size_t i = 0; i < had; i++) {
		if (family->series[i]->seen == scrape)
			family->series[kept++] = family->series[i];
		else
			series_free(family->series[i]);
	}
	family->n_series = kept;
	return kept < had;
}

/* --- the sum ---------------------------------------------------------------------------------- */

/* NaN only where there is nothing to add. */
static void add(double *sum, double value)
{
	if (!isnan(value))
		*sum = isnan(*sum) ? value : *sum + value;
}

double family_figure(const struct family *family)
{
	return type_grows(family->type) ? family->rate : family->value;
}

static void keep_heat(struct family *family, int64_t slot)
{
	if (family->type != QX_HISTOGRAM && family->type != QX_GAUGE_HISTOGRAM)
		return;
	if (!family->heat)
		family->heat = qx_new(1, sizeof(*family->heat));
	heat_put(family->heat, slot, &family->since);
}

void family_sum(struct family *family, int64_t slot)
{
	double before = family_figure(family), now;

	family->value = family->rate = NAN;
	family->n_points = 0;
	spread_free(&family->since);
	for (size_t i = 0; i < family->n_series; i++) {
		const struct series *series = family->series[i];

		add(&family->value, series->value);
		if (type_grows(family->type))
			add(&family->rate, series->rate);
		spread_add(&family->since, &series->since);
		family->n_points += series->n_points;
	}
	now = family_figure(family);
	family->change = relative_change(now, before);
	history_put(&family->history, slot, now);
	keep_heat(family, slot);
}

const char *kind_word(enum qx_type type)
{
	static const char *const words[] = { "untyped",	  "counter", "gauge", "histogram",
					     "gaugehist", "summary", "info",  "stateset" };

	return words[type];
}
