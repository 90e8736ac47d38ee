/* SPDX-License-Identifier: MIT */
/* check.c: see check.h. */
#include "check.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

quipu_opts qp_opts_complete(const quipu_opts *opts)
{
	quipu_opts complete = { 0 };

	if (opts)
		memcpy(&complete, opts,
		       opts->size < sizeof complete ? opts->size : sizeof complete);
	complete.size = sizeof complete;
	return complete;
}

quipu_error qp_fail(quipu_error error, struct qp_where *where, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(where->text, sizeof where->text, format, args);
	va_end(args);
	return error;
}

static bool ends_in(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* --- help and unit -------------------------------------------------------------------------- */

static quipu_error check_help(const char *name, const char *help, struct qp_where *where)
{
	if (!help || !*help)
		return qp_fail(QUIPU_EHELP, where, "metric \"%.200s\" has no help text", name);
	if (!qp_utf8_valid(help, strlen(help)))
		return qp_fail(QUIPU_EHELP, where, "help text of metric \"%.200s\" is not UTF-8",
			       name);
	return QUIPU_OK;
}

static quipu_error check_unit(quipu_kind kind, const char *name, const char *unit,
			      struct qp_where *where)
{
	char end[80];

	if (!unit || !*unit)
		return QUIPU_OK;
	if (!qp_unit_valid(unit, strlen(unit)) || strlen(unit) > 64 || kind == QUIPU_KIND_INFO ||
	    kind == QUIPU_KIND_STATESET)
		return qp_fail(QUIPU_EUNIT, where, "unit \"%.64s\" of metric \"%.128s\"", unit,
			       name);
	snprintf(end, sizeof end, "_%s", unit);
	if (ends_in(name, end))
		return QUIPU_OK;
	snprintf(end, sizeof end, "_%s_total", unit);
	if (ends_in(name, end))
		return QUIPU_OK;
	return qp_fail(QUIPU_EUNIT, where, "metric \"%.128s\" does not end in its unit \"%.64s\"",
		       name, unit);
}

const char *qp_name_suffix(quipu_kind kind, const char *name)
{
	return kind == QUIPU_KIND_INFO && !(strlen(name) > 5 && ends_in(name, "_info")) ? "_info"
											: "";
}

/* --- options of one kind or another -------------------------------------------------------- */

static bool among_names(const char *name, const char *const *names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

static quipu_error check_states(const struct qp_family_spec *spec, const char *name,
				struct qp_where *where)
{
	const char *const *states = spec->opts->states;
	size_t n = spec->opts->n_states, i;
	quipu_error error;

	if (spec->kind != QUIPU_KIND_STATESET) {
		if (states || n)
			return qp_fail(QUIPU_EOPTION, where, "states of \"%.200s\"", name);
		return QUIPU_OK;
	}
	error = qp_check_stateset_name(name, where);
	if (error)
		return error;
	if (!states || n == 0 || n > QUIPU_MAX_STATES)
		return qp_fail(QUIPU_EOPTION, where, "states of \"%.200s\" (1 to %d)", name,
			       QUIPU_MAX_STATES);
	for (i = 0; i < n; i++) {
		if (!states[i] || !*states[i] || !qp_utf8_valid(states[i], strlen(states[i])) ||
		    among_names(states[i], states, i))
			return qp_fail(QUIPU_EOPTION, where, "state %zu of \"%.200s\"", i, name);
	}
	return QUIPU_OK;
}

static quipu_error check_axis(const quipu_axis *axis, const char *name, struct qp_where *where)
{
	size_t i;

	if (!axis->name || !axis->values || axis->n_values == 0 || axis->n_values > UINT32_MAX / 64)
		return qp_fail(QUIPU_EOPTION, where, "axis \"%.100s\" of \"%.128s\"",
			       axis->name ? axis->name : "(null)", name);
	for (i = 0; i < axis->n_values; i++) {
		if (!axis->values[i] || !qp_utf8_valid(axis->values[i], strlen(axis->values[i])) ||
		    among_names(axis->values[i], axis->values, i))
			return qp_fail(QUIPU_EVALUE, where,
				       "value %zu of axis \"%.100s\" of \"%.100s\"", i, axis->name,
				       name);
	}
	return QUIPU_OK;
}

static quipu_error check_axes(const struct qp_family_spec *spec, const char *name,
			      struct qp_where *where)
{
	const quipu_axis *axes = spec->opts->axes;
	size_t n = spec->opts->n_axes, i;
	quipu_error error = QUIPU_OK;

	if (!spec->is_grid) {
		if (axes || n)
			return qp_fail(QUIPU_EOPTION, where, "axes of \"%.200s\"", name);
		return QUIPU_OK;
	}
	if (!axes || n == 0 || n > QUIPU_MAX_AXES)
		return qp_fail(QUIPU_EOPTION, where, "axes of \"%.200s\" (1 to %d)", name,
			       QUIPU_MAX_AXES);
	for (i = 0; i < n && !error; i++)
		error = check_axis(&axes[i], name, where);
	return error;
}

static quipu_error check_decimals(const struct qp_family_spec *spec, const char *name,
				  struct qp_where *where)
{
	const quipu_opts *opts = spec->opts;

	if (opts->decimals == 0)
		return QUIPU_OK;
	if (spec->kind != QUIPU_KIND_COUNTER || opts->exemplars)
		return qp_fail(
			QUIPU_EOPTION, where,
			"decimals of \"%.180s\", no counter of whole numbers, or with exemplars",
			name);
	if (opts->decimals > QP_MAX_DECIMALS)
		return qp_fail(QUIPU_EOPTION, where, "decimals %u of \"%.200s\" (at most %d)",
			       opts->decimals, name, QP_MAX_DECIMALS);
	return QUIPU_OK;
}

static quipu_error check_numbers(const struct qp_family_spec *spec, const char *name,
				 struct qp_where *where)
{
	double idle = spec->opts->idle_seconds;

	if (!(idle >= 0) || idle > 1e9)
		return qp_fail(QUIPU_EOPTION, where, "idle_seconds of \"%.200s\"", name);
	if (!spec->has_labels && spec->opts->labels && spec->opts->labels[0])
		return qp_fail(QUIPU_EOPTION, where,
			       "labels of \"%.200s\", which is a single series, not a family",
			       name);
	if (spec->has_labels && !spec->is_grid && (!spec->opts->labels || !spec->opts->labels[0]))
		return qp_fail(QUIPU_EOPTION, where, "family \"%.200s\" has no labels", name);
	return QUIPU_OK;
}

quipu_error qp_check_family(const struct qp_family_spec *spec, const char *full_name,
			    const quipu_label *const_labels, size_t n_const_labels,
			    struct qp_where *where)
{
	quipu_error error = qp_check_name(full_name, where);

	error = error ? error : check_help(full_name, spec->opts->help, where);
	error = error ? error : check_unit(spec->kind, full_name, spec->opts->unit, where);
	error = error ? error : check_axes(spec, full_name, where);
	error = error ? error
		      : qp_check_labels(spec, full_name, const_labels, n_const_labels, where);
	error = error ? error : qp_check_histogram(spec, full_name, where);
	error = error ? error : check_states(spec, full_name, where);
	error = error ? error : check_decimals(spec, full_name, where);
	return error ? error : check_numbers(spec, full_name, where);
}
