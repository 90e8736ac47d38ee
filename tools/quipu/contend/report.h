/* SPDX-License-Identifier: MIT */
/*
 * report.h: what a saved run comes to: places in the program, those that waited longest first,
 * and the sums of what was seen from outside.
 */
#ifndef CONTEND_REPORT_H
#define CONTEND_REPORT_H

#include "places.h"
#include "saved.h"

/* Waits of one kind, for one named lock or those without name, at one place. */
struct report_row {
	enum qc_kind kind;
	const char *lock; /* NULL: no name */
	const struct location
		*place; /* the first of stack; its site is "other" of what had no room */
	const struct location **stack; /* innermost first */
	size_t n_stack;
	uint64_t waits, ns, max_ns, busy;
	uint64_t buckets[QC_N_BUCKETS];
};

struct report {
	const struct saved_process *processes; /* what it is about */
	size_t n_processes;
	struct report_row *rows; /* in the order that was wished */
	size_t n;
	uint64_t elapsed_ns; /* from the first start to the last end */
	uint64_t processors;
	uint64_t locks_ns, locks_waits; /* contention */
	uint64_t idle_ns, idle_waits;
	uint64_t allocator_ns;
	uint64_t calls; /* of locks: of kinds that can be contended */
	uint64_t hooks; /* calls of any kind, after the start; 0: nothing was seen */
	struct qc_totals totals;
	struct saved_outside outside; /* sums; mutexes the worst first */
	struct qx_arena arena;
};

/* The largest first. */
enum report_order { REPORT_TOTAL, REPORT_WAITS, REPORT_MEAN, REPORT_MAX, REPORT_ORDERS };

/* "total", "waits", "mean", "max". */
const char *report_order_word(enum report_order order);
bool report_order_find(const char *word, enum report_order *order);

struct report_wishes {
	unsigned kinds; /* bit 1 << kind for those that are shown */
	bool by_stack;	/* a row for each stack, not only for each place */
	enum report_order order;
};

#define REPORT_ALL_KINDS ((1u << QC_N_KINDS) - 1)

/* Those of contention. */
unsigned report_locks(void);

/* Of n processes; those and places stay. To be freed. */
struct report *report_make(const struct saved_process *processes, size_t n, struct places *places,
			   const struct report_wishes *wishes);
void report_free(struct report *report);

/* Of 1, by the kind's own total. */
double report_share(const struct report *report, const struct report_row *row);

uint64_t report_mean(const struct report_row *row);

#endif
