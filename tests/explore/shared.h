/* SPDX-License-Identifier: MIT */
/*
 * shared.h: which words matter: used by two threads of one schedule, by one of them to write. Only
 * there can it make a difference who comes first. Kept from schedule to schedule; it only grows.
 */
#ifndef TESTS_EXPLORE_SHARED_H
#define TESTS_EXPLORE_SHARED_H

#include "points.h"

#include <stdbool.h>
#include <stddef.h>

void shared_init(void);

/* A new schedule: nobody has used anything. */
void shared_begin(void);

/* The current thread uses a word: does it matter? */
bool shared_use(const volatile void *at, enum explore_use use);

/* Grows whenever something new is found out. */
size_t shared_known(void);

/* How many words matter, as far as is known. */
size_t shared_count(void);

#endif
