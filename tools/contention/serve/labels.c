/* SPDX-License-Identifier: MIT */
/* labels.c: see labels.h. */
#include "labels.h"

#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BYTES 256 /* names of C++ functions have no end */

static const char *last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static char *copy(const char *string)
{
	struct qc_text text = { 0 };

	qc_text_utf8(&text, string ? string : "", string ? strlen(string) : 0, MAX_BYTES);
	return qc_text_string(&text);
}

static char *site_by_line(const struct qc_name *name)
{
	const char *file = last_component(name->file);
	struct qc_text text = { 0 };

	qc_text_utf8(&text, file, strlen(file), MAX_BYTES);
	qc_text_raw(&text, ":");
	qc_text_u64(&text, name->line);
	return qc_text_string(&text);
}

static char *site_by_offset(const struct qc_location_frame *frame)
{
	const char *object = last_component(frame->path);
	struct qc_text text = { 0 };
	char offset[24];

	qc_text_utf8(&text, *object ? object : "?", *object ? strlen(object) : 1, MAX_BYTES);
	snprintf(offset, sizeof offset, "+0x%" PRIx64, frame->offset);
	qc_text_raw(&text, offset);
	return qc_text_string(&text);
}

/* --- which frame, and which of the functions that were inlined there ------------------------- */

/* Whether it is no mere way to a lock: nobody known, or somebody who is none; *found is who, all zero
 * or the outermost of those that are. */
static bool name_frame(const struct qc_namer *namer, const struct qc_location_frame *frame,
		       struct qc_name *found)
{
	struct qc_name names[QC_MAX_INLINED];
	size_t n =
		namer->of(namer->names, frame->path, frame->build_id, frame->offset, names, NULL);
	size_t i = 0;

	*found = (struct qc_name){ 0 };
	while (i < n && namer->is_wrapper(&names[i]))
		i++;
	if (n)
		*found = names[i < n ? i : n - 1];
	return n == 0 || i < n;
}

/* The frame that waits, and its name; the outermost where all are ways to the lock. */
static const struct qc_location_frame *
waiting(const struct qc_namer *namer, const struct qc_location *location, struct qc_name *found)
{
	unsigned i = 0;

	*found = (struct qc_name){ 0 };
	if (namer) {
		while (!name_frame(namer, &location->frames[i], found) &&
		       i + 1 < location->n_frames)
			i++;
	}
	return &location->frames[i];
}

bool qc_labels_of(const struct qc_location *place, const struct qc_namer *namer,
		  struct qc_labels *labels)
{
	struct qc_name name;
	const struct qc_location_frame *frame = waiting(namer, place, &name);
	bool has_line = name.file && name.line;

	labels->kind = place->kind;
	labels->site = has_line ? site_by_line(&name) : site_by_offset(frame);
	labels->function = copy(name.function);
	labels->object = copy(*frame->path ? last_component(frame->path) : "?");
	labels->lock = copy(place->lock);
	if (labels->site && labels->function && labels->object && labels->lock)
		return true;
	qc_labels_free(labels);
	return false;
}

bool qc_labels_equal(const struct qc_labels *a, const struct qc_labels *b)
{
	return a->kind == b->kind && strcmp(a->site, b->site) == 0 &&
	       strcmp(a->function, b->function) == 0 && strcmp(a->object, b->object) == 0 &&
	       strcmp(a->lock, b->lock) == 0;
}

void qc_labels_free(struct qc_labels *labels)
{
	free(labels->site);
	free(labels->function);
	free(labels->object);
	free(labels->lock);
}
