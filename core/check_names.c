/* SPDX-License-Identifier: MIT */
/*
 * check_names.c: names of metrics and labels: are they legal, and do they stay apart when they
 * are escaped? See check.h.
 *
 * Prometheus 3 takes any UTF-8, control characters too; formats quote or escape what is not
 * plain. Only NUL is out, which C strings cannot hold.
 */
#include "check.h"

#include "base/text.h"

#include <string.h>

#define OVERFLOW_LABEL "otel_metric_overflow"

/* --- metrics -------------------------------------------------------------------------------- */

quipu_error qp_check_name(const char *name, struct qp_where *where)
{
	if (!qp_name_valid(name, strlen(name)))
		return qp_fail(QUIPU_ENAME, where, "metric \"%.200s\"", name);
	return QUIPU_OK;
}

quipu_error qp_check_clash(const struct qp_claims *claims, quipu_kind kind, const char *name,
			   struct qp_where *where)
{
	struct qp_clash clash;

	if (!qp_claims_find(claims, kind, name, &clash))
		return QUIPU_OK;
	return qp_fail(QUIPU_EDUPLICATE, where,
		       "metric \"%.60s\" and \"%.60s\" would both show the name \"%.60s\"", name,
		       clash.family, clash.shown);
}

/* --- one label ------------------------------------------------------------------------------ */

static bool begins(const char *name, size_t len, const char *with)
{
	return len >= strlen(with) && memcmp(name, with, strlen(with)) == 0;
}

/* Labels that Prometheus gives a meaning, and ours. */
static bool is_special(const char *name, size_t len)
{
	static const char *const whole[] = { OVERFLOW_LABEL,	"__name__",    "__type__",
					     "__unit__",	"__address__", "__scheme__",
					     "__metrics_path__" };
	static const char *const begin[] = { "__param_", "__meta_", "__tmp_", "__scrape_" };
	size_t i;

	for (i = 0; i < sizeof whole / sizeof whole[0]; i++) {
		if (len == strlen(whole[i]) && begins(name, len, whole[i]))
			return true;
	}
	for (i = 0; i < sizeof begin / sizeof begin[0]; i++) {
		if (begins(name, len, begin[i]))
			return true;
	}
	return false;
}

/*
 * Strict readers refuse every name that begins with "__"; Prometheus takes those that mean nothing
 * to it. Dots makes two underscores of any odd character, and only a Prometheus asks for it: there
 * the names with a meaning are out, elsewhere all.
 */
static bool becomes_reserved(quipu_str name)
{
	char shown[QP_ESCAPED_MAX(QP_NAME_MAX)];
	int scheme;

	for (scheme = 0; scheme <= QUIPU_ESCAPE_NONE; scheme++) {
		size_t len = qp_escape_shown(shown, name, (quipu_escaping)scheme, QP_LABEL_NAME);

		if (is_special(shown, len) ||
		    (scheme != QUIPU_ESCAPE_DOTS && begins(shown, len, "__")))
			return true;
	}
	return false;
}

quipu_error qp_check_label_name(const char *name, const char *of, struct qp_where *where)
{
	quipu_str whole = { name, name ? strlen(name) : 0 };

	if (!name || !qp_name_valid(name, whole.len))
		return qp_fail(QUIPU_ELABEL, where, "label \"%.100s\" of \"%.128s\"",
			       name ? name : "(null)", of);
	if (becomes_reserved(whole))
		return qp_fail(
			QUIPU_ELABEL, where,
			"label \"%.90s\" of \"%.90s\" is reserved or becomes so when escaped", name,
			of);
	return QUIPU_OK;
}

quipu_error qp_check_label(const quipu_label *label, const char *of, struct qp_where *where)
{
	quipu_error error = qp_check_label_name(label->name, of, where);

	if (error)
		return error;
	if (!label->value || !qp_utf8_valid(label->value, strlen(label->value)))
		return qp_fail(QUIPU_EVALUE, where, "value of label \"%.100s\" of \"%.128s\"",
			       label->name, of);
	return QUIPU_OK;
}

/* They belong to histograms and summaries; elsewhere they are legal on the wire, but promtool and
 * strict parsers refuse them, and readers would be misled. Nothing else is escaped to one of them. */
static bool is_of_a_type(const char *label)
{
	return strcmp(label, "le") == 0 || strcmp(label, "quantile") == 0;
}

/* A stateset's name is the name of the label that has the state. Formats show it as they show
 * names of metrics, so that the one character that only those may have is out. */
quipu_error qp_check_stateset_name(const char *name, struct qp_where *where)
{
	struct qp_where unused;

	if (strchr(name, ':') || is_of_a_type(name) || qp_check_label_name(name, name, &unused))
		return qp_fail(QUIPU_ENAME, where,
			       "stateset \"%.200s\": its name is also its label's name", name);
	return QUIPU_OK;
}

/* --- several labels --------------------------------------------------------------------------- */

quipu_error qp_check_twins(const char *a, const char *b, const char *of, struct qp_where *where)
{
	if (strcmp(a, b) == 0)
		return qp_fail(QUIPU_ELABEL, where, "label \"%.100s\" of \"%.128s\" is there twice",
			       b, of);
	if (qp_labels_collapse(a, b))
		return qp_fail(QUIPU_ELABEL, where,
			       "labels \"%.70s\" and \"%.70s\" of \"%.70s\" are one when escaped",
			       a, b, of);
	return QUIPU_OK;
}

static quipu_error check_reserved(quipu_kind kind, const char *metric, const char *label,
				  struct qp_where *where)
{
	if (is_of_a_type(label))
		return qp_fail(QUIPU_ELABEL, where, "label \"%.100s\" of \"%.128s\" is reserved",
			       label, metric);
	return kind == QUIPU_KIND_STATESET ? qp_check_twins(metric, label, metric, where)
					   : QUIPU_OK;
}

/* The i-th name against those before it and the constant ones. */
static quipu_error check_apart(const char *const *names, size_t i, const char *metric,
			       const quipu_label *const_labels, size_t n_const,
			       struct qp_where *where)
{
	quipu_error error = QUIPU_OK;
	size_t j;

	for (j = 0; j < n_const && !error; j++)
		error = qp_check_twins(const_labels[j].name, names[i], metric, where);
	for (j = 0; j < i && !error; j++)
		error = qp_check_twins(names[j], names[i], metric, where);
	return error;
}

quipu_error qp_check_labels(const struct qp_family_spec *spec, const char *metric,
			    const quipu_label *const_labels, size_t n_const, struct qp_where *where)
{
	const char *const *names = spec->opts->labels;
	quipu_error error = QUIPU_OK;
	size_t i;

	for (i = 0; i < n_const && !error; i++)
		error = check_reserved(spec->kind, metric, const_labels[i].name, where);
	for (i = 0; names && names[i] && !error; i++) {
		if (i == QUIPU_MAX_LABELS)
			return qp_fail(QUIPU_ELABEL, where, "more than %d labels of \"%.128s\"",
				       QUIPU_MAX_LABELS, metric);
		error = qp_check_label_name(names[i], metric, where);
		error = error ? error : check_reserved(spec->kind, metric, names[i], where);
		error = error ? error : check_apart(names, i, metric, const_labels, n_const, where);
	}
	return error;
}
