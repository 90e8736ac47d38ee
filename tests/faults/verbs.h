/* SPDX-License-Identifier: MIT */
/*
 * verbs.h: every way to record that the public headers have.
 *
 * verbs_covered (beside this file) holds the list against the library: a verb that is not
 * recorded with here fails it.
 */
#ifndef TESTS_VERBS_H
#define TESTS_VERBS_H

#include <quipu/quipu.h>

#include <stdint.h>

/* Makes all kinds of metrics in the registry, and every label set. */
void verbs_make(quipu_registry *registry);

/* Each verb at least once, i-th time: label sets, values and exemplars vary. Those that read a
 * clock are apart: where the kernel has no other way, that is a system call. */
void verbs_record(uint64_t i);
void verbs_record_timed(uint64_t i);

#endif
