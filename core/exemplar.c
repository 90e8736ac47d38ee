/* SPDX-License-Identifier: MIT */
/* exemplar.c: places for events. See exemplar.h; from labels to events: event.c. */
#include "exemplar.h"

#include "annex.h"
#include "base/alloc.h"
#include "base/atomic.h"
#include "base/lock.h"

#include <assert.h>
#include <string.h>

#define MOST_PLACES (QUIPU_MAX_BOUNDS + 1)

/* Under the catalog lock. */
static struct qp_exemplars *made;
static struct qp_exemplars *free_sets[MOST_PLACES + 1]; /* by how many places they have */

uint64_t qp_place_empty = QP_PLACE_WANTING;

/* --- sets ------------------------------------------------------------------------------------ */

/* In a place where a late visitor writes two would write at once: it stays taken until then. */
static void empty(struct qp_place *place)
{
	/* relaxed: who uses the set finds it through the annex, or is its late visitor */
	uint64_t state = qp_load_relaxed(&place->state);

	/* relaxed: only a late visitor's claim comes in between, and the next one orders */
	while (!(qp_place_here(state) & QP_PLACE_WRITING) &&
	       !qp_cas_relaxed(&place->state, &state, qp_place_empty)) {
	}
}

static struct qp_exemplars *take_free(uint32_t n)
{
	struct qp_exemplars *set = free_sets[n];

	if (set)
		free_sets[n] = set->next_free;
	return set;
}

static struct qp_exemplars *make(uint32_t n)
{
	struct qp_exemplars *set = qp_alloc(sizeof *set + n * sizeof set->places[0]);

	if (!set)
		return NULL;
	set->n = n;
	set->next_made = made;
	made = set;
	return set;
}

static void give_back(struct qp_exemplars *set)
{
	set->next_free = free_sets[set->n];
	free_sets[set->n] = set;
}

bool qp_exemplars_add(uint32_t offset, uint32_t n)
{
	struct qp_exemplars *set = take_free(n);
	uint32_t i;

	assert(qp_lock_held(&qp_catalog_lock) && n <= MOST_PLACES);
	if (!set)
		set = make(n);
	if (!set)
		return false;
	for (i = 0; i < n; i++)
		empty(&set->places[i]);
	if (qp_annex_set(offset, set))
		return true;
	give_back(set);
	return false;
}

void qp_exemplars_remove(uint32_t offset, uint32_t bytes)
{
	uint32_t end = offset + bytes;

	assert(qp_lock_held(&qp_catalog_lock));
	for (; made && offset < end; offset += 8) {
		struct qp_exemplars *set = qp_annex_get(offset);

		if (!set)
			continue;
		qp_annex_set(offset, NULL);
		give_back(set);
	}
}

void qp_exemplars_after_fork_child(void)
{
	qp_place_empty += QP_PLACE_FORK;
}

/* --- events ------------------------------------------------------------------------------------ */

/* How many words of an event are in use: those behind its text are not. */
static size_t words_of(const struct qp_event *event)
{
	return (offsetof(struct qp_event, text) + event->text_len + 7) / 8;
}

/* The state after one more, which was being written, is: never again as if none ever was. */
static uint64_t written(uint64_t state)
{
	uint32_t count = (uint32_t)state - QP_PLACE_WRITING + QP_PLACE_STEP;

	return state / QP_PLACE_FORK * QP_PLACE_FORK + (count ? count : QP_PLACE_STEP);
}

void qp_exemplar_offer(struct qp_exemplars *set, uint32_t i, const struct qp_event *event)
{
	struct qp_place *place = &set->places[i];
	/* relaxed: the claim decides */
	uint64_t found = qp_load_relaxed(&place->state), state = qp_place_here(found);
	uint64_t words[QP_EVENT_WORDS];
	size_t n = words_of(event), k;

	if ((state & (QP_PLACE_WANTING | QP_PLACE_WRITING)) != QP_PLACE_WANTING)
		return;
	state = state - QP_PLACE_WANTING + QP_PLACE_WRITING;
	/* acquire: the words are not written before the claim is seen (pairs: qp_exemplar_take) */
	if (!qp_cas_acquire(&place->state, &found, state))
		return;
	memcpy(words, event, sizeof *event);
	for (k = 0; k < n; k++)
		/* release: who reads this word and then the state sees at least the claim */
		qp_store_release(&place->words[k], words[k]);
	/* release: pairs with the first load in qp_exemplar_take; the words are there */
	qp_store_release(&place->state, written(state));
}

bool qp_exemplar_take(struct qp_exemplars *set, uint32_t i, struct qp_event *event)
{
	struct qp_place *place = &set->places[i];
	/* acquire: pairs with the release at the end of qp_exemplar_offer */
	uint64_t state = qp_place_here(qp_load_acquire(&place->state));
	uint64_t words[QP_EVENT_WORDS];
	uint64_t after;
	size_t k;

	if ((uint32_t)state < QP_PLACE_STEP || (state & QP_PLACE_WRITING))
		return false;
	for (k = 0; k < QP_EVENT_WORDS; k++)
		/* acquire: pairs with the stores there, and the state is not looked at before */
		words[k] = qp_load_acquire(&place->words[k]);
	/* relaxed: unless a writer claimed the place meanwhile the copy is whole; another scrape
	 * may have made it want an event, which changes nothing */
	after = qp_load_relaxed(&place->state);
	if ((after | QP_PLACE_WANTING) != (state | QP_PLACE_WANTING))
		return false;
	memcpy(event, words, sizeof *event);
	if (!(after & QP_PLACE_WANTING))
		/* relaxed: the next writer's claim orders; if it fails another scrape was here */
		qp_cas_relaxed(&place->state, &after, after | QP_PLACE_WANTING);
	return true;
}
