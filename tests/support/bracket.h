/* SPDX-License-Identifier: MIT */
/*
 * bracket.h: the oracle of every concurrency test.
 *
 * Each writer publishes what it has started and what it has done. Whatever a scrape shows
 * must lie between the sum of done at its start and the sum of started at its end, must
 * never fall, and must be exact once everybody has left.
 *
 * Writers:  a cell has one writer at a time, the thread (or handler) that joined.
 * Readers:  watches, at any moment, from any thread.
 * Publication: started is stored before the record, done after it, both with release.
 * Reclamation: none; a cell that was left keeps its numbers and the next writer goes on
 *           from them, so that 100,000 thread lives need as many cells as live at once and
 *           there is no moment at which a number is in neither place.
 */
#ifndef TESTS_BRACKET_H
#define TESTS_BRACKET_H

#include <stddef.h>
#include <stdint.h>

#define BRACKET_LINE 128 /* two lines: the neighbour's prefetch must not slow the writer */

struct bracket_cell {
	_Alignas(BRACKET_LINE) uint64_t started;
	uint64_t done;
	int taken;
};

struct bracket {
	struct bracket_cell *cells;
	size_t n;
};

/* Room for n writers at once. Ends the process when out of memory. */
void bracket_init(struct bracket *bracket, size_t n);
void bracket_free(struct bracket *bracket);

/* A cell of one's own; NULL when n writers are there already. */
struct bracket_cell *bracket_join(struct bracket *bracket);

/* Gives the cell to whoever comes next; also for a writer that died (cancelled): whoever
 * joined the dead thread leaves for it. */
void bracket_leave(struct bracket_cell *cell);

uint64_t bracket_started(const struct bracket *bracket);
uint64_t bracket_done(const struct bracket *bracket);

/* Before recording n. Safe in a signal handler that has a cell of its own. */
static inline void bracket_start(struct bracket_cell *cell, uint64_t n)
{
	/* relaxed load: single writer. Release: pairs with the acquire in bracket_started */
	__atomic_store_n(&cell->started, __atomic_load_n(&cell->started, __ATOMIC_RELAXED) + n,
			 __ATOMIC_RELEASE);
}

/* After recording n. */
static inline void bracket_finish(struct bracket_cell *cell, uint64_t n)
{
	/* relaxed load: single writer. Release: pairs with the acquire in bracket_done */
	__atomic_store_n(&cell->done, __atomic_load_n(&cell->done, __ATOMIC_RELAXED) + n,
			 __ATOMIC_RELEASE);
}

/* One observer: opens before a scrape, closes with the value that it showed. */
struct bracket_watch {
	const struct bracket *bracket;
	const char *what;  /* for the message */
	uint64_t low;	   /* done when the scrape began */
	uint64_t last;	   /* what the scrape before showed */
	uint64_t scrapes;  /* closed so far */
	char message[192]; /* what was wrong */
};

void bracket_watch(struct bracket_watch *watch, const struct bracket *bracket, const char *what);
void bracket_open(struct bracket_watch *watch);

/* NULL when the value lies in the bracket and did not fall; otherwise what is wrong. */
const char *bracket_close(struct bracket_watch *watch, uint64_t value);

/* When all writers are at rest: NULL when value is exact. Writers that were cancelled may
 * have started one record more than they finished; then the bracket is that much wide. */
const char *bracket_final(struct bracket_watch *watch, uint64_t value);

#endif
