/* SPDX-License-Identifier: MIT */
/* source.c: see source.h. */
#include "source.h"

#include <quipu/timer.h>

#include <stdlib.h>
#include <string.h>

#define RAW_BYTES (32u * 1024) /* less than the window has room for from the start */
#define SMALL_BYTES 1024u      /* what is less is not compressed */

/* --- opening and closing ------------------------------------------------------------------ */

/* What it costs when a coding is wanted; without that memory the answer is not compressed. */
static void prepare_coding(struct qp_source *source)
{
	source->raw = source->wanted.coding ? malloc(RAW_BYTES) : NULL;
	if (source->raw)
		source->coding = source->wanted.coding;
}

struct qp_source *qp_source_open(quipu_registry *registry, const struct qp_wanted *wanted,
				 double timeout_seconds, void (*wake)(void *ctx), void *ctx)
{
	struct qp_source *source = calloc(1, sizeof(*source));
	const struct qp_query *query = wanted->query;

	if (!source) {
		free(wanted->query);
		return NULL;
	}
	source->wanted = *wanted;
	prepare_coding(source);
	source->scrape = quipu_scrape_open(
		registry, wanted->format,
		QUIPU_SCRAPE_OPTS(.timeout_seconds = timeout_seconds, .wake = wake, .ctx = ctx,
				  .escaping = wanted->escaping, .created = wanted->created,
				  .names = query ? query->names : NULL,
				  .n_names = query ? query->n_names : 0),
		NULL);
	if (!source->scrape) {
		qp_source_close(source);
		return NULL;
	}
	return source;
}

void qp_source_close(struct qp_source *source)
{
	if (!source)
		return;
	if (source->scrape)
		quipu_scrape_close(source->scrape);
	if (source->coder)
		source->coding->close(source->coder);
	free(source->raw);
	free(source->wanted.query);
	free(source);
}

/* --- steps -------------------------------------------------------------------------------- */

/* Room for more of a body that will not exceed most bytes. */
static bool grow(struct qp_window *window, size_t most)
{
	size_t cap = window->cap * 2;

	return qp_window_reserve(window, cap < most ? cap : most);
}

/* Where the next bytes go, at most so many that the window has most; NULL: out of memory. */
static char *find_room(struct qp_window *window, size_t most, size_t *room)
{
	size_t left = most - qp_window_len(window);
	char *tail = qp_window_tail(window, room);

	if (*room == 0) {
		if (!grow(window, most))
			return NULL;
		tail = qp_window_tail(window, room);
	}
	*room = *room < left ? *room : left;
	return tail;
}

/* Nothing read and no error: a long step of the core's was cut in parts. */
static enum qp_progress progress_of(quipu_error error, size_t len)
{
	switch (error) {
	case QUIPU_OK:
		return len > 0 ? QP_PROGRESS_MORE : QP_PROGRESS_LATER;
	case QUIPU_END:
		return QP_PROGRESS_END;
	case QUIPU_EAGAIN:
		return QP_PROGRESS_CALLBACKS;
	case QUIPU_EBUSY:
		return QP_PROGRESS_BUSY;
	case QUIPU_ENOMEM:
		return QP_PROGRESS_NO_MEMORY;
	default:
		return QP_PROGRESS_BROKEN;
	}
}

static enum qp_progress step_plain(struct qp_source *source, struct qp_window *window, size_t most)
{
	size_t room, len = 0;
	char *tail = find_room(window, most, &room);
	quipu_error error;

	if (!tail)
		return QP_PROGRESS_NO_MEMORY;
	error = quipu_scrape_read(source->scrape, tail, room, &len);
	qp_window_commit(window, len);
	return progress_of(error, len);
}

static enum qp_progress read_raw(struct qp_source *source)
{
	enum qp_progress progress;
	quipu_error error;
	size_t len = 0;

	if (source->raw_at == source->raw_end)
		source->raw_at = source->raw_end = 0;
	error = quipu_scrape_read(source->scrape, source->raw + source->raw_end,
				  RAW_BYTES - source->raw_end, &len);
	source->raw_end += len;
	progress = progress_of(error, len);
	if (progress != QP_PROGRESS_END)
		return progress;
	source->read_all = true;
	return QP_PROGRESS_MORE;
}

/* The empty window takes what was read, and whatever follows takes the shorter way. */
static enum qp_progress give_up_coding(struct qp_source *source, struct qp_window *window)
{
	source->coding = NULL;
	qp_window_append(window, source->raw, source->raw_end);
	return source->read_all ? QP_PROGRESS_END : QP_PROGRESS_MORE;
}

static enum qp_progress begin_coding(struct qp_source *source, struct qp_window *window)
{
	if (source->raw_end >= SMALL_BYTES)
		source->coder = source->coding->open();
	return source->coder ? QP_PROGRESS_MORE : give_up_coding(source, window);
}

static enum qp_progress code(struct qp_source *source, struct qp_window *window, size_t most)
{
	struct qp_flow flow = { .in = source->raw + source->raw_at,
				.in_len = source->raw_end - source->raw_at,
				.last = source->read_all };
	size_t room;

	flow.out = find_room(window, most, &room);
	flow.room = room;
	if (!flow.out || !source->coding->step(source->coder, &flow))
		return QP_PROGRESS_NO_MEMORY;
	qp_window_commit(window, room - flow.room);
	source->raw_at = source->raw_end - flow.in_len;
	return flow.done ? QP_PROGRESS_END : QP_PROGRESS_MORE;
}

static enum qp_progress step_coded(struct qp_source *source, struct qp_window *window, size_t most)
{
	bool enough =
		source->coder ? source->raw_at < source->raw_end : source->raw_end >= SMALL_BYTES;

	if (!enough && !source->read_all)
		return read_raw(source);
	if (!source->coder)
		return begin_coding(source, window);
	return code(source, window, most);
}

enum qp_progress qp_source_fill(struct qp_source *source, struct qp_window *window, size_t most,
				uint64_t until)
{
	while (qp_window_len(window) < most) {
		enum qp_progress progress = source->coding ? step_coded(source, window, most)
							   : step_plain(source, window, most);

		if (progress != QP_PROGRESS_MORE)
			return progress;
		if (quipu_now_ns() >= until)
			return QP_PROGRESS_LATER;
	}
	return QP_PROGRESS_FULL;
}
