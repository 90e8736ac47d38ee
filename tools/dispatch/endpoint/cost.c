/* SPDX-License-Identifier: MIT */
/* cost.c: see cost.h. */
#include "cost.h"

#include <stddef.h>

#define MILLION UINT64_C(1000000)
#define DECIMALS 6

__extension__ typedef unsigned __int128 wide;

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits of the whole part, up to a million. */
static const char *take_dollars(const char *text, uint64_t *dollars)
{
	*dollars = 0;
	for (; digit(*text); text++) {
		*dollars = *dollars * 10 + (uint64_t)(*text - '0');
		if (*dollars > MILLION)
			return NULL;
	}
	return text;
}

static const char *take_decimals(const char *text, uint64_t *millionths)
{
	int i;

	*millionths = 0;
	for (i = 0; i < DECIMALS; i++)
		*millionths = *millionths * 10 + (uint64_t)(digit(*text) ? *text++ - '0' : 0);
	return text;
}

bool cost_parse_price(const char *text, uint64_t *price)
{
	const char *at = text;
	uint64_t dollars, millionths = 0;

	if (!digit(*text))
		return false;
	at = take_dollars(text, &dollars);
	if (at && *at == '.' && digit(at[1]))
		at = take_decimals(at + 1, &millionths);
	*price = dollars * MILLION + millionths;
	return at && !*at && *price <= MILLION * MILLION;
}

uint64_t cost_microdollars(uint64_t input, uint64_t input_price, uint64_t output,
			   uint64_t output_price, uint64_t *rest)
{
	wide millionths = (wide)input * input_price + (wide)output * output_price + *rest;
	wide cost = millionths / MILLION;

	*rest = (uint64_t)(millionths % MILLION);
	return cost < COST_MOST ? (uint64_t)cost : COST_MOST;
}
