/* SPDX-License-Identifier: MIT */
/* info.c: constant 1 with labels: a family of its own for each. */
#include "handle.h"

#include "check.h"
#include "pin.h"
#include "registry.h"

static size_t count_labels(const quipu_label *labels)
{
	size_t n = 0;

	while (labels[n].name)
		n++;
	return n;
}

/* Asked before the family is made: it would stay behind without a series. */
static bool info_labels_fit(quipu_registry *registry, const char *name, const quipu_label *labels,
			    size_t n)
{
	quipu_error error = QUIPU_OK;
	struct qp_where where;
	size_t i;

	for (i = 0; i < n && !error; i++)
		error = qp_check_label(&labels[i], name ? name : "", &where);
	if (error && registry)
		qp_registry_note(registry, error, &where);
	return !error;
}

quipu_info quipu_info_new(quipu_registry *registry, const quipu_opts *given,
			  const quipu_label *labels, size_t n)
{
	quipu_opts opts = qp_opts_complete(given);
	struct qp_family_spec spec = { QUIPU_KIND_INFO, &opts, true, false, 0 };
	const char *names[QUIPU_MAX_LABELS + 2] = { NULL }; /* one too many is for the check */
	const char *values[QUIPU_MAX_LABELS + 1];
	const struct qp_series *series;
	struct qp_family_ref ref;
	size_t i;

	n = labels ? (n ? n : count_labels(labels)) : 0;
	if (!info_labels_fit(registry, opts.name, labels, n))
		return (quipu_info){ 0 };
	for (i = 0; i < n && i <= QUIPU_MAX_LABELS; i++) {
		names[i] = labels[i].name;
		values[i] = labels[i].value;
	}
	opts.labels = names;
	spec.has_labels = i > 0;
	ref = qp_family_open(registry, &spec);
	series = ref.cell ? qp_pin_at(ref.cell, ref.generation, values, i) : NULL;
	return series ? qp_info_of(series) : (quipu_info){ 0 };
}

void quipu_info_release(quipu_info info)
{
	qp_unpin(info.offset);
}
