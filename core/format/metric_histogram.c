/* SPDX-License-Identifier: MIT */
/*
 * metric_histogram.c: see metric_histogram.h.
 *
 * Classic buckets are cumulative; the one for +Inf is understood, and is there only to carry an
 * exemplar. Native ones are differences from one to the next, over the ends of spans, packed,
 * which all readers take. Prometheus takes a histogram for native if it has a span or a zero
 * bucket with something in or around it; an empty one without either gets a span of nothing.
 */
#include "format/metric_histogram.h"

#include "format/instant.h"
#include "format/metric_parts.h"

enum { COUNT = 1, SUM = 2, BUCKET = 3, SCHEMA = 5, ZERO_THRESHOLD = 6, ZERO_COUNT = 7 };
enum { NEGATIVE_SPAN = 9, NEGATIVE_DELTA = 10, POSITIVE_SPAN = 12, POSITIVE_DELTA = 13 };
enum { CREATED = 15, EXEMPLARS = 16 };
enum { BUCKET_COUNT = 1, BUCKET_BOUND = 2, BUCKET_EXEMPLAR = 3 };
enum { SPAN_OFFSET = 1, SPAN_LENGTH = 2 };

#define FIXED_ROOM 128
#define BUCKET_ROOM 32
#define SPAN_ROOM 20

static size_t native_room(const quipu_native_buckets *buckets)
{
	return buckets->n_spans * SPAN_ROOM + buckets->n_counts * QP_VARINT_BYTES;
}

size_t qp_histogram_room(const quipu_family_view *family, const quipu_series_view *series)
{
	size_t room = FIXED_ROOM + (family->n_bounds + 1) * BUCKET_ROOM;

	room += qp_exemplar_messages_room(series);
	if (series->native)
		room += native_room(&series->native->negative) +
			native_room(&series->native->positive);
	return room;
}

/* --- classic buckets ------------------------------------------------------------------------- */

static char *put_bucket(char *p, uint64_t count, double bound, const quipu_exemplar_view *exemplar)
{
	char *bucket = qp_open(p, BUCKET, 1);

	p = qp_put_field(bucket, BUCKET_COUNT, count);
	p = qp_put_field_double(p, BUCKET_BOUND, bound);
	if (exemplar)
		p = qp_put_exemplar_message(p, BUCKET_EXEMPLAR, exemplar);
	return qp_close(bucket, p, 1);
}

static char *put_buckets(char *p, const quipu_family_view *family, const quipu_series_view *series)
{
	const quipu_exemplar_view *exemplars = series->exemplars;
	size_t n = series->n_exemplars, next = 0;
	uint64_t cumulative = 0;

	for (size_t i = 0; i < family->n_bounds; i++) {
		bool has = next < n && exemplars[next].bucket == i;

		cumulative += series->counts[i];
		p = put_bucket(p, cumulative, family->bounds[i], has ? &exemplars[next++] : NULL);
	}
	if (next < n && exemplars[next].bucket == family->n_bounds)
		p = put_bucket(p, series->count, __builtin_inf(), &exemplars[next]);
	return p;
}

/* --- native buckets -------------------------------------------------------------------------- */

static char *put_span(char *p, unsigned field, quipu_span span)
{
	char *message = qp_open(p, field, 1);

	p = qp_put_field(message, SPAN_OFFSET, qp_zigzag(span.offset));
	p = qp_put_field(p, SPAN_LENGTH, span.length);
	return qp_close(message, p, 1);
}

static char *put_native_buckets(char *p, unsigned spans, unsigned deltas,
				const quipu_native_buckets *buckets)
{
	uint64_t before = 0;
	char *packed;

	for (size_t i = 0; i < buckets->n_spans; i++)
		p = put_span(p, spans, buckets->spans[i]);
	if (buckets->n_counts == 0)
		return p;
	packed = p = qp_open(p, deltas, 1);
	for (size_t i = 0; i < buckets->n_counts; i++) {
		p = qp_put_varint(p, qp_zigzag((int64_t)(buckets->counts[i] - before)));
		before = buckets->counts[i];
	}
	return qp_close(packed, p, 1);
}

static bool looks_classic(const quipu_native_view *native)
{
	return native->zero_count == 0 && !(native->zero_threshold > 0) &&
	       native->negative.n_spans == 0 && native->positive.n_spans == 0;
}

static char *put_native(char *p, const quipu_native_view *native)
{
	p = qp_put_field(p, SCHEMA, qp_zigzag(native->schema));
	p = qp_put_field_double(p, ZERO_THRESHOLD, native->zero_threshold);
	p = qp_put_field(p, ZERO_COUNT, native->zero_count);
	p = put_native_buckets(p, NEGATIVE_SPAN, NEGATIVE_DELTA, &native->negative);
	p = put_native_buckets(p, POSITIVE_SPAN, POSITIVE_DELTA, &native->positive);
	if (looks_classic(native))
		p = put_span(p, POSITIVE_SPAN, (quipu_span){ 0, 0 });
	return p;
}

/* Those without a time would be dropped. */
static char *put_native_exemplars(char *p, const quipu_series_view *series)
{
	const quipu_exemplar_view *exemplar = series->exemplars;

	for (size_t i = 0; i < series->n_exemplars; i++)
		if (qp_milliseconds(exemplar[i].timestamp) > 0)
			p = qp_put_exemplar_message(p, EXEMPLARS, &exemplar[i]);
	return p;
}

/* --- the whole ------------------------------------------------------------------------------- */

char *qp_put_histogram(char *p, unsigned field, const quipu_family_view *family,
		       const quipu_series_view *series)
{
	const quipu_native_view *native = family->native ? series->native : NULL;
	char *histogram = qp_open(p, field, 2);

	p = qp_put_field(histogram, COUNT, series->count);
	p = qp_put_field_double(p, SUM, series->sum);
	if (!native || family->n_bounds > 0)
		p = put_buckets(p, family, series);
	if (native)
		p = put_native(p, native);
	p = qp_put_moment(p, CREATED, series->created);
	if (native)
		p = put_native_exemplars(p, series);
	return qp_close(histogram, p, 2);
}
