/* SPDX-License-Identifier: MIT */
/* site.c: see site.h. Open addressing, linear probing, states that carry the hash. */
#include "site.h"

#include "atomic.h"

#include <string.h>

#define MAX_PROBES 128 /* a table that is nearly full must not cost a search through all of it */

/* The low bits of a state; the others are those of the hash. 0: free. */
enum { CLAIMED = 1, READY = 2, RETIRED = 3, STATES = 3 };

static struct {
	uint64_t state;
	struct qc_place place;
} sites[QC_N_SITES];

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ (hash >> 32);
}

static uint64_t hash_of(const struct qc_place *place)
{
	uint64_t hash = mix(place->kind, place->name);
	unsigned i;

	for (i = 0; i < place->trace.n; i++)
		hash = mix(hash, place->trace.frames[i]);
	return hash & ~(uint64_t)STATES;
}

static bool is_same(const struct qc_place *a, const struct qc_place *b)
{
	return a->kind == b->kind && a->name == b->name && a->trace.n == b->trace.n &&
	       memcmp(a->trace.frames, b->trace.frames, a->trace.n * sizeof a->trace.frames[0]) ==
		       0;
}

/* A free one becomes this place's. */
static bool claim(unsigned i, const struct qc_place *place, uint64_t hash)
{
	uint64_t unused = 0;

	/* relaxed: whoever claims it has it to itself, and has written nothing yet */
	if (!qc_cas_relaxed(&sites[i].state, &unused, hash | CLAIMED))
		return false;
	sites[i].place = *place;
	/* release: pairs with the acquires below; who sees it ready sees the place */
	qc_store_release(&sites[i].state, hash | READY);
	return true;
}

static bool is_mine(unsigned i, uint64_t state, const struct qc_place *place, uint64_t hash)
{
	if (state == 0)
		return claim(i, place, hash);
	return state == (hash | READY) && is_same(&sites[i].place, place);
}

unsigned qc_site_find(const struct qc_place *place)
{
	uint64_t hash = hash_of(place);
	unsigned i = (unsigned)(hash >> 32), probes;

	for (probes = 0; probes < MAX_PROBES; probes++, i++) {
		unsigned at = QC_FIRST_SITE + i % (QC_N_SITES - QC_FIRST_SITE);
		/* acquire: pairs with the release in claim */
		uint64_t state = qc_load_acquire(&sites[at].state);

		if (is_mine(at, state, place, hash))
			return at;
	}
	return place->kind;
}

bool qc_site_read(unsigned i, struct qc_place *place)
{
	/* acquire: pairs with the release in claim */
	uint64_t state = qc_load_acquire(&sites[i].state);

	if ((state & STATES) < READY)
		return false;
	*place = sites[i].place;
	return true;
}

void qc_site_retire(unsigned i)
{
	/* relaxed, both: nobody but one who holds the objects' lock changes it once it is ready */
	uint64_t state = qc_load_relaxed(&sites[i].state);

	if ((state & STATES) == READY)
		qc_store_relaxed(&sites[i].state, state | RETIRED);
}
