/* SPDX-License-Identifier: MIT */
/* views.c: a scrape of hand-made views. */
#include "views.h"

#include <stdlib.h>

static void encode_family(const quipu_format *format, void *state, quipu_out *out,
			  const struct qt_views *views)
{
	format->family(state, out, &views->family);
	for (size_t i = 0; i < views->n_series; i++)
		format->series(state, out, &views->family, &views->series[i]);
}

void qt_encode(const quipu_format *format, quipu_out *out, const struct qt_views *views, size_t n)
{
	void *state = calloc(1, format->state_size ? format->state_size : 1);

	if (!state)
		abort();
	format->begin(state, out);
	for (size_t i = 0; i < n; i++)
		encode_family(format, state, out, &views[i]);
	format->end(state, out);
	free(state);
}
