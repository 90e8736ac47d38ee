/* SPDX-License-Identifier: MIT */
/* protobuf_histogram.c: the Histogram message: classic buckets, native buckets, or both. */
#include "protobuf.h"

#include <math.h>
#include <stdlib.h>

/* Growing lists, until all is read. */
struct list {
	void *items;
	size_t n, capacity;
};

struct side {
	struct list spans;  /* struct qx_span */
	struct list deltas; /* int64_t */
	struct list floats; /* double */
};

struct histogram {
	const char *at;
	uint64_t count, zero_count;
	double count_float, zero_count_float, sum, zero_threshold;
	uint64_t schema; /* zigzag */
	bool has_created;
	double created;
	struct side negative, positive;
	struct qx_exemplar *exemplars;
};

static void *append(struct list *list, size_t size)
{
	list->items = qx_grow(list->items, list->n, &list->capacity, size);
	return (char *)list->items + size * list->n++;
}

/* Float counts, where there are any, override. */
static struct qx_number count_of(uint64_t whole, double real)
{
	return real > 0 || isnan(real) ? qx_number_real(real) : qx_number_whole(whole);
}

/* --- classic buckets ---------------------------------------------------------------------- */

struct bucket {
	uint64_t count;
	double count_float, bound;
	struct qx_exemplar *exemplar;
};

static bool bucket_field(struct qx_proto *proto, void *target, const struct qx_field *field)
{
	struct bucket *bucket = target;

	switch (field->number) {
	case 1:
		return qx_proto_uint(field, &bucket->count);
	case 2:
		return qx_proto_double(field, &bucket->bound);
	case 3:
		return qx_proto_exemplar(proto, field, &bucket->exemplar);
	case 4:
		return qx_proto_double(field, &bucket->count_float);
	default:
		return true;
	}
}

static bool read_bucket(struct qx_proto *proto, const struct qx_field *field)
{
	struct bucket bucket = { .count = 0 };
	struct qx_point *point;

	if (field->type != QX_WIRE_BYTES)
		return false;
	qx_proto_message(proto, field->bytes, "Bucket", bucket_field, &bucket);
	point = qx_proto_point(proto, QX_BUCKET, count_of(bucket.count, bucket.count_float),
			       field->bytes.data);
	point->at = bucket.bound;
	point->exemplars = bucket.exemplar;
	return true;
}

/* --- native buckets ----------------------------------------------------------------------- */

static bool span_field(struct qx_proto *proto, void *target, const struct qx_field *field)
{
	struct qx_span *span = target;
	uint64_t bits;

	(void)proto;
	if (field->number != 1)
		return field->number != 2 || qx_proto_uint(field, &span->length);
	if (!qx_proto_uint(field, &bits))
		return false;
	span->offset = qx_wire_zigzag(bits);
	return true;
}

static bool read_span(struct qx_proto *proto, const struct qx_field *field, struct list *spans)
{
	struct qx_span span = { 0, 0 };

	if (field->type != QX_WIRE_BYTES)
		return false;
	qx_proto_message(proto, field->bytes, "BucketSpan", span_field, &span);
	*(struct qx_span *)append(spans, sizeof(span)) = span;
	return true;
}

/* One element, or packed ones. */
static bool read_deltas(const struct qx_field *field, struct list *deltas)
{
	struct qx_text rest = field->bytes;
	uint64_t bits;

	if (field->type != QX_WIRE_VARINT && field->type != QX_WIRE_BYTES)
		return false;
	while (rest.len > 0) {
		if (!qx_wire_varint(&rest, &bits))
			return false;
		*(int64_t *)append(deltas, sizeof(int64_t)) = qx_wire_zigzag(bits);
	}
	return true;
}

static bool read_floats(const struct qx_field *field, struct list *floats)
{
	struct qx_text rest = field->bytes;
	uint64_t bits;

	if (field->type != QX_WIRE_64 && field->type != QX_WIRE_BYTES)
		return false;
	while (rest.len > 0) {
		if (!qx_wire_fixed(&rest, 8, &bits))
			return false;
		*(double *)append(floats, sizeof(double)) = qx_wire_double(bits);
	}
	return true;
}

static bool histogram_field(struct qx_proto *proto, void *target, const struct qx_field *field)
{
	struct histogram *h = target;

	switch (field->number) {
	case 1:
		return qx_proto_uint(field, &h->count);
	case 2:
		return qx_proto_double(field, &h->sum);
	case 3:
		return read_bucket(proto, field);
	case 4:
		return qx_proto_double(field, &h->count_float);
	case 5:
		return qx_proto_uint(field, &h->schema);
	case 6:
		return qx_proto_double(field, &h->zero_threshold);
	case 7:
		return qx_proto_uint(field, &h->zero_count);
	case 8:
		return qx_proto_double(field, &h->zero_count_float);
	case 9:
		return read_span(proto, field, &h->negative.spans);
	case 10:
		return read_deltas(field, &h->negative.deltas);
	case 11:
		return read_floats(field, &h->negative.floats);
	case 12:
		return read_span(proto, field, &h->positive.spans);
	case 13:
		return read_deltas(field, &h->positive.deltas);
	case 14:
		return read_floats(field, &h->positive.floats);
	case 15:
		h->has_created = true;
		return qx_proto_time(proto, field, &h->created);
	case 16:
		return qx_proto_exemplar(proto, field, &h->exemplars);
	default:
		return true;
	}
}

/* --- into the model ------------------------------------------------------------------------ */

static void add_deltas(struct qx_proto *proto, const struct histogram *h, const struct list *deltas,
		       struct qx_side *side)
{
	const int64_t *delta = deltas->items;
	int64_t count = 0;

	for (size_t i = 0; i < deltas->n; i++) {
		if (__builtin_add_overflow(count, delta[i], &count)) {
			qx_proto_error(proto, h->at, "a native bucket's count beyond 64 bits");
			return;
		}
		side->counts[side->n_counts++] = count < 0 ? qx_number_real((double)count)
							   : qx_number_whole((uint64_t)count);
	}
}

static void add_side(struct qx_proto *proto, const struct histogram *h, const struct side *from,
		     struct qx_side *side)
{
	struct qx_arena *arena = &proto->exposition->arena;
	const struct qx_span *spans = from->spans.items;
	const double *floats = from->floats.items;

	side->spans = qx_take(arena, from->spans.n * sizeof(*spans));
	for (size_t i = 0; i < from->spans.n; i++)
		side->spans[side->n_spans++] = spans[i];
	side->counts = qx_take(arena, (from->deltas.n + from->floats.n) * sizeof(*side->counts));
	add_deltas(proto, h, &from->deltas, side);
	for (size_t i = 0; i < from->floats.n; i++)
		side->counts[side->n_counts++] = qx_number_real(floats[i]);
	if (from->deltas.n > 0 && from->floats.n > 0)
		qx_proto_error(proto, h->at, "native buckets as deltas and as floats");
}

static bool is_native(const struct histogram *h)
{
	return h->negative.spans.n > 0 || h->positive.spans.n > 0 || h->zero_threshold > 0 ||
	       h->zero_count > 0 || h->zero_count_float > 0 || h->negative.deltas.n > 0 ||
	       h->positive.deltas.n > 0 || h->negative.floats.n > 0 || h->positive.floats.n > 0;
}

static void add_native(struct qx_proto *proto, const struct histogram *h, struct qx_number count)
{
	struct qx_native *native = qx_take(&proto->exposition->arena, sizeof(*native));

	native->offset = qx_offset(proto->exposition, h->at);
	native->schema = qx_wire_zigzag(h->schema);
	native->zero_threshold = h->zero_threshold;
	native->zero_count = count_of(h->zero_count, h->zero_count_float);
	native->count = count;
	native->sum = qx_number_real(h->sum);
	native->exemplars = h->exemplars;
	add_side(proto, h, &h->negative, &native->negative);
	add_side(proto, h, &h->positive, &native->positive);
	native->next = proto->metric->natives;
	proto->metric->natives = native;
}

static void free_side(struct side *side)
{
	free(side->spans.items);
	free(side->deltas.items);
	free(side->floats.items);
}

void qx_proto_histogram(struct qx_proto *proto, struct qx_text message)
{
	struct histogram h = { .at = message.data };
	struct qx_number count;

	qx_proto_message(proto, message, "Histogram", histogram_field, &h);
	count = count_of(h.count, h.count_float);
	qx_proto_point(proto, QX_SUM, qx_number_real(h.sum), h.at);
	qx_proto_point(proto, QX_COUNT, count, h.at);
	if (h.has_created)
		qx_proto_point(proto, QX_CREATED, qx_number_real(h.created), h.at);
	if (is_native(&h))
		add_native(proto, &h, count);
	else if (h.exemplars)
		qx_proto_error(proto, h.at, "exemplars of native buckets, without such buckets");
	free_side(&h.negative);
	free_side(&h.positive);
}
