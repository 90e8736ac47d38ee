/* SPDX-License-Identifier: MIT */
/*
 * calls.h: the demo's calls and its simulated providers (tools/dispatch) as the loop needs them.
 * What becomes of a call follows from its number alone.
 *
 * Threads: any, after calls_open.
 */
#ifndef DISPATCH_LOOP_CALLS_H
#define DISPATCH_LOOP_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { CALLS_N_ROUTES = 6 };
enum calls_status { CALLS_SUCCESS, CALLS_RATE_LIMITED, CALLS_ERROR };

struct calls_answer {
	unsigned status;	/* of calls_status */
	uint32_t input, output; /* tokens */
	uint64_t ns, first_ns;
};

/* False: out of memory. */
bool calls_open(void);
void calls_close(void);

const char *calls_model(unsigned route);
const char *calls_provider(unsigned route);

unsigned calls_route(uint64_t number);
struct calls_answer calls_make(uint64_t number, unsigned route);

#ifdef __cplusplus
}
#endif
#endif
