/* SPDX-License-Identifier: MIT */
/* names.c: see names.h. */
#include "format/names.h"

#include <string.h>

#define LITERAL(text) ((quipu_str){ text, sizeof(text) - 1 })

int qp_ends_in(quipu_str text, quipu_str end)
{
	return text.len > end.len && memcmp(text.data + text.len - end.len, end.data, end.len) == 0;
}

struct qp_names qp_names_registered(const quipu_family_view *family)
{
	struct qp_names names = { .base = family->name.len };

	names.family = LITERAL("");
	if (family->kind == QUIPU_KIND_INFO && !qp_ends_in(family->name, LITERAL("_info")))
		names.family = LITERAL("_info");
	names.sample = names.family;
	return names;
}

struct qp_names qp_names_openmetrics(const quipu_family_view *family)
{
	struct qp_names names = { .base = family->name.len };

	names.family = LITERAL("");
	names.sample = LITERAL("");
	if (family->kind == QUIPU_KIND_INFO)
		names.sample = LITERAL("_info");
	if (family->kind == QUIPU_KIND_COUNTER || family->kind == QUIPU_KIND_FLOAT_COUNTER)
		names.sample = LITERAL("_total");
	if (qp_ends_in(family->name, names.sample))
		names.base -= names.sample.len;
	return names;
}

char *qp_put_state_label(char *p, quipu_str name)
{
	for (size_t i = 0; i < name.len; i++)
		*p++ = name.data[i] == ':' ? '_' : name.data[i];
	return p;
}
