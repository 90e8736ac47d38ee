/* SPDX-License-Identifier: MIT */
/*
 * p2_fork_beside_locks.c: the program forks while another thread stands in a read section, waits
 * in one for a lock of the library, or holds a lock of the library. Forks at any moment:
 * tests/torture/forks.c.
 *
 * The child can record, make series, remove them, and what it removes is freed: it waits for no
 * thread that only the parent has. P2: the parent loses nothing. Whoever forks waits for a lock
 * that is held and for a grace period that runs, but for no read section otherwise.
 */
#include "base/lock.h"
#include "base/rcu.h"
#include "bracket.h"
#include "figure.h"
#include "raw.h"
#include "scale.h"
#include "torture.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE 30
#define HOLD_US 20000
#define SERIES 50

static const struct torture defaults = {
	.name = "fork_beside_locks",
	.promises = "P2 P6: fork beside a thread in a read section or with a lock",
	.threads = 1,
	.count = 24,
};

#ifdef TORTURE_TSAN
const char *__tsan_default_options(void);

const char *__tsan_default_options(void)
{
	return "die_after_fork=0";
}
#endif

/* How the other thread stands while the program forks. */
enum stand {
	SECTION,
	KIT,
	CATALOG,
	SHARDS,
	RETIRE,
	SECTION_WAITING,
	GRACE,
	GRACE_KIT,
	GRACE_CATALOG,
	STANDS
};

static struct bracket bracket;
static quipu_registry *registry;
static quipu_counter counter;
static quipu_counter_family family;
static struct qp_lock *const locks[] = { [KIT] = &qp_kit_lock,
					 [CATALOG] = &qp_catalog_lock,
					 [SHARDS] = &qp_shards_lock,
					 [RETIRE] = &qp_retire_lock };
static pthread_barrier_t standing;
static int leave;

static void wait_to_leave(void)
{
	/* acquire: pairs with the release in run */
	while (!__atomic_load_n(&leave, __ATOMIC_ACQUIRE))
		torture_sleep_us(500);
}

static void stand_in_section(void)
{
	if (!qp_rcu_read_lock())
		torture_broken("no read section");
	pthread_barrier_wait(&standing);
	wait_to_leave();
	qp_rcu_read_unlock();
}

/* Lets go by itself: the fork waits for it. */
static void stand_with_lock(struct qp_lock *lock)
{
	qp_lock(lock);
	pthread_barrier_wait(&standing);
	torture_sleep_us(HOLD_US);
	qp_unlock(lock);
	wait_to_leave();
}

/* The main thread has the lock and lets go of it before it forks, so that the fork finds a thread
 * in a read section that takes it or has just had it. */
static void stand_waiting(void)
{
	if (!qp_rcu_read_lock())
		torture_broken("no read section");
	pthread_barrier_wait(&standing);
	qp_lock(&qp_catalog_lock);
	torture_sleep_us(1000);
	qp_unlock(&qp_catalog_lock);
	wait_to_leave();
	qp_rcu_read_unlock();
}

/* The reaper waits for this section, and the fork for the reaper; if the fork has the lock already
 * that the section wants, all three wait for ever. */
static void stand_in_grace(struct qp_lock *wanted)
{
	if (!qp_rcu_read_lock())
		torture_broken("no read section");
	pthread_barrier_wait(&standing);
	torture_sleep_us(HOLD_US);
	if (wanted) {
		qp_lock(wanted);
		qp_unlock(wanted);
	}
	qp_rcu_read_unlock();
	wait_to_leave();
}

static void *stand_so(void *how)
{
	enum stand stand = (enum stand)(uintptr_t)how;

	if (stand == SECTION)
		stand_in_section();
	else if (stand == SECTION_WAITING)
		stand_waiting();
	else if (stand == GRACE)
		stand_in_grace(NULL);
	else if (stand == GRACE_KIT || stand == GRACE_CATALOG)
		stand_in_grace(stand == GRACE_KIT ? &qp_kit_lock : &qp_catalog_lock);
	else
		stand_with_lock(locks[stand]);
	return NULL;
}

static void *record(void *unused)
{
	struct bracket_cell *cell = bracket_join(&bracket);

	while (!torture_stopped()) {
		bracket_start(cell, 1);
		quipu_inc(counter);
		quipu_inc_at(family, "x");
		bracket_finish(cell, 1);
	}
	bracket_leave(cell);
	return unused;
}

/* --- in the child ----------------------------------------------------------------------------- */

static void make_and_remove(void)
{
	char name[16];
	int i;

	for (i = 0; i < SERIES; i++) {
		snprintf(name, sizeof name, "%d", i);
		quipu_inc_at(family, name);
		quipu_release(quipu_at(family, name));
		quipu_family_remove(family, name);
	}
}

static void *record_ten(void *unused)
{
	quipu_add(counter, 10);
	return unused;
}

_Noreturn static void live_as_child(void)
{
	struct raw_scrape scrape = { 0 };

	alarm(PATIENCE);
	TORTURE_CHECK("fork", quipu_read(counter) == 0, "the child starts at %" PRIu64,
		      quipu_read(counter));
	quipu_inc(counter);
	/* ThreadSanitizer cannot start threads in a child of a program with threads; who removes
	 * starts the library's own */
#ifndef TORTURE_TSAN
	make_and_remove();
	TORTURE_CHECK("P5", figure_falls_to("retired_objects", 0, PATIENCE / 2),
		      "the child waits for a reader that only its parent has");
	torture_join(torture_spawn(record_ten, NULL));
#else
	(void)make_and_remove;
	record_ten(NULL);
#endif
	raw_take(&scrape, registry);
	TORTURE_CHECK("fork", raw_find(&scrape, "beside_total", NULL)->integer == 11,
		      "a scrape in the child is wrong");
	_exit(0);
}

/* --- in the parent ---------------------------------------------------------------------------- */

static void wait_for(pid_t child, enum stand stand)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			torture_broken("waitpid: %s", strerror(errno));
	TORTURE_CHECK("fork", !WIFSIGNALED(status), "beside %d: a child died of signal %d%s",
		      (int)stand, WTERMSIG(status), WTERMSIG(status) == SIGALRM ? ": it hung" : "");
	TORTURE_CHECK("fork", WEXITSTATUS(status) == 0, "beside %d: a child failed", (int)stand);
}

static void run(enum stand stand)
{
	pthread_t other;
	pid_t child;

	__atomic_store_n(&leave, 0, __ATOMIC_RELAXED); /* relaxed: nobody looks yet */
	if (!figure_falls_to("retired_objects", 0, PATIENCE))
		torture_broken("the reaper does not come to rest");
	if (stand == SECTION_WAITING)
		qp_lock(&qp_catalog_lock);
	other = torture_spawn(stand_so, (void *)(uintptr_t)stand);
	pthread_barrier_wait(&standing);
	if (stand == SECTION_WAITING)
		qp_unlock(&qp_catalog_lock);
	if (stand >= GRACE)
		make_and_remove();
	child = fork();
	if (child < 0)
		torture_broken("fork: %s", strerror(errno));
	if (child == 0)
		live_as_child();
	wait_for(child, stand);
	/* release: pairs with the acquire in wait_to_leave */
	__atomic_store_n(&leave, 1, __ATOMIC_RELEASE);
	torture_join(other);
}

static void check_parent(void)
{
	struct bracket_watch watch;

	make_and_remove();
	TORTURE_CHECK("P5", figure_falls_to("retired_objects", 0, PATIENCE),
		      "the parent cannot free what it removed");
	bracket_watch(&watch, &bracket, "counter");
	TORTURE_BRACKET("P2", bracket_final(&watch, quipu_read(counter)));
}

int main(int argc, char **argv)
{
	pthread_t recorder;
	uint64_t i;

	torture_begin(&defaults, argc, argv);
	bracket_init(&bracket, 1);
	pthread_barrier_init(&standing, NULL, 2);
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "beside_total", .help = "Steps."));
	family = quipu_counter_family_new(registry,
					  QUIPU_OPTS(.name = "beside_by_label_total",
						     .help = "Steps.", .labels = QUIPU_NAMES("a")));
	make_and_remove(); /* the reaper runs */
	recorder = torture_spawn(record, NULL);
	for (i = 0; i < torture.count; i++)
		run((enum stand)(i % STANDS));
	torture_stop();
	torture_join(recorder);
	check_parent();
	qt_figure("children", torture.count);
	qt_figure("records", 2 * bracket_done(&bracket));
	return torture_end("%" PRIu64 " children", torture.count);
}
