/* SPDX-License-Identifier: MIT */
/* emitter.c: see emitter.h. */
#include "emitter.h"

#include "base/alloc.h"
#include "base/lock.h"
#include "check.h"
#include "labels.h"
#include "self.h"

#include <string.h>

#define FIRST_INDEX 16

void qp_emitter_init(quipu_emitter *emitter, quipu_registry *registry)
{
	*emitter = (quipu_emitter){ .registry = registry };
}

/* --- families --------------------------------------------------------------------------------- */

static quipu_error fail(quipu_emitter *emitter, quipu_error error, const struct qp_where *where)
{
	qp_self_count(QUIPU_SELF_failed_samples);
	qp_registry_note(emitter->registry, error, where);
	return error;
}

static bool copy_names(struct qp_emitted *family, const char *const *names)
{
	size_t n = 0;

	while (names && names[n])
		n++;
	family->label_names = qp_alloc(n * sizeof family->label_names[0]);
	if (!family->label_names)
		return false;
	for (; family->n_labels < n; family->n_labels++) {
		quipu_str *name = &family->label_names[family->n_labels];

		name->len = strlen(names[family->n_labels]);
		name->data = qp_copy(names[family->n_labels], name->len);
		if (!name->data)
			return false;
	}
	return true;
}

static bool copy_bounds(struct qp_emitted *family, const quipu_opts *opts)
{
	const double *bounds = opts->n_bounds ? opts->bounds : quipu_default_bounds;

	if (family->kind != QUIPU_KIND_HISTOGRAM)
		return true;
	family->n_bounds = opts->n_bounds;
	if (opts->n_bounds)
		qp_bounds_check(bounds, &family->n_bounds); /* drops a last +Inf */
	else
		family->n_bounds = QUIPU_N_DEFAULT_BOUNDS;
	family->bounds = qp_alloc(family->n_bounds * sizeof bounds[0]);
	if (family->bounds)
		memcpy(family->bounds, bounds, family->n_bounds * sizeof bounds[0]);
	return family->bounds != NULL;
}

static bool fill(struct qp_emitted *family, const quipu_opts *opts)
{
	const char *unit = opts->unit ? opts->unit : "";

	family->help = qp_copy(opts->help, strlen(opts->help));
	family->unit = qp_copy(unit, strlen(unit));
	return family->help && family->unit && copy_names(family, opts->labels) &&
	       copy_bounds(family, opts) &&
	       qp_shown_make(&family->shown, (quipu_str){ family->name, strlen(family->name) },
			     family->label_names, family->n_labels);
}

/* Does anything in this emitter or in the registry show one of its names? */
static quipu_error check_clash(quipu_emitter *emitter, quipu_kind kind, const char *name,
			       struct qp_where *where)
{
	quipu_error error = qp_check_clash(&emitter->families.claims, kind, name, where);

	if (error)
		return error;
	qp_lock(&qp_catalog_lock);
	error = qp_check_clash(&emitter->registry->claims, kind, name, where);
	qp_unlock(&qp_catalog_lock);
	return error;
}

static quipu_error check(quipu_emitter *emitter, quipu_kind kind, const quipu_opts *opts,
			 const char *name, struct qp_where *where)
{
	struct qp_family_spec spec = { kind, opts, opts->labels && opts->labels[0], false, 0 };
	quipu_error error;

	if (!opts->name)
		return qp_fail(QUIPU_ENAME, where, "a collector's metric without a name");
	if (kind < QUIPU_KIND_COUNTER || kind > QUIPU_KIND_UNKNOWN || kind == QUIPU_KIND_STATESET)
		return qp_fail(QUIPU_EOPTION, where, "kind %d of \"%.200s\"", (int)kind, name);
	if (opts->native_factor != 0 || opts->exemplars || opts->decimals)
		return qp_fail(QUIPU_EOPTION, where,
			       "native buckets, exemplars or decimals of \"%.190s\"", name);
	error = qp_check_family(&spec, name, emitter->registry->const_labels,
				emitter->registry->n_const_labels, where);
	return error ? error : check_clash(emitter, kind, name, where);
}

quipu_error quipu_emit_family(quipu_emitter *emitter, quipu_kind kind, const quipu_opts *given)
{
	quipu_opts opts = qp_opts_complete(given);
	const char *name = opts.name ? opts.name : "";
	struct qp_where where = { "collector" };
	struct qp_emitted *family;
	quipu_error error;

	emitter->current = NULL;
	family = qp_alloc(sizeof *family);
	if (!family)
		return fail(emitter, QUIPU_ENOMEM, &where);
	family->kind = kind;
	family->name = qp_registry_full_name(emitter->registry, name, qp_name_suffix(kind, name));
	error = family->name ? check(emitter, kind, &opts, family->name, &where) : QUIPU_ENOMEM;
	if (!error && !(fill(family, &opts) && qp_claims_reserve(&emitter->families.claims)))
		error = QUIPU_ENOMEM;
	if (error) {
		qp_emitted_free(family);
		return fail(emitter, error, &where);
	}
	qp_claims_add(&emitter->families.claims, kind, family->name, family->shown);
	family->next = emitter->families.first;
	emitter->families.first = family;
	emitter->current = family;
	return QUIPU_OK;
}

/* --- samples ---------------------------------------------------------------------------------- */

/* The place in the index for these values: empty, or the sample that has them. */
static size_t place(const struct qp_emitted *family, const quipu_str *values)
{
	size_t i = qp_labels_hash(values, family->n_labels) & family->index_mask;

	while (family->index[i] && !qp_labels_equal(family->samples[family->index[i] - 1].values,
						    values, family->n_labels))
		i = (i + 1) & family->index_mask;
	return i;
}

/* Room for one more in samples and index. */
static bool reserve(struct qp_emitted *family)
{
	size_t capacity = family->capacity ? family->capacity * 2 : FIRST_INDEX / 2, i;
	struct qp_sample *samples;
	uint32_t *index;

	if (family->n_samples < family->capacity)
		return true;
	samples = qp_realloc(family->samples, capacity * sizeof samples[0]);
	if (!samples)
		return false;
	family->samples = samples;
	index = qp_alloc(capacity * 2 * sizeof index[0]);
	if (!index)
		return false;
	qp_free(family->index);
	family->capacity = capacity;
	family->index = index;
	family->index_mask = capacity * 2 - 1;
	for (i = 0; i < family->n_samples; i++)
		index[place(family, samples[i].values)] = (uint32_t)i + 1;
	return true;
}

static quipu_str *copy_values(const quipu_str *values, size_t n, size_t *bytes)
{
	quipu_str *copy = qp_alloc(n * sizeof copy[0]);
	size_t i;

	for (i = 0; copy && i < n; i++) {
		copy[i].data = qp_copy(values[i].data, values[i].len);
		copy[i].len = values[i].len;
		*bytes += values[i].len + 64;
		if (!copy[i].data) {
			qp_values_free(copy, n);
			return NULL;
		}
	}
	return copy;
}

static quipu_error check_values(const struct qp_emitted *family, const char *const *values,
				quipu_str *strs, struct qp_where *where)
{
	quipu_error error = QUIPU_OK;
	size_t i = 0;

	for (i = 0; i < family->n_labels; i++) {
		if (!values || !values[i])
			return qp_fail(QUIPU_ENULL, where, "label \"%.100s\" of \"%.128s\"",
				       family->label_names[i].data, family->name);
		strs[i] = (quipu_str){ values[i], strlen(values[i]) };
	}
	error = qp_labels_check(strs, family->n_labels, &i);
	if (error)
		qp_fail(error, where, "label \"%.100s\" of \"%.128s\"", family->label_names[i].data,
			family->name);
	return error;
}

/* Appends a sample with these values; its numbers are the caller's to fill. */
static quipu_error append(quipu_emitter *emitter, const char *const *values,
			  struct qp_sample **sample)
{
	struct qp_emitted *family = emitter->current;
	quipu_str strs[QUIPU_MAX_LABELS];
	struct qp_where where = { "collector" };
	quipu_error error = check_values(family, values, strs, &where);
	size_t at;

	if (error)
		return fail(emitter, error, &where);
	if (emitter->bytes > QP_EMIT_MAX_BYTES || !reserve(family))
		return fail(emitter, QUIPU_ENOMEM, &where);
	at = place(family, strs);
	if (family->index[at])
		return fail(emitter,
			    qp_fail(QUIPU_EDUPLICATE, &where, "series of \"%.200s\"", family->name),
			    &where);
	*sample = &family->samples[family->n_samples];
	**sample = (struct qp_sample){ 0 };
	(*sample)->values = copy_values(strs, family->n_labels, &emitter->bytes);
	if (!(*sample)->values)
		return fail(emitter, QUIPU_ENOMEM, &where);
	emitter->bytes += sizeof **sample + 64;
	family->index[at] = (uint32_t)++family->n_samples;
	return QUIPU_OK;
}

static quipu_error wrong_kind(quipu_emitter *emitter)
{
	struct qp_where where = { "sample of a collector" };

	if (!emitter->current)
		return QUIPU_EOPTION; /* its family was refused and said so */
	return fail(emitter, QUIPU_EOPTION, &where);
}

/* NaN has no place in an integer or a counter, and a counter never falls below zero. */
static bool is_refused(quipu_kind kind, double value)
{
	if (kind == QUIPU_KIND_UPDOWN)
		return value != value;
	return (kind == QUIPU_KIND_COUNTER || kind == QUIPU_KIND_FLOAT_COUNTER) && !(value >= 0);
}

/* The nearest integer that there is. */
static uint64_t to_integer(quipu_kind kind, double value)
{
	if (kind == QUIPU_KIND_COUNTER)
		return value < 0x1p64 ? (uint64_t)value : UINT64_MAX;
	if (kind != QUIPU_KIND_UPDOWN)
		return 0;
	if (value >= 0x1p63)
		return (uint64_t)INT64_MAX;
	return (uint64_t)(value > -0x1p63 ? (int64_t)value : INT64_MIN);
}

quipu_error quipu_emit_value(quipu_emitter *emitter, double value, const char *const *values)
{
	struct qp_where where = { "sample of a collector" };
	struct qp_sample *sample;
	quipu_error error;

	if (!emitter->current || emitter->current->kind == QUIPU_KIND_HISTOGRAM)
		return wrong_kind(emitter);
	if (is_refused(emitter->current->kind, value))
		return fail(emitter, QUIPU_EREFUSED, &where);
	error = append(emitter, values, &sample);
	if (error)
		return error;
	sample->real = value;
	sample->integer = to_integer(emitter->current->kind, value);
	return QUIPU_OK;
}

quipu_error quipu_emit_integer(quipu_emitter *emitter, uint64_t value, const char *const *values)
{
	struct qp_sample *sample;
	quipu_error error;

	if (!emitter->current || emitter->current->kind == QUIPU_KIND_HISTOGRAM)
		return wrong_kind(emitter);
	error = append(emitter, values, &sample);
	if (error)
		return error;
	sample->integer = value;
	sample->real = (double)value;
	return QUIPU_OK;
}

/* QUIPU_OK when there are counts and the last cumulative bucket can hold them all. */
static quipu_error check_counts(const uint64_t *counts, size_t n)
{
	uint64_t sum = 0;
	size_t i;

	if (!counts)
		return QUIPU_ENULL;
	for (i = 0; i < n; i++) {
		if (__builtin_add_overflow(sum, counts[i], &sum))
			return QUIPU_EREFUSED;
	}
	return QUIPU_OK;
}

quipu_error quipu_emit_histogram(quipu_emitter *emitter, const uint64_t *counts, double sum,
				 const char *const *values)
{
	struct qp_where where = { "histogram of a collector" };
	struct qp_sample *sample;
	uint64_t *copy;
	quipu_error error;
	size_t bytes;

	if (!emitter->current || emitter->current->kind != QUIPU_KIND_HISTOGRAM)
		return wrong_kind(emitter);
	error = check_counts(counts, emitter->current->n_bounds + 1);
	if (error)
		return fail(emitter, error, &where);
	bytes = (emitter->current->n_bounds + 1) * sizeof counts[0];
	copy = qp_alloc(bytes);
	if (!copy)
		return fail(emitter, QUIPU_ENOMEM, &where);
	error = append(emitter, values, &sample);
	if (error) {
		qp_free(copy);
		return error;
	}
	memcpy(copy, counts, bytes);
	emitter->bytes += bytes;
	sample->counts = copy;
	sample->real = sum;
	return QUIPU_OK;
}
