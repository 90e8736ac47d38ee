/* SPDX-License-Identifier: MIT */
/*
 * self.h: what the library counts about itself, from one list.
 *
 * The list below makes the constants, what quipu_self tells, and, by quipu_self_collector
 * (collectors.h), the metrics: quipu_scrapes_total, quipu_shards and so on. Figures of the
 * process, not of a registry.
 */
#ifndef QUIPU_SELF_H
#define QUIPU_SELF_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* X(name, kind, help). COUNTER: only grows, shown with _total. GAUGE: looked up when asked for. */
#define QUIPU_SELF_MAP(X)                                                                          \
	X(scrapes, COUNTER, "Scrapes begun.")                                                      \
	X(scrape_bytes, COUNTER, "Bytes of text that scrapes gave.")                               \
	X(late_callbacks, COUNTER, "Callbacks that missed a scrape's deadline.")                   \
	X(failed_samples, COUNTER, "Samples of collectors that were dropped as invalid.")          \
	X(refused_values, COUNTER, "Values refused: NaN, or negative amounts on a counter.")       \
	X(refused_exemplars, COUNTER, "Exemplars refused: too long, or with illegal labels.")      \
	X(bad_label_sets, COUNTER,                                                                 \
	  "Records refused for a wrong number of label values, a NULL or invalid UTF-8.")          \
	X(rejected_label_sets, COUNTER,                                                            \
	  "Records of new label sets beyond a family's cap, kept in its overflow series.")         \
	X(expired_series, COUNTER, "Series removed because they stood still.")                     \
	X(overflow_records, COUNTER, "Records that went to the shared overflow shard.")            \
	X(http_connections, COUNTER, "Connections accepted by the responder.")                     \
	X(http_requests, COUNTER, "Requests that the responder answered.")                         \
	X(http_bytes, COUNTER, "Bytes that the responder sent.")                                   \
	X(http_aborted, COUNTER, "Connections that ended before their answer was complete.")       \
	X(http_refused, COUNTER, "Connections and requests that the responder turned away.")       \
	X(shards, GAUGE, "Threads that ever recorded at the same time, each with a shard.")        \
	X(retired_objects, GAUGE, "Removed objects whose memory is not free yet.")                 \
	X(slot_bytes, GAUGE, "Bytes that all series take in each shard.")                          \
	X(memory_bytes, GAUGE,                                                                     \
	  "Bytes of names, label values and tables; known where the program runs on jemalloc.")    \
	X(http_accept_failures, COUNTER,                                                           \
	  "Times that the responder could not accept, mostly for lack of a descriptor.")

typedef enum quipu_self_figure {
#define QUIPU_PRIV_SELF_ENUM(name, kind, help) QUIPU_SELF_##name,
	QUIPU_SELF_MAP(QUIPU_PRIV_SELF_ENUM)
#undef QUIPU_PRIV_SELF_ENUM
		QUIPU_SELF_N_FIGURES
} quipu_self_figure;

/*
 * What the library counted about itself since the program began: calls fn for each figure of
 * the list that is known here.
 * Threads: any. Cost: a handful of loads, a lock, a few statistics of jemalloc. Fails: never.
 */
void quipu_self(void (*fn)(const char *name, const char *help, uint64_t value, void *ctx),
		void *ctx);

/*
 * Adds to a counter of the list: for parts that the core does not know, as the responder.
 * Threads: any. Cost: one atomic add to a shared word. Fails: what is no counter is ignored.
 */
void quipu_self_add(quipu_self_figure figure, uint64_t n);

#ifdef __cplusplus
}
#endif
#endif
