/* SPDX-License-Identifier: MIT */
/*
 * delivery.h: the hot loop: makes the attempts at a call and records them; how to instrument a
 * dispatcher with quipu's LLM kit.
 *
 * Durations are the simulated ones, whatever the speed, so moments are told to the kit
 * (quipu_llm_begin_at …). A dispatcher that sends real calls leaves them to it
 * (quipu_llm_begin …) and is shorter still.
 */
#ifndef DISPATCH_DELIVERY_H
#define DISPATCH_DELIVERY_H

#include "errand.h"
#include "metrics.h"
#include "pace.h"

/* What one worker has at hand. */
struct delivery {
	const struct metrics *metrics;
	const struct policy *policy;
	struct pace *pace;
	uint64_t now_ns; /* the worker's moment */
};

/* Time passes. */
static inline void delivery_pass(struct delivery *delivery, uint64_t ns)
{
	delivery->now_ns += ns;
	pace_until(delivery->pace, delivery->now_ns);
}

/* Makes a call, from the first attempt to the last; OK when it was answered. */
quipu_llm_error delivery_make(struct delivery *delivery, uint64_t number, const struct call *call);

#endif
