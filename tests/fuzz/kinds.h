/* SPDX-License-Identifier: MIT */
/*
 * kinds.h: handles and families of any kind, for programs that choose the kind as they run. The
 * one of zeros is a counter's sink.
 */
#ifndef FUZZ_KINDS_H
#define FUZZ_KINDS_H

#include "options.h"

/* X(kind, what its options are for) */
#define KINDS(X)                                                                                   \
	X(counter, USE_PLAIN)                                                                      \
	X(float_counter, USE_PLAIN)                                                                \
	X(updown, USE_PLAIN)                                                                       \
	X(gauge, USE_PLAIN)                                                                        \
	X(histogram, USE_HISTOGRAM)                                                                \
	X(stateset, USE_STATES)                                                                    \
	X(summary, USE_SUMMARY)

enum kind {
#define KIND(kind, use) KIND_##kind,
	KINDS(KIND)
#undef KIND
		N_KINDS
};

struct handle {
	enum kind kind;
	union {
#define HANDLE(kind, use) quipu_##kind kind;
		KINDS(HANDLE)
#undef HANDLE
	} as;
};

struct family {
	enum kind kind;
	union {
#define FAMILY(kind, use) quipu_##kind##_family kind;
		KINDS(FAMILY)
#undef FAMILY
	} as;
};

/* Ways to remove something. */
enum how { HOW_CLEAR, HOW_MATCHING, HOW_UNREGISTER, HOW_BY_NAME };

enum use use_of(enum kind kind);

struct handle new_single(quipu_registry *registry, enum kind kind, const quipu_opts *opts);
struct family new_family(quipu_registry *registry, enum kind kind, const quipu_opts *opts);
struct handle series_at(const struct family *family, const quipu_str *values, size_t n);
void release(const struct handle *handle);
void remove_from(const struct family *family, enum how how, const char *name, const char *value);

/* Any double, or a usual one. */
double take_number(struct bytes *bytes);

void record(const struct handle *handle, struct bytes *bytes);
void record_exemplar(const struct handle *handle, struct bytes *bytes);

#endif
