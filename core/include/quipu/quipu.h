/* SPDX-License-Identifier: MIT */
/*
 * quipu: metrics for hot, multithreaded loops.
 *
 * A quipu is a bundle of knotted cords: each cord is tied by one hand, and all hang from one
 * main cord so that they can be read together. Every thread ties knots on a cord of its own
 * (recording costs about one add); a scrape reads all cords together.
 *
 *   QUIPU_LABELS(call_labels, model, provider, status);
 *
 *   quipu_registry *reg = quipu_default_registry();
 *   quipu_counter_family requests = quipu_counter_family_new(reg, QUIPU_OPTS(
 *           .name = "llm_requests_total", .help = "LLM requests.", .labels = call_labels_names));
 *   quipu_counter ok = quipu_with(requests, call_labels,
 *           .model = "gpt-4o", .provider = "openai", .status = "success");
 *   quipu_inc(ok);                                          // kept handle: one add
 *   quipu_inc_at(requests, model, provider, status);        // by label values: a look-up
 *
 * Then <quipu/http.h> serves it at /metrics; <quipu/llm.h> has all of this ready for programs that
 * call language models. Read on: types.h (the nouns), verbs.h (what you
 * write), metric.h (making and removing), record.h (what it costs), exemplar.h, timer.h,
 * collectors.h and collect.h (what is made at scrape time), scrape.h and format.h (getting it
 * out), self.h (what the library counts), ffi.h (other languages).
 */
#ifndef QUIPU_QUIPU_H
#define QUIPU_QUIPU_H

#define QUIPU_VERSION_MAJOR 0
#define QUIPU_VERSION_MINOR 2
#define QUIPU_VERSION_PATCH 0
#define QUIPU_VERSION "0.2.0"

#include <quipu/collect.h>
#include <quipu/collectors.h>
#include <quipu/error.h>
#include <quipu/exemplar.h>
#include <quipu/format.h>
#include <quipu/metric.h>
#include <quipu/record.h>
#include <quipu/scrape.h>
#include <quipu/self.h>
#include <quipu/timer.h>
#include <quipu/types.h>
#include <quipu/verbs.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the library that is linked, as QUIPU_VERSION is that of this header. */
const char *quipu_version(void);

#ifdef __cplusplus
}
#endif
#endif
