/* SPDX-License-Identifier: MIT */
/* cost.h: what calls cost, exactly: no binary fraction is on the way. */
#ifndef ENDPOINT_COST_H
#define ENDPOINT_COST_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A price in dollars for a million tokens, with up to six decimals, as millionths of a micro-dollar
 * for one token. False when it is no such number, or over a million dollars.
 */
bool cost_parse_price(const char *text, uint64_t *price);

/* Micro-dollars for so many tokens at these prices; a half is rounded up. */
uint64_t cost_microdollars(uint64_t input, uint64_t input_price, uint64_t output,
			   uint64_t output_price);

#endif
