/* SPDX-License-Identifier: MIT */
/* formats.c: the list of formats built in, the preferred one first. */
#include <quipu/format.h>

static const quipu_format *const formats[] = { &quipu_format_text, NULL };

const quipu_format *const *quipu_formats(void)
{
	return formats;
}
