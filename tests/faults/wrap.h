/* SPDX-License-Identifier: MIT */
/*
 * wrap.h: what the library asks of the system, counted and made to fail.
 *
 * The linker sends each call in the list below through __wrap_ (see CMakeLists.txt), from the
 * static library and from the test alike; nothing happens unless the test has switched it on.
 */
#ifndef TESTS_WRAP_H
#define TESTS_WRAP_H

#include <stdint.h>

/* What wrap_calls counts apart. */
enum wrap_kind { WRAP_MEMORY, WRAP_MAPPING, WRAP_LOCK, WRAP_SYSTEM, WRAP_KINDS };

/* Counts this thread's calls from zero. */
void wrap_count(void);
uint64_t wrap_calls(enum wrap_kind kind);

/* The n-th call that can fail (n from 1) fails, and with persistent all after it. Locks never
 * fail. n 0: none. */
void wrap_fail(uint64_t n, int persistent);

/* How many blocks of memory are in use, of those that were asked for and freed here. */
int64_t wrap_blocks(void);

/* This thread's requests are granted whatever happens, and do not count: the test's own. */
void wrap_spare(int spared);

/* Switches failing off; returns how many calls were made to fail. */
uint64_t wrap_end(void);

#endif
