/* SPDX-License-Identifier: MIT */
/*
 * exemplar_places_test.c: places of events when things go wrong around them: late visitors by
 * handles that were given back, writers that are cancelled, states that come round.
 */
#include "exemplar.h"

#include "exposed.h"
#include "registry.h"

#include <sys/wait.h>
#include <unistd.h>

/* A range of our own, beside which sets are put; nothing is recorded into it. */
static uint32_t range(void)
{
	quipu_counter counter = quipu_counter_new(quipu_default_registry(),
						  QUIPU_OPTS(.name = "c_total", .help = "c"));

	cr_assert_gt(counter.offset, 0);
	return counter.offset;
}

static struct qp_exemplars *set_at(uint32_t offset, uint32_t n)
{
	bool added;

	qp_lock(&qp_catalog_lock);
	added = qp_exemplars_add(offset, n);
	qp_unlock(&qp_catalog_lock);
	cr_assert(added);
	return qp_exemplars_at(offset);
}

static void give_back(uint32_t offset)
{
	qp_lock(&qp_catalog_lock);
	qp_exemplars_remove(offset, 8);
	qp_unlock(&qp_catalog_lock);
}

static const struct qp_event event = { .value = 7, .timestamp = 1 };

/* The handle is a histogram's; the set beside its offset is now another's, which has fewer. */
Test(exemplar_places, late_visitors_stay_within_the_set)
{
	quipu_histogram late =
		quipu_histogram_new(quipu_default_registry(), QUIPU_OPTS(.name = "h", .help = "h"));
	struct qp_exemplars *set = set_at(late.offset, 12);

	set->n = 1; /* as if those behind were not there */
	cr_expect(quipu_histogram_exemplar_wanted(late, 0.001));
	cr_expect_not(quipu_histogram_exemplar_wanted(late, 0.3));
	quipu_observe_exemplar(late, 0.3, QUIPU_EXEMPLAR(.trace_id = "t"));
	for (size_t i = 1; i < 12; i++)
		cr_expect_eq(set->places[i].state, QP_PLACE_WANTING, "place %zu", i);
	set->n = 12;
}

/* E2 where a set is used again while a late visitor is still writing. */
Test(exemplar_places, E2_a_place_that_is_written_stays_taken)
{
	uint32_t offset = range();
	struct qp_exemplars *set = set_at(offset, 3);
	struct qp_event shown;

	set->places[1].state = QP_PLACE_WRITING;
	give_back(offset);
	cr_assert_eq(set_at(offset, 3), set, "the set is used again");
	cr_expect(qp_exemplar_wanted(set, 0));
	cr_expect_not(qp_exemplar_wanted(set, 1));
	qp_exemplar_offer(set, 1, &event);
	cr_expect_not(qp_exemplar_take(set, 1, &shown));
	cr_expect_eq(set->places[1].state, QP_PLACE_WRITING);
	set->places[1].state = QP_PLACE_STEP; /* the visitor is done */
	cr_expect(qp_exemplar_take(set, 1, &shown));
	cr_expect(qp_exemplar_wanted(set, 1));
}

/* Neither shown events nor writers, which may be in the middle, go along to a child. */
Test(exemplar_places, a_forked_child_begins_with_empty_places)
{
	struct qp_exemplars *set = set_at(range(), 3);
	struct qp_event shown;
	int status;

	qp_exemplar_offer(set, 0, &event);
	set->places[1].state = QP_PLACE_STEP | QP_PLACE_WRITING;
	if (fork() == 0) {
		for (uint32_t i = 0; i < 3; i++) {
			if (qp_exemplar_take(set, i, &shown) || !qp_exemplar_wanted(set, i))
				_exit(1);
			qp_exemplar_offer(set, i, &event);
			if (!qp_exemplar_take(set, i, &shown))
				_exit(2);
		}
		_exit(0);
	}
	cr_assert_gt(wait(&status), 0);
	cr_expect_eq(status, 0);
	cr_expect(qp_exemplar_take(set, 0, &shown));
}

/* After 2^30 events the count begins again; the place must not look as if it never had one. */
Test(exemplar_places, the_count_of_events_comes_round)
{
	struct qp_exemplars *set = set_at(range(), 1);
	struct qp_event shown;

	set->places[0].state = (UINT32_MAX & ~(QP_PLACE_STEP - 1)) | QP_PLACE_WANTING;
	for (int i = 0; i < 3; i++) {
		cr_expect(qp_exemplar_wanted(set, 0));
		qp_exemplar_offer(set, 0, &event);
		cr_expect_not(qp_exemplar_wanted(set, 0));
		cr_expect(qp_exemplar_take(set, 0, &shown));
		cr_expect_eq(shown.value, 7);
	}
}

/* Sets are found by their size: nobody looks through those of another one. */
Test(exemplar_places, sets_of_another_size_are_not_in_the_way)
{
	uint32_t offset = range();
	struct qp_exemplars *other = set_at(offset, 5), *rest;

	give_back(offset);
	rest = other->next_free;
	other->next_free = other; /* who goes through them does not come to an end by itself */
	alarm(60);
	cr_expect_neq(set_at(offset, 2), other);
	alarm(0);
	give_back(offset);
	other->next_free = rest;
}
