/* SPDX-License-Identifier: MIT */
/*
 * cancels.c: threads are cancelled asynchronously wherever they are in what takes locks: first
 * records and new label sets.
 *
 * P6: no lock is left behind: whoever comes next gets on. P5: nor a pin on what was made. P2: what others record is exact. The
 * victims do nothing else, so that many are hit between switching cancellation off and taking a
 * lock, where glibc's switch alone does not hold (base/cancel.h). (Removing and registering also
 * free memory, which the C library does not allow to be cancelled asynchronously.)
 */
#include "base/cancel.h"
#include "figure.h"
#include "raw.h"
#include "torture.h"

#include <inttypes.h>
#include <sched.h>

#define VALUES 8

static const struct torture defaults = {
	.name = "cancels",
	.promises = "P2 P5 P6: asynchronous cancels where locks are taken",
	.threads = 1,
	.seconds = 4,
};

static quipu_registry *registry;
static quipu_counter_family family;
static quipu_counter kept;
static uint64_t inside; /* of a stretch without cancels; one victim at a time */
static uint64_t ready;

/* Cancellation is off in the middle, so nobody may be gone there. */
static void stretch(void)
{
	struct qp_cancel was = qp_cancel_off();

	/* relaxed: read when the thread was joined */
	__atomic_store_n(&inside, 1, __ATOMIC_RELAXED);
	for (volatile int i = 0; i < 20; i++)
		;
	__atomic_store_n(&inside, 0, __ATOMIC_RELAXED);
	qp_cancel_restore(was);
}

static void *suffer(void *arg)
{
	char value[2] = "a";
	int old;

	(void)arg;
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old);
	__atomic_store_n(&ready, 1, __ATOMIC_RELEASE); /* release: pairs with the acquire in hit */
	for (unsigned i = 0;; i++) {
		stretch();
		value[0] = (char)('a' + i % VALUES);
		quipu_inc_at(family, value);
	}
	return NULL;
}

static void hit(uint64_t *random)
{
	pthread_t victim;

	__atomic_store_n(&ready, 0, __ATOMIC_RELAXED); /* relaxed: before the thread is there */
	victim = torture_spawn(suffer, NULL);
	/* acquire: pairs with the release in suffer */
	while (!__atomic_load_n(&ready, __ATOMIC_ACQUIRE))
		sched_yield();
	for (uint64_t end = torture_now_us() + torture_random(random) % 50; torture_now_us() < end;)
		;
	pthread_cancel(victim);
	torture_join(victim);
	TORTURE_CHECK("P6", !inside, "cancelled where cancellation was off");
	__atomic_store_n(&inside, 0, __ATOMIC_RELAXED); /* relaxed: nobody else is there */
}

/* Records, and removes what victims will make anew: hangs, and is complained of, where a lock is left. */
static void *live(void *arg)
{
	uint64_t *n = arg;
	char value[2] = "a";

	for (; !torture_stopped(); ++*n) {
		quipu_inc(kept);
		value[0] = (char)('a' + *n % VALUES);
		quipu_counter_family_remove(family, value);
	}
	return NULL;
}

static void *strike(void *arg)
{
	uint64_t random = torture_seed(1);

	for (; !torture_stopped(); ++*(uint64_t *)arg)
		hit(&random);
	return NULL;
}

int main(int argc, char **argv)
{
	uint64_t victims = 0, slots, records[8] = { 0 }, sum = 0;
	pthread_t striker, threads[8];
	unsigned i, n;

	torture_begin(&defaults, argc, argv);
	n = torture.threads;
	if (!n || n > 8)
		torture_broken("--threads goes from 1 to 8");
	registry = quipu_registry_new(NULL);
	kept = quipu_counter_new(registry, QUIPU_OPTS(.name = "kept_total", .help = "Kept."));
	family =
		quipu_counter_family_new(registry, QUIPU_OPTS(.name = "made_total", .help = "Made.",
							      .labels = QUIPU_NAMES("value")));
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
	for (i = 0; i < n; i++)
		threads[i] = torture_spawn(live, &records[i]);
	striker = torture_spawn(strike, &victims);
	torture_run_for_a_while();
	torture_join(striker);
	for (i = 0; i < n; i++) {
		torture_join(threads[i]);
		sum += records[i];
	}
	TORTURE_CHECK("P2", quipu_read(kept) == sum, "%" PRIu64 " kept, %" PRIu64 " recorded",
		      quipu_read(kept), sum);
	slots = figure_now("slot_bytes");
	/* as many series as there are values, and some that wait to be reclaimed: not one a victim */
	TORTURE_CHECK("P5", slots < 8 * (64 + victims / 16),
		      "%" PRIu64 " bytes of slots after %" PRIu64 " victims", slots, victims);
	quipu_registry_free(registry);
	qt_figure("threads", victims);
	qt_figure("records", sum);
	return torture_end("%" PRIu64 " cancelled", victims);
}
