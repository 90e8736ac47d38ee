/* SPDX-License-Identifier: MIT */
/* filter.c: see filter.h. */
#include "filter.h"

#include "base/alloc.h"
#include "claims.h"

#include <string.h>

bool qp_filter_set(struct qp_filter *filter, const char *const *names, size_t n)
{
	size_t i;

	*filter = (struct qp_filter){ NULL, 0 };
	if (!names || n == 0)
		return true;
	filter->names = qp_alloc(n * sizeof filter->names[0]);
	if (!filter->names)
		return false;
	for (i = 0; i < n; i++) {
		if (!names[i])
			continue;
		filter->names[filter->n] = qp_copy(names[i], strlen(names[i]));
		if (!filter->names[filter->n++])
			return false;
	}
	return true;
}

void qp_filter_free(struct qp_filter *filter)
{
	size_t i;

	for (i = 0; i < filter->n; i++)
		qp_free(filter->names[i]);
	qp_free(filter->names);
	*filter = (struct qp_filter){ NULL, 0 };
}

bool qp_filter_wants(const struct qp_filter *filter, quipu_kind kind, quipu_str name,
		     quipu_str shown)
{
	size_t i;

	for (i = 0; i < filter->n; i++) {
		if (qp_claims_is(kind, name, filter->names[i]) ||
		    qp_claims_is(kind, shown, filter->names[i]))
			return true;
	}
	return !filter->names;
}
