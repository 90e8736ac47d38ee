/* SPDX-License-Identifier: MIT */
/* formats.c: the list of formats built in. */
#include "format/rows.h"

#include <stdbool.h>
#include <string.h>

static const quipu_format *const formats[] = {
	&quipu_format_text,	     &quipu_format_text_utf8,
	&quipu_format_openmetrics,   &quipu_format_openmetrics_0,
	&quipu_format_openmetrics_2, &quipu_format_protobuf,
	&quipu_format_json,	     NULL,
};

const quipu_format *const *quipu_formats(void)
{
	return formats;
}

const quipu_format *quipu_format_find(const char *name)
{
	const quipu_format *const *format = formats;

	while (*format && strcmp((*format)->name, name) != 0)
		format++;
	return *format;
}

static const struct {
	const quipu_format *format;
	qp_rows_function *rows;
} with_rows[] = {
	{ &quipu_format_text, qp_lines_rows },
	{ &quipu_format_text_utf8, qp_lines_rows },
	{ &quipu_format_openmetrics, qp_lines_rows }, /* and 0.0.1, which has its functions */
	{ &quipu_format_protobuf, qp_protobuf_rows },
};

static bool works_alike(const quipu_format *a, const quipu_format *b)
{
	return a->state_size == b->state_size && a->begin == b->begin && a->family == b->family &&
	       a->series == b->series && a->end == b->end;
}

qp_rows_function *qp_rows_of(const quipu_format *format)
{
	for (size_t i = 0; i < sizeof with_rows / sizeof *with_rows; i++)
		if (works_alike(format, with_rows[i].format))
			return with_rows[i].rows;
	return NULL;
}
