/* SPDX-License-Identifier: MIT */
/* scenarios.c: the list of all. */
#include "scenarios.h"

#include "explore.h"

#include <stddef.h>

const struct explore_scenario *const explore_scenarios[] = { &explore_adopt, NULL };
