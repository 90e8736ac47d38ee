/* SPDX-License-Identifier: MIT */
/* turn.c: see turn.h. */
#include "turn.h"

#include "server.h"

#include <quipu/timer.h>

#define TURN_NS 3000000u
#define SLICE_NS 2000000u

void qp_turn_begin(quipu_http *server)
{
	server->turn_ends = server->now + TURN_NS;
}

bool qp_turn_over(const quipu_http *server)
{
	return quipu_now_ns() >= server->turn_ends;
}

uint64_t qp_turn_slice(const quipu_http *server)
{
	uint64_t ends = quipu_now_ns() + SLICE_NS;

	return ends < server->turn_ends ? ends : server->turn_ends;
}

void qp_turn_grant(quipu_http *server)
{
	uint64_t ends = quipu_now_ns() + SLICE_NS;

	if (server->turn_ends < ends)
		server->turn_ends = ends;
}
