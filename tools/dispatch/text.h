/* SPDX-License-Identifier: MIT */
/* text.h: numbers as people read them, independent of the locale. */
#ifndef DISPATCH_TEXT_H
#define DISPATCH_TEXT_H

#include <stdint.h>

/* Enough for 2^64 - 1 with its commas. */
struct text_number {
	char text[32];
};

/* 18059974 as 18,059,974 */
struct text_number text_count(uint64_t value);

/* Seconds with three significant digits or so: 85 ms, 1.23 s, 45.6 s, 170 s; "-" below zero. */
struct text_number text_seconds(double seconds);

/* Millionths of a dollar to the cent: $1,234.57 */
struct text_number text_dollars(uint64_t millionths);

#endif
