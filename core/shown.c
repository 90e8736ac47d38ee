/* SPDX-License-Identifier: MIT */
/* shown.c: see shown.h. */
#include "shown.h"

#include "base/alloc.h"

#include <string.h>

static bool is_plain(quipu_str name, const quipu_str *labels, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (!qp_name_plain(labels[i], QP_LABEL_NAME))
			return false;
	}
	return name.len == 0 || qp_name_plain(name, QP_METRIC_NAME);
}

/* Bytes for all names under all schemes, at most. */
static size_t room(quipu_str name, const quipu_str *labels, size_t n)
{
	size_t bytes = QP_ESCAPED_MAX(name.len), i;

	for (i = 0; i < n; i++)
		bytes += QP_ESCAPED_MAX(labels[i].len);
	return QP_N_ESCAPING * bytes;
}

bool qp_shown_make(struct qp_shown **made, quipu_str name, const quipu_str *labels, size_t n)
{
	const size_t n_names = QP_N_ESCAPING * (n + 1);
	struct qp_shown *shown;
	char *text;
	size_t i;

	*made = NULL;
	if (is_plain(name, labels, n))
		return true;
	shown = qp_alloc(sizeof *shown + n_names * sizeof name + room(name, labels, n));
	if (!shown)
		return false;
	shown->n = n + 1;
	text = (char *)&shown->names[n_names];
	for (i = 0; i < n_names; i++) {
		quipu_escaping scheme = (quipu_escaping)(i / shown->n);
		size_t at = i % shown->n;
		size_t len = at ? qp_escape_shown(text, labels[at - 1], scheme, QP_LABEL_NAME)
				: qp_escape_shown(text, name, scheme, QP_METRIC_NAME);

		shown->names[i] = (quipu_str){ text, len };
		text += len;
	}
	*made = shown;
	return true;
}

static bool is_changed(const struct qp_shown *shown, quipu_escaping scheme)
{
	return shown && scheme < QP_N_ESCAPING;
}

quipu_str qp_shown_name(const struct qp_shown *shown, quipu_escaping scheme, quipu_str name)
{
	return is_changed(shown, scheme) ? shown->names[(size_t)scheme * shown->n] : name;
}

const quipu_str *qp_shown_labels(const struct qp_shown *shown, quipu_escaping scheme,
				 const quipu_str *labels)
{
	return is_changed(shown, scheme) ? &shown->names[(size_t)scheme * shown->n + 1] : labels;
}

/* Drops the end from name if it is there. */
static bool drop_end(quipu_str *name, const char *end, size_t len)
{
	if (name->len < len || memcmp(name->data + name->len - len, end, len) != 0)
		return false;
	name->len -= len;
	return true;
}

quipu_str qp_shown_unit(const struct qp_shown *shown, quipu_escaping scheme, quipu_str unit)
{
	quipu_str name;

	if (!is_changed(shown, scheme))
		return unit;
	name = shown->names[(size_t)scheme * shown->n];
	drop_end(&name, "_total", 6);
	if (drop_end(&name, unit.data, unit.len) && drop_end(&name, "_", 1))
		return unit;
	return (quipu_str){ "", 0 };
}
