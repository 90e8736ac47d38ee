/* SPDX-License-Identifier: MIT */
/*
 * protobuf.c: delimited MetricFamily messages of the Prometheus client data model.
 *
 * A message has its length in front, and a family may have a million series, so a family is
 * written as several messages of bounded size, each with name, help, type and unit. Prometheus'
 * parser reads one message after the other and knows nothing of those before (its metadata are
 * just set again); so do other readers of delimited messages. The message at hand is held back
 * in the output until its length is known. A family without series is no message at all.
 */
#include "format/metric.h"
#include "format/metric_rows.h"
#include "format/names.h"
#include "format/rows.h"
#include "format/wire.h"

#include "out.h"

#define BATCH_BYTES ((size_t)32 * 1024)

/* Bytes left for a message's length: right for those that BATCH_BYTES ends. */
#define PREFIX 3

#define HEAD_ROOM 64

struct state {
	struct qp_names names;
	bool open;		      /* there is a message at hand */
	struct qp_metric_parts parts; /* of rows' messages */
};

static const unsigned char types[] = {
	[QUIPU_KIND_COUNTER] = QP_TYPE_COUNTER,	    [QUIPU_KIND_FLOAT_COUNTER] = QP_TYPE_COUNTER,
	[QUIPU_KIND_UPDOWN] = QP_TYPE_GAUGE,	    [QUIPU_KIND_GAUGE] = QP_TYPE_GAUGE,
	[QUIPU_KIND_HISTOGRAM] = QP_TYPE_HISTOGRAM, [QUIPU_KIND_STATESET] = QP_TYPE_GAUGE,
	[QUIPU_KIND_INFO] = QP_TYPE_GAUGE,	    [QUIPU_KIND_UNKNOWN] = QP_TYPE_UNTYPED,
	[QUIPU_KIND_SUMMARY] = QP_TYPE_SUMMARY,
};

/* --- messages ------------------------------------------------------------------------------ */

static char *put_name(char *p, const quipu_family_view *family, const struct qp_names *names)
{
	quipu_str base = qp_base(family, names);

	p = qp_put_varint(p, QP_TAG_BYTES(QP_FAMILY_NAME));
	p = qp_put_varint(p, base.len + names->family.len);
	return qp_put_str(qp_put_str(p, base), names->family);
}

static void open_message(struct state *state, quipu_out *out, const quipu_family_view *family)
{
	size_t room = HEAD_ROOM + family->name.len + family->help.len + family->unit.len;
	char *start, *p;

	qp_out_hold(out);
	start = quipu_out_reserve(out, room);
	if (!start)
		return;
	memset(start, 0, PREFIX);
	p = put_name(start + PREFIX, family, &state->names);
	if (family->help.len > 0)
		p = qp_put_field_text(p, QP_FAMILY_HELP, family->help);
	p = qp_put_field(p, QP_FAMILY_TYPE, types[family->kind]);
	if (family->unit.len > 0)
		p = qp_put_field_text(p, QP_FAMILY_UNIT, family->unit);
	quipu_out_commit(out, (size_t)(p - start));
}

/* Puts the length in front; out of memory, nothing is left of the message. */
static void close_message(struct state *state, quipu_out *out)
{
	bool room = quipu_out_reserve(out, QP_VARINT_BYTES) != NULL;
	size_t len, bytes;
	char *message;

	state->open = false;
	if (!room) {
		qp_out_release(out, 0);
		return;
	}
	message = qp_out_held(out, &len);
	len -= PREFIX;
	bytes = qp_varint_bytes(len);
	if (bytes != PREFIX)
		memmove(message + bytes, message + PREFIX, len);
	qp_put_varint(message, len);
	qp_out_release(out, bytes + len);
}

/* --- the format ------------------------------------------------------------------------------ */

static void begin(void *state, quipu_out *out)
{
	(void)state;
	(void)out;
}

static void end(void *state_, quipu_out *out)
{
	struct state *state = state_;

	if (state->open)
		close_message(state, out);
}

static void begin_family(void *state_, quipu_out *out, const quipu_family_view *family)
{
	struct state *state = state_;

	end(state, out);
	state->names = qp_names_registered(family);
	state->parts.parts.tried = false;
}

static void need_message(struct state *state, quipu_out *out, const quipu_family_view *family)
{
	if (!state->open)
		open_message(state, out, family);
	state->open = true;
}

static void end_batch(struct state *state, quipu_out *out)
{
	size_t len;

	qp_out_held(out, &len);
	if (len >= BATCH_BYTES)
		close_message(state, out);
}

static void write_series(void *state, quipu_out *out, const quipu_family_view *family,
			 const quipu_series_view *series)
{
	need_message(state, out, family);
	qp_metric(out, family, series);
	end_batch(state, out);
}

void qp_protobuf_rows(void *state_, quipu_out *out, const quipu_family_view *family,
		      const struct qp_rows *rows)
{
	struct state *state = state_;

	for (size_t i = 0; i < rows->n; i++) {
		need_message(state, out, family);
		qp_metric_row(&state->parts, out, family, rows, &rows->row[i]);
		end_batch(state, out);
	}
}

const quipu_format quipu_format_protobuf = {
	.name = "protobuf",
	.content_type = "application/vnd.google.protobuf; "
			"proto=io.prometheus.client.MetricFamily; encoding=delimited",
	.features = QUIPU_FORMAT_UTF8_NAMES | QUIPU_FORMAT_EXEMPLARS | QUIPU_FORMAT_NATIVE |
		    QUIPU_FORMAT_CREATED,
	.state_size = sizeof(struct state),
	.begin = begin,
	.family = begin_family,
	.series = write_series,
	.end = end,
};
