/* SPDX-License-Identifier: MIT */
/* store.c: see store.h. */
#include "store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void store_init(struct store *store, double interval)
{
	*store = (struct store){ .slot_seconds = interval > 1 ? interval : 1 };
}

static void free_indices(struct store *store)
{
	qx_index_free(&store->by_name);
	qx_index_free(&store->by_labels);
	store->by_name = store->by_labels = (struct qx_index){ .slots = NULL };
}

void store_free(struct store *store)
{
	for (size_t i = 0; i < store->n_families; i++)
		family_free(store->families[i]);
	free(store->families);
	free_indices(store);
}

/* --- families --------------------------------------------------------------------------------- */

/* OpenMetrics leaves off what its samples and everybody's queries have. */
static const char *suffix_of(enum qx_format format, const struct qx_family *family)
{
	bool cut = format == QX_OPENMETRICS_0 || format == QX_OPENMETRICS;

	if (cut && family->type == QX_COUNTER)
		return "_total";
	return cut && family->type == QX_INFO ? "_info" : "";
}

static uint64_t family_key(struct qx_text name, enum qx_type type)
{
	return qx_text_hash((uint64_t)type + 1, name);
}

static bool family_is(const void *entry, const void *key)
{
	return qx_text_same(((const struct family *)entry)->name, *(const struct qx_text *)key);
}

static struct family *find_family(const struct store *store, struct qx_text name, enum qx_type type)
{
	return qx_index_find(&store->by_name, family_key(name, type), family_is, &name);
}

struct family *store_find(const struct store *store, const char *name)
{
	for (int type = QX_UNTYPED; type <= QX_STATESET; type++) {
		struct family *family = find_family(store, qx_text_of(name), (enum qx_type)type);

		if (family)
			return family;
	}
	return NULL;
}

struct family *store_family(const struct store *store, uint64_t key)
{
	for (size_t i = 0; i < store->n_families; i++) {
		if (store->families[i]->key == key)
			return store->families[i];
	}
	return NULL;
}

static struct family *add_family(struct store *store, struct qx_text name,
				 const struct qx_family *from)
{
	struct family *family = family_new(name, from, family_key(name, from->type));

	store->families = qx_grow(store->families, store->n_families, &store->capacity,
				  sizeof(struct family *));
	store->families[store->n_families++] = family;
	qx_index_add(&store->by_name, family->key, family);
	return family;
}

/* NULL where there are too many. */
static struct family *enter_family(struct store *store, enum qx_format format,
				   const struct qx_family *from)
{
	const char *suffix = suffix_of(format, from);
	size_t len = strlen(suffix);
	char *full = qx_new(1, from->name.len + len + 1);
	struct qx_text name = { full, from->name.len + len };
	struct family *family;

	memcpy(full, from->name.data, from->name.len);
	memcpy(full + from->name.len, suffix, len + 1);
	family = find_family(store, name, from->type);
	if (!family && store->n_families < STORE_FAMILIES)
		family = add_family(store, name, from);
	free(full);
	return family;
}

/* --- series ------------------------------------------------------------------------------------- */

struct wanted {
	uint64_t key;
	const struct qx_metric *metric;
};

static uint64_t series_key(const struct family *family, const struct qx_metric *metric)
{
	uint64_t hash = family->key;

	for (size_t i = 0; i < metric->n_labels; i++) {
		hash = qx_text_hash(hash, metric->labels[i].name);
		hash = qx_text_hash(hash, metric->labels[i].value);
	}
	return hash;
}

static bool series_is(const void *entry, const void *key)
{
	const struct series *series = entry;
	const struct wanted *wanted = key;

	if (series->key != wanted->key || series->n_labels != wanted->metric->n_labels)
		return false;
	for (size_t i = 0; i < series->n_labels; i++) {
		const struct qx_label *label = &wanted->metric->labels[i];

		if (!qx_text_same(series->labels[i].name, label->name) ||
		    !qx_text_same(series->labels[i].value, label->value))
			return false;
	}
	return true;
}

static struct series *enter_series(struct store *store, struct family *family,
				   const struct qx_metric *metric)
{
	struct wanted wanted = { series_key(family, metric), metric };
	struct series *series = qx_index_find(&store->by_labels, wanted.key, series_is, &wanted);

	if (series)
		return series;
	if (store->by_labels.n >= STORE_SERIES)
		return NULL;
	series = series_new(family->type, metric->labels, metric->n_labels, wanted.key);
	if (store->n_histories < STORE_HISTORIES) {
		series->history = qx_new(1, sizeof(*series->history));
		store->n_histories++;
	}
	family_append(family, series);
	qx_index_add(&store->by_labels, series->key, series);
	return series;
}

static void pass_over(struct store *store, const struct qx_family *from)
{
	store->n_beyond++;
	store->series_beyond += from->n_metrics;
}

static void update_family(struct store *store, struct family *family, const struct qx_family *from,
			  double time)
{
	if (family->seen != store->scrapes)
		family->n_unkept = 0;
	family->seen = store->scrapes;
	for (const struct qx_metric *m = from->first; m; m = m->next) {
		struct series *series = enter_series(store, family, m);

		if (!series) {
			family->n_unkept++;
			continue;
		}
		series_update(series, m, time);
		series->seen = store->scrapes;
		if (series->history)
			history_put(series->history, store->slot, series_figure(series));
	}
}

/* --- the whole ------------------------------------------------------------------------------------ */

/* A slot's middle is when scrapes are due, so that one that is a little late has its own. */
static int64_t slot_of(struct store *store, double time)
{
	if (store->scrapes == 0)
		store->origin = time;
	return (int64_t)floor((time - store->origin) / store->slot_seconds + 0.5);
}

static bool sweep(struct store *store)
{
	size_t kept = 0;
	bool swept = false;

	for (size_t i = 0; i < store->n_families; i++) {
		struct family *family = store->families[i];

		swept |= family_sweep(family, store->scrapes);
		if (family->seen == store->scrapes)
			store->families[kept++] = family;
		else
			family_free(family);
	}
	swept |= kept < store->n_families;
	store->n_families = kept;
	return swept;
}

static void index_again(struct store *store)
{
	free_indices(store);
	store->n_histories = 0;
	for (size_t i = 0; i < store->n_families; i++) {
		struct family *family = store->families[i];

		qx_index_add(&store->by_name, family->key, family);
		for (size_t j = 0; j < family->n_series; j++) {
			qx_index_add(&store->by_labels, family->series[j]->key, family->series[j]);
			store->n_histories += family->series[j]->history != NULL;
		}
	}
}

static void count(struct store *store)
{
	store->n_series = store->n_unkept = store->series_beyond;
	store->n_points = 0;
	for (size_t i = 0; i < store->n_families; i++) {
		struct family *family = store->families[i];

		family_sum(family, store->slot);
		store->n_series += family->n_series + family->n_unkept;
		store->n_unkept += family->n_unkept;
		store->n_points += family->n_points;
	}
}

void store_update(struct store *store, const struct qx_exposition *exposition, double time)
{
	store->slot = slot_of(store, time);
	store->scrapes++;
	store->n_beyond = store->series_beyond = 0;
	for (const struct qx_family *f = exposition->first; f; f = f->next) {
		struct family *family = enter_family(store, exposition->format, f);

		if (family)
			update_family(store, family, f, time);
		else
			pass_over(store, f);
	}
	if (sweep(store))
		index_again(store);
	count(store);
}
