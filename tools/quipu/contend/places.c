/* SPDX-License-Identifier: MIT */
/* places.c: see places.h. */
#include "places.h"

#include "arena.h"
#include "contention/names/names.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024

struct known {
	struct known *next;
	const char *path, *build_id;
	uint64_t offset;
	struct place_list list;
};

struct places {
	struct qx_arena arena;
	struct qc_names *names; /* NULL: addresses only */
	struct known *known[BUCKETS];
	const char *trouble;
};

struct places *places_open(const struct place_wishes *wishes)
{
	struct places *places = qx_new(1, sizeof(*places));

	if (!wishes->no_names)
		places->names = qc_names_open(wishes->debug_path);
	return places;
}

void places_free(struct places *places)
{
	if (!places)
		return;
	if (places->names)
		qc_names_close(places->names);
	qx_arena_free(&places->arena);
	free(places);
}

const char *places_trouble(const struct places *places)
{
	return places->trouble;
}

const char *last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* --- one place -------------------------------------------------------------------------------- */

static const char *keep(struct places *places, const char *string)
{
	return string ? qx_take_copy(&places->arena, string, strlen(string)) : NULL;
}

static const char *print(struct places *places, const char *format, const char *what, uint64_t n)
{
	char *text = NULL;
	const char *kept;

	if (asprintf(&text, format, what, n) < 0)
		return "?";
	kept = keep(places, text);
	free(text);
	return kept;
}

static struct location address(struct places *places, const struct qc_object *object,
			       uint64_t offset)
{
	const char *name = *object->path ? last_component(object->path) : "?";
	struct location place = { .object = keep(places, name) };

	place.site = print(places, "%s+0x%" PRIx64, name, offset);
	return place;
}

static bool ends_in(const char *name, size_t n, const char *end)
{
	size_t len = strlen(end);

	return n >= len && memcmp(name + n - len, end, len) == 0;
}

/* How much of a C++ function's name is left without what comes after its arguments. */
static size_t up_to_arguments(const char *name)
{
	static const char *const after[] = { " const", " volatile", " &", " &&" };
	const char *clone = strstr(name, " [clone ");
	size_t n = clone ? (size_t)(clone - name) : strlen(name);

	for (size_t i = 0; i < sizeof(after) / sizeof(after[0]); i++) {
		if (ends_in(name, n, after[i]))
			n -= strlen(after[i]);
	}
	return n;
}

/* "Log::write(std::string const&) const" is called Log::write; all of it, if nothing is recognised. */
static const char *without_arguments(struct places *places, const char *name)
{
	size_t n = up_to_arguments(name), depth = 0, i = n;

	if (n == 0 || name[n - 1] != ')')
		return keep(places, name);
	while (i-- > 0) {
		depth += name[i] == ')';
		depth -= name[i] == '(' && depth > 0;
		if (depth == 0)
			break;
	}
	/* debug information calls a lambda just operator() */
	if (depth > 0 || i == 0 || i >= n || ends_in(name, i, "operator"))
		return keep(places, name);
	return qx_take_copy(&places->arena, name, i);
}

static struct location named(struct places *places, struct location place,
			     const struct qc_name *name)
{
	place.function = keep(places, name->function);
	if (name->function)
		place.called = without_arguments(places, name->function);
	place.wrapper = qc_name_is_wrapper(name);
	if (!name->file || name->line == 0)
		return place;
	place.file = keep(places, name->file);
	place.line = name->line;
	place.site = print(places, "%s:%" PRIu64, last_component(name->file), name->line);
	return place;
}

static struct place_list look_up(struct places *places, const struct qc_object *object,
				 uint64_t offset)
{
	struct qc_name names[QC_MAX_INLINED];
	struct location bare = address(places, object, offset);
	struct place_list list = { .n = 0 };
	const char *why = NULL;

	if (places->names && *object->path)
		list.n = qc_names_of(places->names, object->path, object->build_id, offset, names,
				     &why);
	list.places = qx_take(&places->arena, (list.n > 0 ? list.n : 1) * sizeof(bare));
	list.places[0] = bare;
	for (size_t i = 0; i < list.n; i++)
		list.places[i] = named(places, bare, &names[i]);
	if (why && !places->trouble)
		places->trouble = keep(places, why);
	list.n = list.n > 0 ? list.n : 1;
	return list;
}

/* --- those that are known --------------------------------------------------------------------- */

static struct known **chain(struct places *places, const struct qc_object *object, uint64_t offset)
{
	uint64_t hash = qx_text_hash(offset, qx_text_of(object->path));

	return &places->known[hash % BUCKETS];
}

struct place_list places_of(struct places *places, const struct qc_object *object, uint64_t offset)
{
	struct known **first = chain(places, object, offset), *known;

	for (known = *first; known; known = known->next) {
		if (known->offset == offset && strcmp(known->path, object->path) == 0 &&
		    strcmp(known->build_id, object->build_id) == 0)
			return known->list;
	}
	known = qx_take(&places->arena, sizeof(*known));
	*known = (struct known){ *first, keep(places, object->path), keep(places, object->build_id),
				 offset, look_up(places, object, offset) };
	*first = known;
	return known->list;
}
