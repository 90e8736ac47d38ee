/* SPDX-License-Identifier: MIT */
/*
 * fill.c: see fill.h.
 *
 * Families are looked up a few at a time, by the name of the last one, so that the catalog lock
 * is never held for long, however many there are. One that comes or goes meanwhile is in or not,
 * like one that comes or goes before or after.
 */
#include "collect/fill.h"

#include "base/alloc.h"
#include "base/lock.h"

#include <quipu/verbs.h>

#include <string.h>

#define AT_ONCE 32

struct fill {
	char *name;
	uint64_t series, max_series, rejected;
};

/* Families with a cap, in the order of their names. */
struct fills {
	struct fill *list;
	size_t n, capacity;
	char *last; /* the family looked at last, with a cap or without; NULL: none yet */
};

static bool add_fill(struct fills *fills, const struct qp_family *family)
{
	size_t capacity = fills->capacity ? fills->capacity * 2 : AT_ONCE;
	struct fill *list;

	if (fills->n == fills->capacity) {
		list = qp_realloc(fills->list, capacity * sizeof list[0]);
		if (!list)
			return false;
		fills->list = list;
		fills->capacity = capacity;
	}
	list = &fills->list[fills->n];
	*list = (struct fill){ qp_copy(family->name.data, family->name.len), family->n_series,
			       family->max_series, qp_family_rejected(family) };
	fills->n += list->name != NULL;
	return list->name != NULL;
}

/* Grids and single series have none, and no overflow series; an info has one series. */
static bool has_cap(const struct qp_family *family)
{
	return family->overflow && family->kind != QUIPU_KIND_INFO;
}

/* Where to go on. Catalog lock held. */
static size_t position(const struct fills *fills, quipu_registry *registry)
{
	size_t at = 0;

	if (fills->last && qp_registry_find(registry, fills->last, strlen(fills->last), &at))
		at++;
	return at;
}

/* Looks at a few more; false: there are none, or memory is out. Catalog lock held. */
static bool take_some(struct fills *fills, quipu_registry *registry)
{
	size_t at = position(fills, registry);
	size_t end = at + AT_ONCE < registry->n_families ? at + AT_ONCE : registry->n_families;

	if (at >= end)
		return false;
	for (; at < end; at++) {
		if (has_cap(registry->families[at]) && !add_fill(fills, registry->families[at]))
			return false;
	}
	qp_free(fills->last);
	fills->last = qp_copy(registry->families[end - 1]->name.data,
			      registry->families[end - 1]->name.len);
	return fills->last != NULL;
}

static struct fills take_all(quipu_registry *registry)
{
	struct fills fills = { 0 };
	bool more = true;

	while (more) {
		qp_lock(&qp_catalog_lock);
		more = take_some(&fills, registry);
		qp_unlock(&qp_catalog_lock);
	}
	return fills;
}

static void free_fills(struct fills *fills)
{
	size_t i;

	for (i = 0; i < fills->n; i++)
		qp_free(fills->list[i].name);
	qp_free(fills->list);
	qp_free(fills->last);
}

static uint64_t series_of(const struct fill *fill)
{
	return fill->series;
}

static uint64_t max_series_of(const struct fill *fill)
{
	return fill->max_series;
}

static uint64_t rejected_of(const struct fill *fill)
{
	return fill->rejected;
}

static const struct {
	const char *metric, *help;
	quipu_kind kind;
	uint64_t (*value)(const struct fill *fill);
} columns[] = {
	{ "quipu_family_series", "Series that the family has.", QUIPU_KIND_GAUGE, series_of },
	{ "quipu_family_max_series", "Series that the family may have.", QUIPU_KIND_GAUGE,
	  max_series_of },
	{ "quipu_family_rejected_label_sets_total",
	  "Records of new label sets beyond the family's cap.", QUIPU_KIND_COUNTER, rejected_of },
};

void qp_fill_emit(quipu_emitter *emitter, quipu_registry *registry)
{
	struct fills fills = take_all(registry);
	size_t column, i;

	for (column = 0; column < sizeof columns / sizeof columns[0]; column++) {
		if (!fills.n ||
		    quipu_emit_family(emitter, columns[column].kind,
				      QUIPU_OPTS(.name = columns[column].metric,
						 .help = columns[column].help,
						 .labels = QUIPU_NAMES("family"))) != QUIPU_OK)
			continue;
		for (i = 0; i < fills.n; i++)
			quipu_emit_integer(emitter, columns[column].value(&fills.list[i]),
					   (const char *const[]){ fills.list[i].name });
	}
	free_fills(&fills);
}
