/* SPDX-License-Identifier: MIT */
/* pin.c: see pin.h. */
#include "pin.h"

#include "base/lock.h"
#include "check.h"
#include "labels.h"
#include "registry.h"
#include "self.h"

#include <stdio.h>

/* The family's label names: "a", "b" … as far as there is room. */
static void list_labels(const struct qp_family *family, char *out, size_t size)
{
	size_t used = 0, i;

	out[0] = '\0';
	for (i = 0; i < family->n_labels && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "",
					 family->label_names[i].data);
}

static void say_bad_labels(const struct qp_family *family, quipu_error error, size_t n,
			   struct qp_where *where)
{
	char labels[96];

	list_labels(family, labels, sizeof labels);
	if (error == QUIPU_ESCHEMA)
		qp_fail(error, where, "\"%.100s\" has the labels (%s), in this order",
			family->name.data, labels);
	else
		qp_fail(error, where, "\"%.100s\" has %zu labels (%s), given: %zu",
			family->name.data, family->n_labels, labels, n);
}

/* Under the catalog lock: the series, or NULL, and the error and its culprit. */
static struct qp_series *get_locked(struct qp_family *family, const quipu_str *values, size_t n,
				    quipu_error *error, struct qp_where *where)
{
	struct qp_series *series;
	size_t culprit = 0;

	if (n != family->n_labels) {
		*error = QUIPU_EARITY;
		say_bad_labels(family, *error, n, where);
		return NULL;
	}
	*error = qp_labels_check(values, n, &culprit);
	if (*error) {
		qp_fail(*error, where, "label \"%.100s\" of \"%.128s\"",
			family->label_names[culprit].data, family->name.data);
		return NULL;
	}
	series = qp_family_get(family, values, error);
	if (*error)
		qp_fail(*error, where, "\"%.200s\"", family->name.data);
	if (*error == QUIPU_EFULL)
		qp_family_reject(family, values);
	return series;
}

/* to_record: rather the overflow series than none. */
static struct qp_series *pin(const struct quipu_priv_family *cell, uint64_t generation,
			     const quipu_str *values, size_t n, bool to_record)
{
	struct qp_telling telling = { NULL, NULL, QUIPU_OK };
	struct qp_series *series = NULL;
	quipu_error error = QUIPU_OK;
	struct qp_family *family;
	struct qp_where where;

	qp_lock(&qp_catalog_lock);
	family = qp_family_live(cell, generation);
	if (family) {
		series = get_locked(family, values, n, &error, &where);
		if (!series && to_record && (error == QUIPU_ENOMEM || error == QUIPU_ESLOTS)) {
			series = family->overflow;
			qp_family_reject(family, values); /* else no scrape would show it */
		}
		if (series)
			qp_owner_pin(&series->owner);
		if (error)
			telling = qp_registry_note_locked(family->registry, error, &where);
	}
	qp_unlock(&qp_catalog_lock);
	if (error && !series)
		qp_self_count(QUIPU_SELF_bad_label_sets);
	qp_tell(&telling, &where);
	return series;
}

struct qp_series *qp_pin(const struct quipu_priv_family *cell, uint64_t generation,
			 const quipu_str *values, size_t n)
{
	return pin(cell, generation, values, n, false);
}

struct qp_series *qp_pin_to_record(const struct quipu_priv_family *cell, uint64_t generation,
				   const quipu_str *values, size_t n)
{
	return pin(cell, generation, values, n, true);
}

void qp_unpin(uint32_t offset)
{
	struct qp_owner *owner;

	if (offset < QP_SINK_BYTES)
		return;
	qp_lock(&qp_catalog_lock);
	owner = qp_slots_owner(offset);
	if (owner)
		qp_owner_unpin(owner);
	qp_retire_help();
	qp_unlock(&qp_catalog_lock);
}

void qp_note_bad_labels(const struct quipu_priv_family *cell, uint64_t generation,
			quipu_error error, size_t n)
{
	struct qp_telling telling = { NULL, NULL, QUIPU_OK };
	struct qp_family *family;
	struct qp_where where;

	qp_self_count(QUIPU_SELF_bad_label_sets);
	qp_lock(&qp_catalog_lock);
	family = qp_family_live(cell, generation);
	if (family) {
		say_bad_labels(family, error, n, &where);
		telling = qp_registry_note_locked(family->registry, error, &where);
	}
	qp_unlock(&qp_catalog_lock);
	qp_tell(&telling, &where);
}

size_t qp_names_count(const char *const *names)
{
	size_t n = 0;

	while (names[n])
		n++;
	return n;
}

bool qp_names_match(const struct qp_family *family, const char *const *names)
{
	size_t i;

	for (i = 0; i < family->n_labels; i++) {
		if (!names[i] || strcmp(names[i], family->label_names[i].data) != 0)
			return false;
	}
	return names[family->n_labels] == NULL;
}

bool qp_names_fit(const struct quipu_priv_family *cell, uint64_t generation,
		  const char *const *names)
{
	struct qp_family *family;
	bool fit;

	qp_lock(&qp_catalog_lock);
	family = qp_family_live(cell, generation);
	fit = !family || qp_names_match(family, names);
	qp_unlock(&qp_catalog_lock);
	return fit;
}

/* A typed label set: its names must be the family's; nothing is ever swapped silently. */
struct qp_series *qp_pin_with(const struct quipu_priv_family *cell, uint64_t generation,
			      const char *const *names, const char *const *values)
{
	quipu_str strs[QUIPU_MAX_LABELS];
	size_t n = qp_names_count(names);

	if (!qp_names_fit(cell, generation, names) || !qp_strs(values, n, strs)) {
		qp_note_bad_labels(cell, generation, QUIPU_ESCHEMA, n);
		return NULL;
	}
	return qp_pin(cell, generation, strs, n);
}

struct qp_series *qp_pin_at(const struct quipu_priv_family *cell, uint64_t generation,
			    const char *const *values, size_t n)
{
	quipu_str strs[QUIPU_MAX_LABELS];

	if (!qp_strs(values, n, strs)) {
		qp_note_bad_labels(cell, generation, QUIPU_EARITY, n);
		return NULL;
	}
	return qp_pin(cell, generation, strs, n);
}
