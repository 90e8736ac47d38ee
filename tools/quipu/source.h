/* SPDX-License-Identifier: MIT */
/* source.h: where an exposition comes from: a file, standard input, or a URL. */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stddef.h>

struct source {
	const char *name; /* for messages */
	bool url;
	char *memory; /* to be freed */
	const char *data;
	size_t len;
	char content_type[256]; /* of a URL's answer */
};

/* from: NULL or "-" is standard input. False, with a message on stderr, if it cannot be read. */
bool source_read(struct source *source, const char *from, const char *accept);
void source_free(struct source *source);

#endif
