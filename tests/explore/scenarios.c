/* SPDX-License-Identifier: MIT */
/* scenarios.c: the list of all. */
#include "scenarios.h"

#include <stddef.h>

const struct explore_scenario *const explore_scenarios[] = {
	&explore_adopt,
	&explore_grow,
	&explore_updown,
	&explore_cells,
	&explore_exemplar,
	&explore_map,
	&explore_full,
	&explore_pins,
	&explore_finder,
	&explore_snapshots,
	&explore_idle,
	&explore_idle_pin,
	&explore_idle_full,
	&explore_idle_seen,
	&explore_idle_two,
	&explore_idle_cells,
	&explore_ending,
	&explore_unregister,
	&explore_unregister_full,
	&explore_generation,
	&explore_registry,
	&explore_callback,
	&explore_late,
	&explore_init,
	&explore_self,
	NULL,
};
