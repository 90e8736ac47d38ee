/* SPDX-License-Identifier: MIT */
/* scenarios.h: every scenario's name; each is described in its file. */
#ifndef TESTS_EXPLORE_SCENARIOS_H
#define TESTS_EXPLORE_SCENARIOS_H

#include "explore.h"

extern const struct explore_scenario explore_adopt;

#endif
