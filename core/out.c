/* SPDX-License-Identifier: MIT */
/* out.c: the growable byte buffer between formats and whoever sends the bytes on. */
#include "out.h"

#include "base/alloc.h"

#include <stdint.h>
#include <string.h>

#define FIRST_CAPACITY ((size_t)4096)

/* A rest that is moved is at most one part in so many of what was consumed. */
#define CHEAP 2

/* Far above any memory, and small enough that doubling cannot overflow. */
#define MAX_CAPACITY (SIZE_MAX / 4)

void qp_out_init(quipu_out *out)
{
	memset(out, 0, sizeof(*out));
}

void qp_out_clear(quipu_out *out)
{
	out->start = 0;
	out->end = 0;
	out->holding = false;
	out->failed = false;
}

void qp_out_free(quipu_out *out)
{
	qp_free(out->data);
	qp_out_init(out);
}

const char *qp_out_data(const quipu_out *out)
{
	return out->data ? out->data + out->start : "";
}

void qp_out_fail(quipu_out *out)
{
	out->failed = true;
}

/* Moves what is left to the front; it is no more than what lies before it. */
static void shift(quipu_out *out)
{
	size_t used = out->end - out->start;

	memcpy(out->data, out->data + out->start, used);
	out->held -= out->holding ? out->start : 0;
	out->start = 0;
	out->end = used;
}

/* A small rest moves to the front at once: later, when there is no room behind it, it would have
 * grown, and nearly all bytes would be copied once more. */
void qp_out_consume(quipu_out *out, size_t len)
{
	size_t used = qp_out_len(out);

	out->start += len < used ? len : used;
	if (out->start == out->end) {
		out->start = 0;
		out->end = 0;
		out->held = 0;
	} else if (out->end - out->start <= out->start / CHEAP) {
		shift(out);
	}
}

void qp_out_hold(quipu_out *out)
{
	out->held = out->end;
	out->holding = true;
}

char *qp_out_held(quipu_out *out, size_t *len)
{
	*len = out->end - out->held;
	return out->data + out->held;
}

void qp_out_release(quipu_out *out, size_t len)
{
	out->end = out->held + len;
	out->holding = false;
}

/* Moves what is left, where that alone makes room and is cheap. */
static bool compact(quipu_out *out, size_t len)
{
	size_t used = out->end - out->start;

	if (out->start == 0 || out->start < used || out->capacity - used < len)
		return false;
	shift(out);
	return true;
}

/* At least doubles, so that appending n bytes copies fewer than 2 n. */
static bool grow(quipu_out *out, size_t len)
{
	size_t capacity = out->capacity ? out->capacity : FIRST_CAPACITY;
	char *data;

	if (len >= MAX_CAPACITY - out->end)
		return false;
	while (capacity - out->end < len)
		capacity *= 2;
	data = qp_realloc(out->data, capacity);
	if (!data)
		return false;
	out->data = data;
	out->capacity = capacity;
	return true;
}

static bool make_room(quipu_out *out, size_t len)
{
	if (!out->failed && !compact(out, len) && !grow(out, len))
		out->failed = true;
	return !out->failed;
}

char *quipu_out_reserve(quipu_out *out, size_t len)
{
	bool fits = out->data && !out->failed && out->capacity - out->end >= len;

	if (!fits && !make_room(out, len))
		return NULL;
	return out->data + out->end;
}

void quipu_out_commit(quipu_out *out, size_t used)
{
	if (!out->failed)
		out->end += used;
}

void quipu_out_write(quipu_out *out, const char *data, size_t len)
{
	char *place = quipu_out_reserve(out, len);

	if (!place || len == 0)
		return;
	memcpy(place, data, len);
	quipu_out_commit(out, len);
}
