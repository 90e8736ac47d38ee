/* SPDX-License-Identifier: MIT */
/* scenarios.h: every scenario; each is described in its file. */
#ifndef TESTS_EXPLORE_SCENARIOS_H
#define TESTS_EXPLORE_SCENARIOS_H

#include "explore.h"

extern const struct explore_scenario explore_adopt, explore_grow;
extern const struct explore_scenario explore_updown, explore_cells, explore_exemplar;
extern const struct explore_scenario explore_map, explore_full;
extern const struct explore_scenario explore_pins, explore_finder, explore_snapshots;
extern const struct explore_scenario explore_idle, explore_idle_pin, explore_idle_full;
extern const struct explore_scenario explore_idle_seen, explore_idle_two, explore_idle_cells,
	explore_ending;
extern const struct explore_scenario explore_unregister, explore_unregister_full,
	explore_generation;
extern const struct explore_scenario explore_registry;
extern const struct explore_scenario explore_callback, explore_late, explore_init, explore_self;

#endif
