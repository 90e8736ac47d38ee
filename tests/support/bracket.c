/* SPDX-License-Identifier: MIT */
/* bracket.c: cells and watches of the bracket oracle; see bracket.h. */
#include "bracket.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void bracket_init(struct bracket *bracket, size_t n)
{
	size_t size = n * sizeof *bracket->cells;

	bracket->n = n;
	bracket->cells = aligned_alloc(BRACKET_LINE, size);
	if (!bracket->cells) {
		fputs("bracket: out of memory\n", stderr);
		exit(2);
	}
	memset(bracket->cells, 0, size);
}

void bracket_free(struct bracket *bracket)
{
	free(bracket->cells);
	bracket->cells = NULL;
	bracket->n = 0;
}

static int cell_take(struct bracket_cell *cell)
{
	int free = 0;

	/* acquire: pairs with the release in bracket_leave, to go on from its numbers */
	return __atomic_compare_exchange_n(&cell->taken, &free, 1, 0, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

struct bracket_cell *bracket_join(struct bracket *bracket)
{
	size_t i;

	for (i = 0; i < bracket->n; i++)
		if (cell_take(&bracket->cells[i]))
			return &bracket->cells[i];
	return NULL;
}

void bracket_leave(struct bracket_cell *cell)
{
	/* release: pairs with the acquire in cell_take */
	__atomic_store_n(&cell->taken, 0, __ATOMIC_RELEASE);
}

uint64_t bracket_started(const struct bracket *bracket)
{
	uint64_t sum = 0;
	size_t i;

	/* acquire: pairs with the release in bracket_start */
	for (i = 0; i < bracket->n; i++)
		sum += __atomic_load_n(&bracket->cells[i].started, __ATOMIC_ACQUIRE);
	return sum;
}

uint64_t bracket_done(const struct bracket *bracket)
{
	uint64_t sum = 0;
	size_t i;

	/* acquire: pairs with the release in bracket_finish; the record came before it */
	for (i = 0; i < bracket->n; i++)
		sum += __atomic_load_n(&bracket->cells[i].done, __ATOMIC_ACQUIRE);
	return sum;
}

void bracket_watch(struct bracket_watch *watch, const struct bracket *bracket, const char *what)
{
	memset(watch, 0, sizeof *watch);
	watch->bracket = bracket;
	watch->what = what;
}

void bracket_open(struct bracket_watch *watch)
{
	watch->low = bracket_done(watch->bracket);
}

static const char *complain(struct bracket_watch *watch, const char *how, uint64_t value,
			    uint64_t bound)
{
	snprintf(watch->message, sizeof watch->message,
		 "%s: scrape %" PRIu64 " shows %" PRIu64 ", %s %" PRIu64, watch->what,
		 watch->scrapes, value, how, bound);
	return watch->message;
}

const char *bracket_close(struct bracket_watch *watch, uint64_t value)
{
	uint64_t high = bracket_started(watch->bracket), last = watch->last;

	watch->scrapes++;
	watch->last = value;
	if (value < watch->low)
		return complain(watch, "lost records: done before it began were", value,
				watch->low);
	if (value > high)
		return complain(watch, "invented records: started when it ended were", value, high);
	if (value < last)
		return complain(watch, "fell: the scrape before showed", value, last);
	return NULL;
}

const char *bracket_final(struct bracket_watch *watch, uint64_t value)
{
	bracket_open(watch);
	return bracket_close(watch, value);
}
