/* SPDX-License-Identifier: MIT */
/*
 * waits.c: many threads wait for many locks, names of locks come and go, and readers read profiles
 * all the time; through the --wrap form, so that the sanitizers see every step of the recorder.
 *
 * P2: no wait is lost or counted twice: a profile has at least those that were done when its reading
 * began, at most those that were started when it ended, and all of them in the end. P3: nothing
 * falls. P4: the buckets of a place add up to its waits. P6: it goes on. What is counted are waits for
 * mutexes that time out, one for each call; beside them threads wait for read-write locks, really,
 * and come and go.
 */
#include "bracket.h"
#include "torture.h"

#include "kind.h"
#include "profile.h"
#include "recorder.h"

#include <quipu/contend.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOCKS 40     /* ThreadSanitizer knows 64 that one thread holds */
#define PER_LIFE 200 /* waits of one thread's life */

static const struct torture defaults = {
	.name = "waits",
	.promises = "P2 P3 P4 P6: waits for locks in profiles",
	.threads = 4,
	.seconds = 3,
};

static struct bracket bracket;
static pthread_mutex_t held[LOCKS];
static pthread_rwlock_t busy = PTHREAD_RWLOCK_INITIALIZER;
static uint64_t profiles, lives;
static const struct timespec past = { .tv_sec = 1 };

static int wait_for(pthread_mutex_t *lock)
{
	return pthread_mutex_timedlock(lock, &past);
}

static int wait_for_clock(pthread_mutex_t *lock)
{
	return pthread_mutex_clocklock(lock, CLOCK_MONOTONIC, &past);
}

static void wait_once(struct bracket_cell *cell, uint64_t *random)
{
	pthread_mutex_t *lock = &held[torture_random(random) % LOCKS];
	int answer;

	bracket_start(cell, 1);
	answer = torture_random(random) % 2 ? wait_for(lock) : wait_for_clock(lock);
	bracket_finish(cell, 1);
	TORTURE_CHECK("P6", answer == ETIMEDOUT, "a held lock answered %d", answer);
}

static void pass_rwlock(uint64_t *random)
{
	if (torture_random(random) % 4)
		pthread_rwlock_rdlock(&busy);
	else
		pthread_rwlock_wrlock(&busy);
	pthread_rwlock_unlock(&busy);
}

static void *live(void *argument)
{
	struct bracket_cell *cell = bracket_join(&bracket);
	uint64_t random = torture_seed((uint64_t)(uintptr_t)argument);
	int i;

	if (!cell)
		torture_broken("no cell left");
	for (i = 0; i < PER_LIFE && !torture_stopped(); i++) {
		wait_once(cell, &random);
		pass_rwlock(&random);
	}
	bracket_leave(cell);
	return NULL;
}

static void *live_again_and_again(void *argument)
{
	uintptr_t stream = (uintptr_t)argument;
	pthread_t thread;

	while (!torture_stopped()) {
		if (pthread_create(&thread, NULL, live, (void *)stream))
			torture_broken("no thread");
		pthread_join(thread, NULL);
		stream += 1000;
		/* relaxed: only counts */
		__atomic_fetch_add(&lives, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void *rename_locks(void *argument)
{
	uint64_t random = torture_seed(99);
	char name[16];

	while (!torture_stopped()) {
		uint64_t i = torture_random(&random) % LOCKS;

		snprintf(name, sizeof(name), "lock %u", (unsigned)(torture_random(&random) % 8));
		if (torture_random(&random) % 3)
			quipu_contend_name(&held[i], name);
		else
			quipu_contend_forget(&held[i]);
		torture_sleep_us(50);
	}
	return argument;
}

static void check_site(const struct qc_site *site)
{
	uint64_t inside = 0;
	size_t i;

	for (i = 0; i < QC_N_BUCKETS; i++)
		inside += site->buckets[i];
	TORTURE_CHECK("P4", inside == site->waits, "%" PRIu64 " in buckets of %" PRIu64 " waits",
		      inside, site->waits);
	TORTURE_CHECK("P4", site->max_ns <= site->ns || inside == 0,
		      "the longest of %" PRIu64 " ns in all is %" PRIu64, site->ns, site->max_ns);
	TORTURE_CHECK("P4", !site->lock || !strncmp(site->lock, "lock ", 5), "a lock named %s",
		      site->lock);
}

static uint64_t count_waits(const struct qc_profile *profile)
{
	uint64_t waits = 0;
	size_t i;

	for (i = 0; i < profile->n_sites; i++) {
		check_site(&profile->sites[i]);
		if (profile->sites[i].kind == QC_MUTEX)
			waits += profile->sites[i].waits;
	}
	return waits;
}

static uint64_t read_once(void)
{
	struct qc_profile *profile = qc_profile_read();
	uint64_t waits;

	if (!profile)
		torture_broken("no profile");
	waits = count_waits(profile);
	qc_profile_free(profile);
	return waits;
}

static void *read_profiles(void *argument)
{
	struct bracket_watch watch;

	bracket_watch(&watch, &bracket, "waits in a profile");
	while (!torture_stopped()) {
		bracket_open(&watch);
		TORTURE_BRACKET("P2", bracket_close(&watch, read_once()));
	}
	/* relaxed: only counts */
	__atomic_fetch_add(&profiles, watch.scrapes, __ATOMIC_RELAXED);
	return argument;
}

static void hold_all(void)
{
	int i;

	for (i = 0; i < LOCKS; i++)
		if (pthread_mutex_init(&held[i], NULL) || pthread_mutex_lock(&held[i]))
			torture_broken("pthread_mutex_lock");
}

static void run_threads(void)
{
	pthread_t threads[64], readers[2], namer;
	uintptr_t i, n = torture.threads < 64 ? torture.threads : 64;

	for (i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, live_again_and_again, (void *)i))
			torture_broken("no thread");
	for (i = 0; i < 2; i++)
		if (pthread_create(&readers[i], NULL, read_profiles, NULL))
			torture_broken("no thread");
	if (pthread_create(&namer, NULL, rename_locks, NULL))
		torture_broken("no thread");
	torture_run_for_a_while();
	for (i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < 2; i++)
		pthread_join(readers[i], NULL);
	pthread_join(namer, NULL);
}

static void release_all(void)
{
	int i;

	for (i = 0; i < LOCKS; i++) {
		pthread_mutex_unlock(&held[i]);
		pthread_mutex_destroy(&held[i]);
	}
}

int main(int argc, char **argv)
{
	struct bracket_watch watch;

	torture_begin(&defaults, argc, argv);
	bracket_init(&bracket, torture.threads);
	hold_all();
	if (qc_open())
		torture_broken("qc_open");
	qc_on();
	run_threads();
	qc_off();
	bracket_watch(&watch, &bracket, "waits in the last profile");
	bracket_open(&watch);
	TORTURE_BRACKET("P2", bracket_final(&watch, read_once()));
	release_all();
	bracket_free(&bracket);
	return torture_end("%" PRIu64 " profiles, %" PRIu64 " threads' lives", profiles, lives);
}
