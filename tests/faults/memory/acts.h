/* SPDX-License-Identifier: MIT */
/*
 * acts.h: what a running program asks of the library, cut into acts.
 *
 * Each leaves a scenario (scenario.h) as it was. With refused, any request to the system may be
 * refused meanwhile: errors of that kind are allowed then, and nothing else is; without, the act
 * must succeed.
 */
#ifndef TESTS_ACTS_H
#define TESTS_ACTS_H

#include "scenario.h"

#include <stddef.h>

struct act {
	const char *name;
	void (*run)(struct scenario *scenario, int refused);
};

extern const struct act acts[];
extern const size_t acts_n;

/* Those of a server (acts_http.c). */
void act_serve(struct scenario *scenario, int refused);
void act_open(struct scenario *scenario, int refused);

#endif
