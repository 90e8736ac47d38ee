/* SPDX-License-Identifier: MIT */
/*
 * readings.h: reads the routes' totals back from the registry: by a scrape of its own of the
 * families that it needs, so that what is shown here is what a scraper gets.
 */
#ifndef DISPATCH_READINGS_H
#define DISPATCH_READINGS_H

#include "totals.h"

#include <quipu/quipu.h>

struct readings {
	struct totals route[PROVIDER_N_ROUTES];
};

/* names: those that the kit was opened with. All zeros when memory is out. */
struct readings readings_take(quipu_registry *registry, unsigned names);

/* The sum over all routes. */
struct totals readings_sum(const struct readings *readings);

#endif
