/* SPDX-License-Identifier: MIT */
/* text.c: numbers as people read them. */
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct text_number text_count(uint64_t value)
{
	struct text_number number = { "" };
	char digits[24];
	char *to = number.text;
	int i, n = snprintf(digits, sizeof digits, "%" PRIu64, value);

	for (i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	return number;
}

struct text_number text_seconds(double seconds)
{
	struct text_number number = { "-" };
	size_t room = sizeof number.text;

	if (seconds < 0)
		return number;
	if (seconds < 0.9995)
		snprintf(number.text, room, "%.0f ms", seconds * 1e3);
	else
		snprintf(number.text, room, "%.*f s",
			 seconds < 9.995   ? 2
			 : seconds < 99.95 ? 1
					   : 0,
			 seconds);
	return number;
}

struct text_number text_dollars(uint64_t millionths)
{
	uint64_t cents = millionths / 10000 + (millionths % 10000 >= 5000);
	struct text_number number;

	snprintf(number.text, sizeof number.text, "$%.26s.%02u", text_count(cents / 100).text,
		 (unsigned)(cents % 100));
	return number;
}
