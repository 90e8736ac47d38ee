/* SPDX-License-Identifier: MIT */
/* location.c: see location.h. */
#include "location.h"

#include <stdlib.h>
#include <string.h>

struct qc_location qc_location_of(const struct qc_profile *profile, const struct qc_site *site)
{
	struct qc_location place = { .kind = site->kind,
				     .lock = site->lock,
				     .n_frames = site->n_frames };
	const struct qc_object *object;
	unsigned i;

	for (i = 0; i < site->n_frames; i++) {
		object = &profile->objects[site->frames[i].object];
		place.frames[i] = (struct qc_location_frame){ object->path, object->build_id,
							      site->frames[i].offset };
	}
	return place;
}

/* --- copies -------------------------------------------------------------------------------- */

static size_t bytes_of(const char *string)
{
	return string ? strlen(string) + 1 : 0;
}

/* The string, moved to *at, which moves on. */
static const char *put(char **at, const char *string)
{
	size_t bytes = bytes_of(string);
	char *here = *at;

	if (!string)
		return NULL;
	memcpy(here, string, bytes);
	*at += bytes;
	return here;
}

struct qc_location *qc_location_copy(const struct qc_location *place)
{
	size_t bytes = sizeof *place + bytes_of(place->lock);
	struct qc_location *copy;
	unsigned i;
	char *at;

	for (i = 0; i < place->n_frames; i++)
		bytes += bytes_of(place->frames[i].path) + bytes_of(place->frames[i].build_id);
	copy = malloc(bytes);
	if (!copy)
		return NULL;
	*copy = *place;
	at = (char *)(copy + 1);
	copy->lock = put(&at, place->lock);
	for (i = 0; i < place->n_frames; i++) {
		copy->frames[i].path = put(&at, place->frames[i].path);
		copy->frames[i].build_id = put(&at, place->frames[i].build_id);
	}
	return copy;
}

/* --- the same or not ----------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, const void *data, size_t len)
{
	const unsigned char *byte = data;

	while (len--)
		hash = (hash ^ *byte++) * UINT64_C(0x100000001b3);
	return hash;
}

uint64_t qc_location_hash(const struct qc_location *place)
{
	uint64_t hash = mix(UINT64_C(0xcbf29ce484222325), &place->kind, sizeof place->kind);
	unsigned i;

	if (place->lock)
		hash = mix(hash, place->lock, strlen(place->lock));
	for (i = 0; i < place->n_frames; i++) {
		hash = mix(hash, place->frames[i].path, strlen(place->frames[i].path));
		hash = mix(hash, &place->frames[i].offset, sizeof place->frames[i].offset);
	}
	return hash;
}

static bool same_lock(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_frame(const struct qc_location_frame *a, const struct qc_location_frame *b)
{
	return a->offset == b->offset && strcmp(a->path, b->path) == 0 &&
	       strcmp(a->build_id, b->build_id) == 0;
}

bool qc_location_equals(const struct qc_location *a, const struct qc_location *b)
{
	unsigned i = 0;

	if (a->kind != b->kind || a->n_frames != b->n_frames || !same_lock(a->lock, b->lock))
		return false;
	while (i < a->n_frames && same_frame(&a->frames[i], &b->frames[i]))
		i++;
	return i == a->n_frames;
}
