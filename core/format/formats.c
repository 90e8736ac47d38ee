/* SPDX-License-Identifier: MIT */
/* formats.c: the list of formats built in. */
#include <quipu/format.h>

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
