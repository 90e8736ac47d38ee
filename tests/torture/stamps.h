/* SPDX-License-Identifier: MIT */
/*
 * stamps.h: label sets that each have a prime of their own.
 *
 * Whoever records into set i adds its prime, so a value that is no multiple of it has taken
 * an increment meant for another series.
 */
#ifndef TESTS_STAMPS_H
#define TESTS_STAMPS_H

#include <stdint.h>

#define STAMPS 32

extern const char *const stamp_name[STAMPS]; /* label values "s00" … */
extern const uint64_t stamp_prime[STAMPS];

/* The set with this label value, or -1. */
int stamp_index(const char *name);

/* Fails the test (P2) unless value is made of the set's own increments; returns how many. */
uint64_t stamp_check(int stamp, uint64_t value, const char *what);

#endif
