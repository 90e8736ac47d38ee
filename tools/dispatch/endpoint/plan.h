/* SPDX-License-Identifier: MIT */
/* plan.h: what all threads need to know; fixed before the first starts, but for what has a lock. */
#ifndef ENDPOINT_PLAN_H
#define ENDPOINT_PLAN_H

#include "gate.h"
#include "key.h"
#include "source.h"
#include "target.h"

#include "../options.h"

#define PLAN_MOST_ROUTES 2

/* A model that is asked. */
struct plan_route {
	const char *model;
	const quipu_llm_route *kit;
};

struct plan {
	const struct options_endpoint *options;
	uint64_t seed;
	struct target target;
	struct plan_route route[PLAN_MOST_ROUTES]; /* the model, and the one to fall back to */
	unsigned n_routes;
	quipu_llm *llm;
	struct source source;
	struct gate gate;
};

#endif
