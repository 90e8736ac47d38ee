/* SPDX-License-Identifier: MIT */
/*
 * fuzz_exposition.c: any bytes as an exposition: the reader stays within them, the model hangs
 * together, findings lie within the input and in order, and the same bytes say the same twice.
 */
#include "fuzz_exposition.h"

#include "demand.h"
#include "exposition.h"
#include "lint.h"

static void check_metric(const struct qx_exposition *x, const struct qx_metric *metric,
			 size_t *n_points)
{
	demand(metric->offset <= x->input.len, "a metric outside of the input");
	for (size_t i = 1; i < metric->n_labels; i++)
		demand(qx_text_compare(metric->labels[i - 1].name, metric->labels[i].name) <= 0,
		       "labels that are not sorted");
	for (const struct qx_point *p = metric->first; p; p = p->next) {
		demand(p->offset <= x->input.len, "a point outside of the input");
		demand(p->next || p == metric->last, "a last point that is not the last");
		++*n_points;
	}
}

static void check_model(const struct qx_exposition *x)
{
	size_t n_families = 0, n_metrics = 0, n_points = 0;

	for (const struct qx_family *f = x->first; f; f = f->next) {
		n_families++;
		for (const struct qx_metric *m = f->first; m; m = m->next) {
			demand(m->family == f, "a metric of another family");
			check_metric(x, m, &n_points);
			n_metrics++;
		}
	}
	demand(n_families == x->n_families && n_metrics == x->n_metrics, "numbers that differ");
	demand(n_points <= x->n_points, "points that were never added");
}

static void check_findings(const struct qx_exposition *x)
{
	const struct qx_findings *findings = &x->findings;

	demand(findings->n_kept <= findings->n, "more findings kept than found");
	for (size_t i = 0; i < findings->n_kept; i++) {
		demand(findings->kept[i].offset <= x->input.len, "a finding outside of the input");
		demand(i == 0 || findings->kept[i - 1].offset <= findings->kept[i].offset,
		       "findings that are not in order");
		demand(*findings->kept[i].message != '\0', "a finding that says nothing");
	}
}

static void check_same(const struct qx_exposition *x, const char *exact)
{
	struct qx_exposition *again = qx_read(x->format, exact, x->input.len);

	demand(again->findings.n == x->findings.n && again->n_points == x->n_points,
	       "another result the second time");
	qx_free(again);
}

void fuzz_exposition(enum qx_format format, const uint8_t *data, size_t size)
{
	char *exact = malloc(size ? size : 1); /* its end is the end of what may be read */
	struct qx_exposition *x;
	struct qx_lint lint;

	if (size > 0)
		memcpy(exact, data, size);
	qx_format_guess(exact, size);
	x = qx_read(format, exact, size);
	check_model(x);
	check_findings(x);
	check_same(x, exact);
	qx_lint(x, &lint);
	qx_lint_free(&lint);
	qx_free(x);
	free(exact);
}
