/* SPDX-License-Identifier: MIT */
/* event.c: from a value and its trace to an event in its place. See exemplar.h. */
#include "exemplar.h"

#include "base/clock.h"
#include "base/text.h"
#include "buckets.h"
#include "self.h"

#include <string.h>

#define MOST_CODE_POINTS 128

/* Bytes that begin a code point. */
static size_t code_points(const char *text, size_t len)
{
	size_t n = 0, i;

	for (i = 0; i < len; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;
	return n;
}

/* A NUL in names of 128 code points would be found by the check of the whole; a longer text than
 * there is room for has more of them than that. */
static bool add_text(struct qp_event *event, const char *text, uint16_t *len)
{
	size_t n = strnlen(text, QP_EXEMPLAR_TEXT + 1);

	if (n > QP_EXEMPLAR_TEXT - event->text_len)
		return false;
	memcpy(event->text + event->text_len, text, n);
	event->text_len += (uint32_t)n;
	*len = (uint16_t)n;
	return true;
}

static bool there_already(const struct qp_event *event, const char *name)
{
	const char *at = event->text;
	uint32_t i;

	for (i = 0; i < event->n_labels; i++) {
		if (strlen(name) == event->len[2 * i] && memcmp(at, name, event->len[2 * i]) == 0)
			return true;
		at += event->len[2 * i] + event->len[2 * i + 1];
	}
	return false;
}

static bool add_label(struct qp_event *event, const char *name, const char *value)
{
	uint16_t *len = &event->len[2 * event->n_labels];

	if (!name || !value || event->n_labels == QUIPU_MAX_EXEMPLAR_LABELS ||
	    !qp_label_name_plain(name, strnlen(name, QP_EXEMPLAR_TEXT + 1)) ||
	    strncmp(name, "__", 2) == 0 || there_already(event, name))
		return false;
	if (!add_text(event, name, &len[0]) || !add_text(event, value, &len[1]))
		return false;
	event->n_labels++;
	return qp_utf8_valid(value, len[1]);
}

bool qp_event_make(struct qp_event *event, const quipu_exemplar *exemplar)
{
	size_t i;

	event->n_labels = 0;
	event->text_len = 0;
	if (exemplar->n_labels && !exemplar->labels)
		return false;
	if (exemplar->trace_id && !add_label(event, "trace_id", exemplar->trace_id))
		return false;
	if (exemplar->span_id && !add_label(event, "span_id", exemplar->span_id))
		return false;
	for (i = 0; i < exemplar->n_labels; i++) {
		if (!add_label(event, exemplar->labels[i].name, exemplar->labels[i].value))
			return false;
	}
	return code_points(event->text, event->text_len) <= MOST_CODE_POINTS;
}

static __attribute__((noinline)) void keep(struct qp_exemplars *set, uint32_t place, double value,
					   const quipu_exemplar *given)
{
	quipu_exemplar exemplar = { 0 };
	struct qp_event event;

	memcpy(&exemplar, given, given->size < sizeof exemplar ? given->size : sizeof exemplar);
	if (!qp_event_make(&event, &exemplar)) {
		qp_self_count(QUIPU_SELF_refused_exemplars);
		return;
	}
	event.value = value;
	event.timestamp = qp_unix_seconds();
	qp_exemplar_offer(set, place, &event);
}

/* The place for a value: its bucket; or, of native buckets alone, one that cells share. */
static inline uint32_t place_of(quipu_histogram histogram, double value,
				const struct qp_exemplars *set)
{
	const struct qp_layout *layout = qp_layout_by_id(histogram.layout_id);
	uint32_t cell;

	if (histogram.layout && (uint64_t)quipu_priv_bits(value) <= histogram.layout->top)
		cell = quipu_priv_layout_find(histogram.layout, value) / 16;
	else
		cell = qp_layout_search(layout, value) / 16;
	return layout->n_bounds ? qp_layout_classic(layout, cell) : cell % set->n;
}

/* Of a refused amount or a NaN there is no example: it was not counted. */
static inline bool is_wanted(struct qp_exemplars *set, double value)
{
	return set && value >= 0 && qp_exemplar_wanted(set, 0);
}

static inline bool is_wanted_in(struct qp_exemplars *set, quipu_histogram histogram, double value,
				uint32_t *place)
{
	if (!set || value != value)
		return false;
	*place = place_of(histogram, value, set);
	return qp_exemplar_wanted(set, *place);
}

int quipu_counter_exemplar_wanted(quipu_counter counter, double value)
{
	return value < 0x1p63 && is_wanted(qp_exemplars_at(counter.offset), value);
}

int quipu_float_counter_exemplar_wanted(quipu_float_counter counter, double value)
{
	return is_wanted(qp_exemplars_at(counter.offset), value);
}

int quipu_histogram_exemplar_wanted(quipu_histogram histogram, double value)
{
	uint32_t place;

	return is_wanted_in(qp_exemplars_at(histogram.offset), histogram, value, &place);
}

void quipu_priv_exemplar(uint32_t offset, double value, const quipu_exemplar *exemplar)
{
	struct qp_exemplars *set = qp_exemplars_at(offset);

	if (exemplar && is_wanted(set, value))
		keep(set, 0, value, exemplar);
}

void quipu_priv_bucket_exemplar(quipu_histogram histogram, double value,
				const quipu_exemplar *exemplar)
{
	struct qp_exemplars *set = qp_exemplars_at(histogram.offset);
	uint32_t place;

	if (exemplar && is_wanted_in(set, histogram, value, &place))
		keep(set, place, value, exemplar);
}
