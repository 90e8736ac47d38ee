/* SPDX-License-Identifier: MIT */
/* cardinality.c: all labels of all series, sorted, are read once from front to back. */
#include "cardinality.h"

#include <stdlib.h>

static int by_name_and_value(const void *a, const void *b)
{
	const struct qx_label *x = a, *y = b;
	int names = qx_text_compare(x->name, y->name);

	return names ? names : qx_text_compare(x->value, y->value);
}

static struct qx_label *all_labels(const struct family *family, size_t *n)
{
	struct qx_label *labels = NULL;
	size_t capacity = 0;

	*n = 0;
	for (size_t i = 0; i < family->n_series; i++) {
		const struct series *series = family->series[i];

		for (size_t j = 0; j < series->n_labels; j++) {
			labels = qx_grow(labels, *n, &capacity, sizeof(*labels));
			labels[(*n)++] = series->labels[j];
		}
	}
	if (*n > 0)
		qsort(labels, *n, sizeof(*labels), by_name_and_value);
	return labels;
}

/* Among the most frequent, which are few: by insertion. */
static void count_value(struct label_values *label, struct qx_text value, size_t count)
{
	label->distinct++;
	label->n_series += count;
	for (int i = 0; i < CARDINALITY_EXAMPLES; i++) {
		struct qx_text other = label->examples[i];
		size_t others = label->counts[i];

		if (count <= others)
			continue;
		label->examples[i] = value;
		label->counts[i] = count;
		value = other;
		count = others;
	}
}

static int by_distinct(const void *a, const void *b)
{
	const struct label_values *x = a, *y = b;
	int numbers = (x->distinct < y->distinct) - (x->distinct > y->distinct);

	return numbers ? numbers : qx_text_compare(x->name, y->name);
}

struct cardinality cardinality_of(const struct family *family)
{
	struct cardinality found = { .n = 0 };
	size_t n, capacity = 0, same;
	struct qx_label *labels = all_labels(family, &n);

	for (size_t i = 0; i < n; i += same) {
		for (same = 1; i + same < n; same++) {
			if (by_name_and_value(&labels[i], &labels[i + same]) != 0)
				break;
		}
		if (found.n == 0 || !qx_text_same(found.labels[found.n - 1].name, labels[i].name)) {
			found.labels =
				qx_grow(found.labels, found.n, &capacity, sizeof(*found.labels));
			found.labels[found.n++] = (struct label_values){ .name = labels[i].name };
		}
		count_value(&found.labels[found.n - 1], labels[i].value, same);
	}
	free(labels);
	if (found.n > 0)
		qsort(found.labels, found.n, sizeof(*found.labels), by_distinct);
	return found;
}

void cardinality_free(struct cardinality *cardinality)
{
	free(cardinality->labels);
	*cardinality = (struct cardinality){ .n = 0 };
}
