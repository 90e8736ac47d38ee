/* SPDX-License-Identifier: MIT */
/* remove.c: see remove.h. */
#include "remove.h"

#include "base/lock.h"
#include "labels.h"
#include "pin.h"

size_t qp_remove(const struct quipu_priv_family *cell, uint64_t generation,
		 const char *const *values, size_t n)
{
	quipu_str strs[QUIPU_MAX_LABELS];
	struct qp_series *series = NULL;
	struct qp_family *family;
	size_t culprit;

	if (!qp_strs(values, n, strs) || qp_labels_check(strs, n, &culprit) != QUIPU_OK)
		return 0;
	qp_lock(&qp_catalog_lock);
	family = qp_family_live(cell, generation);
	if (family && family->n_labels == n && !family->grid)
		series = qp_family_find(family, strs);
	if (series)
		qp_family_remove_series(family, series);
	qp_retire_help();
	qp_unlock(&qp_catalog_lock);
	qp_retire_pause();
	return series ? 1 : 0;
}

static bool matches(const struct qp_series *series, size_t label, quipu_str value)
{
	quipu_str its;

	if (label == SIZE_MAX)
		return true;
	its = qp_series_value(series, label);
	return qp_labels_equal(&its, &value, 1);
}

static size_t label_index(const struct qp_family *family, const char *name)
{
	size_t i;

	for (i = 0; i < family->n_labels; i++) {
		if (strcmp(family->label_names[i].data, name) == 0)
			return i;
	}
	return SIZE_MAX;
}

/* All series whose label has this value; with label SIZE_MAX, all. From the end, so that what
 * is behind i has been dealt with when the list is renewed. */
static size_t remove_where(struct qp_family *family, size_t label, quipu_str value)
{
	size_t n = 0, i = family->n_listed;

	while (i-- > 0) {
		struct qp_series *series;

		if (i >= family->n_listed)
			continue;
		series = family->list->series[i];
		if (series && matches(series, label, value)) {
			qp_family_remove_series(family, series);
			n++;
		}
	}
	return n;
}

size_t qp_remove_matching(const struct quipu_priv_family *cell, uint64_t generation,
			  const char *name, const char *value)
{
	struct qp_family *family;
	size_t label, n = 0;

	if (!name || !value)
		return 0;
	qp_lock(&qp_catalog_lock);
	family = qp_family_live(cell, generation);
	label = family && !family->grid ? label_index(family, name) : SIZE_MAX;
	if (label != SIZE_MAX)
		n = remove_where(family, label, (quipu_str){ value, strlen(value) });
	qp_retire_help();
	qp_unlock(&qp_catalog_lock);
	qp_retire_pause();
	return n;
}

size_t qp_remove_all(const struct quipu_priv_family *cell, uint64_t generation)
{
	struct qp_family *family;
	size_t n = 0;

	qp_lock(&qp_catalog_lock);
	family = qp_family_live(cell, generation);
	if (family && !family->grid)
		n = remove_where(family, SIZE_MAX, (quipu_str){ "", 0 });
	qp_retire_help();
	qp_unlock(&qp_catalog_lock);
	qp_retire_pause();
	return n;
}

void qp_unregister(const struct quipu_priv_family *cell, uint64_t generation)
{
	struct qp_family *family;

	qp_lock(&qp_catalog_lock);
	family = qp_family_live(cell, generation);
	if (family)
		qp_family_remove(family);
	qp_retire_help();
	qp_unlock(&qp_catalog_lock);
	qp_retire_pause();
}
