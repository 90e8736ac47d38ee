/* SPDX-License-Identifier: MIT */
/* exemplar.c: see exemplar.h. */
#include "format/exemplar.h"

#include "base/number.h"
#include "format/instant.h"
#include "format/pairs.h"

/* " # {", "} ", a value, a space, a moment. */
#define FIXED_ROOM (8 + QP_DOUBLE_CHARS + QP_INSTANT_CHARS)

size_t qp_exemplars_room(const quipu_series_view *series)
{
	const quipu_exemplar_view *exemplar = series->exemplars;
	size_t room = 0;

	for (size_t i = 0; i < series->n_exemplars; i++)
		room += FIXED_ROOM + qp_pairs_room(exemplar[i].labels, exemplar[i].n_labels);
	return room;
}

char *qp_put_exemplar(char *p, const quipu_exemplar_view *exemplar)
{
	uint64_t moment = qp_milliseconds(exemplar->timestamp);

	p = qp_put_literal(p, " # {");
	p = qp_put_pairs(p, exemplar->labels, exemplar->n_labels, true);
	if (exemplar->n_labels > 0)
		p--;
	p = qp_put_literal(p, "} ");
	p += qp_format_double(p, exemplar->value);
	if (moment > 0) {
		*p++ = ' ';
		p += qp_format_instant(p, moment);
	}
	return p;
}
