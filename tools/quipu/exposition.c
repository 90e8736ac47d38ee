/* SPDX-License-Identifier: MIT */
/* exposition.c: one exposition's life. */
#include "exposition.h"

#include "readers.h"
#include "rules.h"

#include <stdlib.h>

static void read_input(struct qx_exposition *exposition)
{
	switch (exposition->format) {
	case QX_TEXT:
	case QX_TEXT_UTF8:
		qx_read_text(exposition);
		break;
	case QX_OPENMETRICS_0:
	case QX_OPENMETRICS:
		qx_read_openmetrics(exposition);
		break;
	case QX_OPENMETRICS_2:
		qx_read_openmetrics_2(exposition);
		break;
	case QX_PROTOBUF:
		qx_read_protobuf(exposition);
		break;
	case QX_JSON:
		qx_read_json(exposition);
		break;
	case QX_FORMAT_COUNT:
		break;
	}
}

struct qx_exposition *qx_read(enum qx_format format, const char *data, size_t len)
{
	struct qx_exposition *exposition = qx_new(1, sizeof(*exposition));

	exposition->format = format;
	exposition->input = (struct qx_text){ data ? data : "", len };
	read_input(exposition);
	qx_check(exposition);
	qx_findings_sort(&exposition->findings);
	return exposition;
}

void qx_free(struct qx_exposition *exposition)
{
	if (!exposition)
		return;
	qx_index_free(&exposition->families);
	qx_index_free(&exposition->metrics);
	qx_arena_free(&exposition->arena);
	free(exposition);
}
