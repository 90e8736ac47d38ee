/* SPDX-License-Identifier: MIT */
/* opened.h: a registry with a kit and a route, and what scrapes of it show. */
#ifndef TESTS_LLM_OPENED_H
#define TESTS_LLM_OPENED_H

#include "unit/exposed.h"

#include <quipu/llm.h>

#define MS UINT64_C(1000000)

static quipu_registry *registry;
static quipu_llm *kit;
static const quipu_llm_route *route; /* gpt-4o of openai */

static inline void open_with(const quipu_llm_opts *opts)
{
	quipu_error error = QUIPU_ENOMEM;

	registry = quipu_registry_new(NULL);
	kit = quipu_llm_open(registry, opts, &error);
	cr_assert_eq(error, QUIPU_OK);
	cr_assert(kit);
	route = quipu_llm_route_of(kit, "gpt-4o", "openai");
	cr_assert(route);
}

static inline void open_kit(void)
{
	open_with(NULL);
}

/* Nothing went wrong, and of the kit nothing is left. */
static inline void close_kit(void)
{
	expect_no_error(registry);
	quipu_llm_close(kit);
	expect_samples(registry, 0);
	quipu_registry_free(registry);
}

/* The sample of the route, or of anything, is this. */
#define GPT "model", "gpt-4o", "provider", "openai"
#define EXPECT(expected, ...)                                                                      \
	do {                                                                                       \
		struct qt_exposition *shown_ = exposed(registry);                                  \
		double value_ = qt_value(shown_, __VA_ARGS__, NULL);                               \
                                                                                                   \
		cr_expect_eq(value_, (double)(expected), "%s: %.17g instead of %.17g",             \
			     #__VA_ARGS__, value_, (double)(expected));                            \
		qt_free(shown_);                                                                   \
	} while (0)

#define EXPECT_MISUSE(n, kind_) EXPECT(n, "llm_misuse_total", "kind", kind_)

/* All kinds together. */
static inline uint64_t misuses(void)
{
	struct qt_exposition *shown = exposed(registry);
	uint64_t sum = qt_sum_u64(shown, "llm_misuse_total", NULL);

	qt_free(shown);
	return sum;
}

/* One call that ends so, 830 ms after it began. */
static inline void one_call(const quipu_llm_route *to, quipu_llm_error error,
			    const quipu_llm_usage *usage)
{
	quipu_llm_call call = QUIPU_LLM_CALL_INIT;

	quipu_llm_begin_at(&call, to, 1000 * MS);
	quipu_llm_end_at(&call, error, usage, 1830 * MS);
}

#endif
