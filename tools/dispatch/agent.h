/* SPDX-License-Identifier: MIT */
/*
 * agent.h: some calls are made by agents: a turn has guards before and after, tools, and one call
 * to a model.
 */
#ifndef DISPATCH_AGENT_H
#define DISPATCH_AGENT_H

#include "delivery.h"

/* One call of so many is an agent's. */
#define AGENT_OF 8

static inline bool agent_makes(uint64_t number)
{
	return number % AGENT_OF == AGENT_OF - 1;
}

/* The turn that makes this call, from its begin to its end. */
void agent_turn(struct delivery *delivery, uint64_t number, const struct call *call);

#endif
