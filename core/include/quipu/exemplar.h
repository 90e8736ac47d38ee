/* SPDX-License-Identifier: MIT */
/*
 * exemplar.h: recording together with the trace that an event belongs to.
 *
 * A counter or histogram that was made with .exemplars = 1 remembers single events: one for a
 * counter, one for each bucket of a histogram (of native buckets alone, 16 in all). Scrapers that
 * ask for OpenMetrics or protobuf get them, and a dashboard can lead from a slow bucket to a trace
 * that was slow.
 *
 *   quipu_observe_exemplar(latency, seconds, QUIPU_EXEMPLAR(.trace_id = trace, .span_id = span));
 *
 * The first event after a scrape that showed the last one is kept; all others cost a look (two
 * loads) beside what recording costs, so exemplars nobody scrapes are free but for that. Who
 * keeps one does one compare-and-swap and reads the clock; nobody ever waits.
 *
 * Of a metric without .exemplars the event is recorded and the exemplar ignored; of a value that
 * is refused (record.h) no exemplar is kept. QUIPU_EXEMPLAR works where quipu.h is included.
 */
#ifndef QUIPU_EXEMPLAR_H
#define QUIPU_EXEMPLAR_H

#include <quipu/record.h>

#ifdef __cplusplus
extern "C" {
#endif

#define QUIPU_MAX_EXEMPLAR_LABELS 16

/*
 * The labels of one event, written QUIPU_EXEMPLAR(.trace_id = …). Names and values together have
 * at most 128 code points (a trace and a span id with their names have 63). What has more, or a
 * name that is not [a-zA-Z_][a-zA-Z0-9_]*, begins with "__" or is there twice, or a value that is
 * NULL or not UTF-8, is not kept and counted (refused_exemplars).
 */
typedef struct quipu_exemplar {
	size_t size;	      /* set by QUIPU_EXEMPLAR */
	const char *trace_id; /* the labels trace_id and span_id; NULL: not there */
	const char *span_id;
	const quipu_label *labels; /* others */
	size_t n_labels;
} quipu_exemplar;

#define QUIPU_EXEMPLAR(...) QUIPU_PRIV_OPTS(quipu_exemplar, __VA_ARGS__)

/*
 * Would an exemplar of this value be kept now? For programs to which the text of a trace's id
 * is dear: ask, and make it only then. Another thread's may still come first. value: what would
 * be observed, or added to the counter.
 * Threads: any, also signal handlers. Cost: a call and two loads. Fails: never.
 */
int quipu_counter_exemplar_wanted(quipu_counter counter, double value);
int quipu_float_counter_exemplar_wanted(quipu_float_counter counter, double value);
int quipu_histogram_exemplar_wanted(quipu_histogram histogram, double value);

void quipu_priv_exemplar(uint32_t offset, double value, const quipu_exemplar *exemplar);
void quipu_priv_bucket_exemplar(quipu_histogram histogram, double value,
				const quipu_exemplar *exemplar);

/*
 * As the verbs without _exemplar (record.h), and keep the event if one is wanted.
 * exemplar: NULL is allowed. Threads: any, also signal handlers. Cost: a call and two loads more
 * than recording; about 100 ns when the event is kept. Fails: as recording.
 */
static inline void quipu_counter_add_exemplar(quipu_counter counter, uint64_t n,
					      const quipu_exemplar *exemplar)
{
	quipu_counter_add(counter, n);
	/* a refused amount stays one: negative */
	quipu_priv_exemplar(counter.offset, (double)(int64_t)n, exemplar);
}

static inline void quipu_float_counter_add_exemplar(quipu_float_counter counter, double n,
						    const quipu_exemplar *exemplar)
{
	quipu_float_counter_add(counter, n);
	quipu_priv_exemplar(counter.offset, n, exemplar);
}

static inline void quipu_histogram_observe_exemplar(quipu_histogram histogram, double value,
						    const quipu_exemplar *exemplar)
{
	quipu_histogram_observe(histogram, value);
	quipu_priv_bucket_exemplar(histogram, value, exemplar);
}

/*
 * The same by label values, as the verbs in metric.h.
 */
#define QUIPU_PRIV_DECLARE_EXEMPLAR_AT(verb, kind, type)                                           \
	void quipu_##kind##_##verb##_exemplar_at(quipu_##kind##_family family, type n_or_value,    \
						 const quipu_exemplar *exemplar,                   \
						 const char *const *values, size_t n);             \
	void quipu_##kind##_##verb##_exemplar_at_v(quipu_##kind##_family family, type n_or_value,  \
						   const quipu_exemplar *exemplar,                 \
						   const quipu_str *values, size_t n);
QUIPU_PRIV_DECLARE_EXEMPLAR_AT(add, counter, uint64_t)
QUIPU_PRIV_DECLARE_EXEMPLAR_AT(add, float_counter, double)
QUIPU_PRIV_DECLARE_EXEMPLAR_AT(observe, histogram, double)
#undef QUIPU_PRIV_DECLARE_EXEMPLAR_AT

#ifdef __cplusplus
}
#endif
#endif
