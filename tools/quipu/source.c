/* SPDX-License-Identifier: MIT */
/* source.c: see source.h. */
#include "source.h"

#include "arena.h"
#include "fetch.h"
#include "url.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool complain(const struct source *source, const char *reason)
{
	fprintf(stderr, "%s: %s\n", source->name, reason);
	return false;
}

static bool read_stream(struct source *source, FILE *stream)
{
	size_t capacity = 0, n = 1;

	while (n > 0) {
		source->memory = qx_grow(source->memory, source->len, &capacity, 1);
		n = fread(source->memory + source->len, 1, capacity - source->len, stream);
		source->len += n;
	}
	source->data = source->memory;
	return !ferror(stream) || complain(source, strerror(errno));
}

static bool read_file(struct source *source)
{
	FILE *file = fopen(source->name, "rb");
	bool ok;

	if (!file)
		return complain(source, strerror(errno));
	ok = read_stream(source, file);
	fclose(file);
	return ok;
}

static bool read_url(struct source *source, const char *accept)
{
	struct fetched fetched;
	struct question question = { .accept = accept, .most = FETCH_MOST, .stop = -1 };
	bool ok = fetch(source->name, &question, &fetched);

	source->url = true;
	source->memory = fetched.bytes;
	if (!ok)
		return complain(source, fetched.error);
	source->data = fetched.answer.body;
	source->len = fetched.answer.body_len;
	memcpy(source->content_type, fetched.answer.content_type, sizeof(source->content_type));
	return true;
}

bool source_read(struct source *source, const char *from, const char *accept)
{
	*source = (struct source){ .name = from };
	if (!from || strcmp(from, "-") == 0) {
		source->name = "stdin";
		return read_stream(source, stdin);
	}
	return url_like(from) ? read_url(source, accept) : read_file(source);
}

void source_free(struct source *source)
{
	free(source->memory);
}
