/* SPDX-License-Identifier: MIT */
/*
 * everything.h: a registry with every kind of metric and awkward numbers, and its bytes.
 *
 * All values and sums are exact, so that they are the same whatever way is rounded.
 */
#ifndef TESTS_EVERYTHING_H
#define TESTS_EVERYTHING_H

#include <quipu/quipu.h>

struct bytes {
	char *data;
	size_t len, cap;
};

/* Made and recorded by two threads; ends the process where that fails. */
quipu_registry *everything_new(void);

/* In this format, names as they are, no created times; reuses to's memory. */
void everything_write(quipu_registry *registry, const quipu_format *format, struct bytes *to);

/* A registry's bytes in every format. */
struct references;
struct references *everything_keep(quipu_registry *registry);
void everything_forget(struct references *references);

/* The name of a format in which a registry's bytes are others than these now; NULL: in none. Where
 * it is not the same registry, protobuf and JSON are left out, which say when series began. */
const char *everything_differs(const struct references *references, quipu_registry *registry,
			       int same);

#endif
