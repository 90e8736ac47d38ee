/* SPDX-License-Identifier: MIT */
/* cost.h: what calls cost, exactly: no binary fraction is on the way. */
#ifndef ENDPOINT_COST_H
#define ENDPOINT_COST_H

#include <stdbool.h>
#include <stdint.h>

/* A thousand million dollars for a call: what costs more counts as this much, so that the sum of
 * many, in 64 bits, is far from its end. */
#define COST_MOST UINT64_C(1000000000000000)

/*
 * A price in dollars for a million tokens, with up to six decimals, as millionths of a micro-dollar
 * for one token. False when it is no such number, or over a million dollars.
 */
bool cost_parse_price(const char *text, uint64_t *price);

/*
 * Whole micro-dollars for so many tokens at these prices, COST_MOST at most. rest: what earlier
 * calls have left over, less than a micro-dollar, and this one leaves to the next, in millionths; 0
 * at first. So sums over many cheap calls do not drift.
 */
uint64_t cost_microdollars(uint64_t input, uint64_t input_price, uint64_t output,
			   uint64_t output_price, uint64_t *rest);

#endif
