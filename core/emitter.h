/* SPDX-License-Identifier: MIT */
/*
 * emitter.h: families that a collector makes, checked as they come and kept until they are
 * written. One thread at a time.
 */
#ifndef QP_EMITTER_H
#define QP_EMITTER_H

#include "registry.h"

#include <quipu/collect.h>

/* A collector that makes more than this is cut off; memory is bounded (P5). */
#define QP_EMIT_MAX_BYTES (64u << 20)

struct qp_sample {
	uint64_t integer;
	double real;
	uint64_t *counts; /* histograms */
	quipu_str *values;
};

struct qp_emitted {
	struct qp_emitted *next; /* by name */
	quipu_kind kind;
	char *name;
	char *help;
	char *unit;
	size_t n_labels;
	quipu_str *label_names;
	struct qp_shown *shown; /* these names where escaped; NULL: nothing to escape */
	double *bounds;
	size_t n_bounds;
	struct qp_sample *samples;
	size_t n_samples, capacity;
	uint32_t *index; /* open addressing over the samples: number + 1; 0: empty */
	size_t index_mask;
};

/* Families of which no two clash. */
struct qp_emitted_list {
	struct qp_emitted *first;
	struct qp_claims claims;
};

struct quipu_emitter {
	quipu_registry *registry;
	struct qp_emitted_list families; /* latest first */
	struct qp_emitted *current;	 /* NULL: samples are dropped */
	size_t bytes;
};

void qp_emitter_init(quipu_emitter *emitter, quipu_registry *registry);
void qp_emitter_free(quipu_emitter *emitter);

/* Moves the emitter's families into a list by name; one whose name clashes is dropped. */
void qp_emitted_merge(struct qp_emitted_list *list, quipu_emitter *emitter);

/* Drops whatever clashes with this registered family. */
void qp_emitted_yield(struct qp_emitted_list *list, const struct qp_family *family);

void qp_emitted_free(struct qp_emitted *family);
void qp_emitted_free_all(struct qp_emitted_list *list);

/* Frees from the front of the list, as far as work.h lets it; true: all. */
bool qp_emitted_free_some(struct qp_emitted_list *list, size_t *work);

/* n values, each a block, and the list of them; NULL is allowed. */
void qp_values_free(quipu_str *values, size_t n);

#endif
