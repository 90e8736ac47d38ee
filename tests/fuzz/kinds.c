/* SPDX-License-Identifier: MIT */
/* kinds.c: see kinds.h. */
#include "kinds.h"

#include <math.h>

/* --- recording ------------------------------------------------------------------------------- */

double take_number(struct bytes *bytes)
{
	static const double usual[] = { 0, 1, -1, 0.1, 3, 1e9, -0.0, INFINITY, -INFINITY, NAN };
	unsigned which = take(bytes);

	return which < 200 ? usual[which % (sizeof(usual) / sizeof(usual[0]))] : take_double(bytes);
}

void record(const struct handle *handle, struct bytes *bytes)
{
	double x = take_number(bytes);
	uint64_t n = take(bytes) & 1 ? take_word(bytes) : take(bytes);

	switch (handle->kind) {
	case KIND_counter:
		quipu_add(handle->as.counter, n);
		break;
	case KIND_float_counter:
		quipu_add(handle->as.float_counter, x);
		break;
	case KIND_updown:
		quipu_add(handle->as.updown, (int64_t)n);
		break;
	case KIND_gauge:
		n & 1 ? quipu_add(handle->as.gauge, x) : quipu_set(handle->as.gauge, x);
		break;
	case KIND_histogram:
		quipu_observe(handle->as.histogram, x);
		break;
	case KIND_stateset:
		quipu_stateset_set(handle->as.stateset, (uint32_t)n, x > 0);
		break;
	case KIND_summary:
		quipu_observe(handle->as.summary, x);
		break;
	default:
		break;
	}
}

void record_exemplar(const struct handle *handle, struct bytes *bytes)
{
	struct texts texts = { .n = 0 };
	size_t n = take_pairs(&texts, bytes, 3);
	const char *trace = take(bytes) & 1 ? take_value(&texts, bytes).data : NULL;
	const quipu_exemplar *exemplar =
		QUIPU_EXEMPLAR(.trace_id = trace, .labels = texts.pairs, .n_labels = n);
	double x = take_number(bytes);

	if (handle->kind == KIND_counter)
		quipu_add_exemplar(handle->as.counter, take(bytes), exemplar);
	if (handle->kind == KIND_float_counter)
		quipu_add_exemplar(handle->as.float_counter, x, exemplar);
	if (handle->kind == KIND_histogram)
		quipu_observe_exemplar(handle->as.histogram, x, exemplar);
}

/* --- making and removing --------------------------------------------------------------------- */

enum use use_of(enum kind kind)
{
	static const enum use uses[] = {
#define USE(kind, use) use,
		KINDS(USE)
#undef USE
	};

	return uses[kind];
}

struct handle new_single(quipu_registry *registry, enum kind kind, const quipu_opts *opts)
{
	struct handle handle = { .kind = kind };

	switch (kind) {
#define NEW(kind, use)                                                                             \
	case KIND_##kind:                                                                          \
		handle.as.kind = quipu_##kind##_new(registry, opts);                               \
		break;
		KINDS(NEW)
#undef NEW
	default:
		break;
	}
	return handle;
}

struct family new_family(quipu_registry *registry, enum kind kind, const quipu_opts *opts)
{
	struct family family = { .kind = kind };

	switch (kind) {
#define NEW(kind, use)                                                                             \
	case KIND_##kind:                                                                          \
		family.as.kind = quipu_##kind##_family_new(registry, opts);                        \
		break;
		KINDS(NEW)
#undef NEW
	default:
		break;
	}
	return family;
}

struct handle series_at(const struct family *family, const quipu_str *values, size_t n)
{
	struct handle handle = { .kind = family->kind };

	switch (family->kind) {
#define AT(kind, use)                                                                              \
	case KIND_##kind:                                                                          \
		handle.as.kind = quipu_at_v(family->as.kind, values, n);                           \
		break;
		KINDS(AT)
#undef AT
	default:
		break;
	}
	return handle;
}

void release(const struct handle *handle)
{
	switch (handle->kind) {
#define RELEASE(kind, use)                                                                         \
	case KIND_##kind:                                                                          \
		quipu_release(handle->as.kind);                                                    \
		break;
		KINDS(RELEASE)
#undef RELEASE
	default:
		break;
	}
}

void remove_from(const struct family *family, enum how how, const char *name, const char *value)
{
	switch (family->kind) {
#define REMOVE(kind, use)                                                                          \
	case KIND_##kind:                                                                          \
		if (how == HOW_CLEAR)                                                              \
			quipu_family_clear(family->as.kind);                                       \
		else if (how == HOW_MATCHING)                                                      \
			quipu_family_remove_matching(family->as.kind, name, value);                \
		else                                                                               \
			quipu_family_unregister(family->as.kind);                                  \
		break;
		KINDS(REMOVE)
#undef REMOVE
	default:
		break;
	}
}
