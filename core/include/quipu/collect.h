/* SPDX-License-Identifier: MIT */
/*
 * collect.h: values and whole families that are made when a scrape asks for them.
 *
 * Callbacks run on one thread of the library's own, one after the other, with no lock held:
 * they may record, register, remove, even themselves, and scrape (without callbacks' values). All
 * signals are blocked there. A scrape waits for them until its deadline; then it goes out without
 * the late ones and counts them, and their values are used by nobody. An exception that leaves one
 * ends the process (std::terminate); do not longjmp out of one.
 */
#ifndef QUIPU_COLLECT_H
#define QUIPU_COLLECT_H

#include <quipu/error.h>
#include <quipu/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Names one callback, for quipu_callback_remove; the zero value names none. */
typedef struct quipu_callback {
	uint64_t id;
} quipu_callback;

/*
 * A gauge or a counter whose value is what fn returns at each scrape; a counter's should
 * never fall. No labels but the registry's.
 * Threads: any. Cost: a lock, allocates. Fails: zero value and the registry's status, as
 * quipu_gauge_new.
 */
quipu_callback quipu_gauge_callback(quipu_registry *registry, const quipu_opts *opts,
				    double (*fn)(void *ctx), void *ctx);
quipu_callback quipu_counter_callback(quipu_registry *registry, const quipu_opts *opts,
				      double (*fn)(void *ctx), void *ctx);

/* Where a collector puts its families; valid during the call. */
typedef struct quipu_emitter quipu_emitter;

/*
 * Calls fn at each scrape to make whole families with the quipu_emit_… functions.
 * Threads: any. Cost: a lock, allocates. Fails: zero value, registry's status ENOMEM.
 */
quipu_callback quipu_collector_add(quipu_registry *registry,
				   void (*fn)(quipu_emitter *emitter, void *ctx), void *ctx);

/*
 * Removes a callback. When it returns, fn is not running and will not be called again,
 * unless it was called from fn itself.
 * Threads: any. Cost: waits for fn if it is running. Fails: never.
 */
void quipu_callback_remove(quipu_registry *registry, quipu_callback callback);

/* What kind of family a collector makes, and what formats show. */
typedef enum quipu_kind {
	QUIPU_KIND_COUNTER,	  /* uint64_t */
	QUIPU_KIND_FLOAT_COUNTER, /* double */
	QUIPU_KIND_UPDOWN,	  /* int64_t, shown as a gauge */
	QUIPU_KIND_GAUGE,	  /* double */
	QUIPU_KIND_HISTOGRAM,
	QUIPU_KIND_STATESET, /* not for collectors */
	QUIPU_KIND_INFO,     /* shown as 1 */
	QUIPU_KIND_UNKNOWN,  /* double, shown as untyped */
	QUIPU_KIND_SUMMARY   /* not for collectors */
} quipu_kind;

/*
 * Begins a family: name, help, unit, labels (and bounds for a histogram, or else the default
 * ones) of opts are used, checked as at creation; native buckets, exemplars and decimals are EOPTION.
 * What follows up to the next family belongs to it.
 * Fails: an error; the samples that follow are dropped, and the registry's status and its
 * error callback name the culprit. A name that another family shows is EDUPLICATE.
 */
quipu_error quipu_emit_family(quipu_emitter *emitter, quipu_kind kind, const quipu_opts *opts);

/*
 * One series of the family begun last; values has one string per label of the family (NULL where
 * it has none). Either function is good for every kind but histograms: a double becomes the
 * nearest integer towards 0 where the kind is an integer; integers keep all 64 bits, an up-down
 * counter's is an int64_t, cast.
 * Fails: ENULL, EVALUE, EDUPLICATE, EOPTION (wrong kind), EREFUSED (NaN, or a negative counter),
 * ENOMEM; the sample is dropped.
 */
quipu_error quipu_emit_value(quipu_emitter *emitter, double value, const char *const *values);
quipu_error quipu_emit_integer(quipu_emitter *emitter, uint64_t value, const char *const *values);

/* A histogram's series: counts of its buckets, not cumulative, one more than it has finite bounds,
 * and the sum of what was observed. Fails: the same; EREFUSED: more than 64 bits hold in all. */
quipu_error quipu_emit_histogram(quipu_emitter *emitter, const uint64_t *counts, double sum,
				 const char *const *values);

#ifdef __cplusplus
}
#endif
#endif
