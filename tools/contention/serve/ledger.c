/* SPDX-License-Identifier: MIT */
/* ledger.c: see ledger.h. */
#include "ledger.h"

#include "board.h"

#include <stdlib.h>
#include <string.h>

#define LEAST_ROOM 64

struct qc_ledger_entry {
	struct qc_location *place;
	uint64_t hash;
	struct qc_group *group;	      /* NULL: not named */
	struct qc_counts now, booked; /* learnt last; what was booked of that */
};

struct qc_ledger {
	struct qc_board board;
	struct qc_ledger_entry **places;
	size_t n_places, room;
	struct qc_ledger_entry **table; /* by hash, twice as large as room; NULL: free */
	struct qc_counts other[QC_N_KINDS];
};

struct qc_ledger *qc_ledger_new(void)
{
	return calloc(1, sizeof(struct qc_ledger));
}

void qc_ledger_set_top(struct qc_ledger *ledger, size_t top)
{
	ledger->board.top = top;
}

static void free_place(struct qc_ledger_entry *place)
{
	if (place)
		free(place->place);
	free(place);
}

void qc_ledger_free(struct qc_ledger *ledger)
{
	size_t i;

	if (!ledger)
		return;
	for (i = 0; i < ledger->n_places; i++)
		free_place(ledger->places[i]);
	free(ledger->places);
	free(ledger->table);
	qc_board_free(&ledger->board);
	free(ledger);
}

/* --- places -------------------------------------------------------------------------------- */

/* Where the place is, or would be. There is always a free entry. */
static struct qc_ledger_entry **entry(const struct qc_ledger *ledger, uint64_t hash,
				      const struct qc_location *place)
{
	size_t mask = 2 * ledger->room - 1;
	struct qc_ledger_entry **at = &ledger->table[hash & mask];

	while (*at && !((*at)->hash == hash && qc_location_equals((*at)->place, place)))
		at = &ledger->table[(size_t)(at - ledger->table + 1) & mask];
	return at;
}

static void fill_table(struct qc_ledger *ledger)
{
	size_t i;

	for (i = 0; i < ledger->n_places; i++)
		*entry(ledger, ledger->places[i]->hash, ledger->places[i]->place) =
			ledger->places[i];
}

static bool make_room(struct qc_ledger *ledger)
{
	size_t room = ledger->room ? 2 * ledger->room : LEAST_ROOM;
	struct qc_ledger_entry **places, **table;

	if (ledger->n_places < ledger->room)
		return true;
	table = calloc(2 * room, sizeof table[0]);
	places = table ? realloc(ledger->places, room * sizeof places[0]) : NULL;
	if (!places) {
		free(table);
		return false;
	}
	free(ledger->table);
	ledger->table = table;
	ledger->places = places;
	ledger->room = room;
	fill_table(ledger);
	return true;
}

static struct qc_ledger_entry *new_place(const struct qc_location *place, uint64_t hash)
{
	struct qc_ledger_entry *new = calloc(1, sizeof *new);

	if (!new)
		return NULL;
	new->hash = hash;
	new->place = qc_location_copy(place);
	if (new->place)
		return new;
	free(new);
	return NULL;
}

/* The ledger's own of it; NULL: out of memory. */
static struct qc_ledger_entry *find_or_add(struct qc_ledger *ledger,
					   const struct qc_location *place)
{
	uint64_t hash = qc_location_hash(place);
	struct qc_ledger_entry **at;

	if (!make_room(ledger))
		return NULL;
	at = entry(ledger, hash, place);
	if (!*at) {
		*at = new_place(place, hash);
		if (*at)
			ledger->places[ledger->n_places++] = *at;
	}
	return *at;
}

/* A library that was unloaded and loaded again has the same places twice in a profile. */
bool qc_ledger_learn(struct qc_ledger *ledger, const struct qc_profile *profile)
{
	struct qc_ledger_entry *own;
	struct qc_location place;
	bool all = true;
	size_t i;

	for (i = 0; i < ledger->n_places; i++)
		ledger->places[i]->now = (struct qc_counts){ 0 };
	for (i = 0; i < profile->n_sites; i++) {
		place = qc_location_of(profile, &profile->sites[i]);
		own = find_or_add(ledger, &place);
		if (own)
			qc_counts_add_site(&own->now, &profile->sites[i]);
		all = all && own;
	}
	return all;
}

/* --- names --------------------------------------------------------------------------------- */

/* What there was no room for has no frames, and needs no name. */
static bool is_other(const struct qc_ledger_entry *place)
{
	return place->place->n_frames == 0;
}

struct qc_ledger_entry *qc_ledger_unnamed(struct qc_ledger *ledger)
{
	size_t i;

	for (i = 0; i < ledger->n_places; i++) {
		if (!ledger->places[i]->group && !is_other(ledger->places[i]))
			return ledger->places[i];
	}
	return NULL;
}

const struct qc_location *qc_ledger_where(const struct qc_ledger_entry *place)
{
	return place->place;
}

bool qc_ledger_name(struct qc_ledger *ledger, struct qc_ledger_entry *place,
		    const struct qc_labels *labels)
{
	place->group = qc_board_group(&ledger->board, labels);
	return place->group != NULL;
}

/* --- booking ------------------------------------------------------------------------------- */

/* How much longer the groups have waited: who has a series goes by that. */
static void rank(struct qc_ledger *ledger)
{
	struct qc_ledger_entry *place;
	size_t i;

	for (i = 0; i < ledger->n_places; i++) {
		place = ledger->places[i];
		if (place->group)
			place->group->ns += qc_counts_since(&place->now, &place->booked).ns;
	}
}

static void book(struct qc_ledger *ledger, struct qc_ledger_entry *place)
{
	struct qc_counts since = qc_counts_since(&place->now, &place->booked);
	bool own = place->group && place->group->shown;

	if (!place->group && !is_other(place))
		return;
	qc_counts_add(own ? &place->group->own : &ledger->other[place->place->kind], &since);
	qc_counts_add(&place->booked, &since);
}

void qc_ledger_book(struct qc_ledger *ledger)
{
	size_t i;

	rank(ledger);
	qc_board_choose(&ledger->board);
	for (i = 0; i < ledger->n_places; i++)
		book(ledger, ledger->places[i]);
}

/* --- reading ------------------------------------------------------------------------------- */

size_t qc_ledger_n_groups(const struct qc_ledger *ledger)
{
	return ledger->board.n_groups;
}

const struct qc_group *qc_ledger_group(const struct qc_ledger *ledger, size_t i)
{
	return ledger->board.groups[i];
}

const struct qc_counts *qc_ledger_other(const struct qc_ledger *ledger, enum qc_kind kind)
{
	return &ledger->other[kind];
}
