/* SPDX-License-Identifier: MIT */
/* reporter.c: see reporter.h. */
#include "reporter.h"

#include "../atomic.h"
#include "../thread.h"
#include "alone.h"
#include "monotonic.h"
#include "saved.h"
#include "series.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define FIRST_PERIOD_MS 50 /* then twice as long each time: a short life leaves something, too */
#define PERIOD_MS 1000
#define LEAST_STACK (1u << 20)

/* Below: see reporter.h. */
static uint32_t asked, saved, named;
static bool saves_often;
static unsigned servers; /* threads that serve what it finds */
static pid_t runs_in;	 /* the process that has the thread; 0: none has had one */

/* Until the word is no longer `seen`, or for as long as ms; wakes early now and then. */
static void wait_for_change(uint32_t *word, uint32_t seen, uint64_t ms)
{
	struct timespec timeout = { .tv_sec = (time_t)(ms / 1000),
				    .tv_nsec = (long)(ms % 1000) * 1000000 };
	int kept = errno;

	syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, &timeout, NULL, 0);
	errno = kept;
}

static void wake_all(uint32_t *word)
{
	int kept = errno;

	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
	errno = kept;
}

/* --- the thread ---------------------------------------------------------------------------- */

static void answer(uint32_t *word, uint32_t number)
{
	qc_store_release(word, number); /* release: what was asked for is done */
	wake_all(word);
}

static void wait_for_work(uint32_t seen)
{
	static unsigned period = FIRST_PERIOD_MS;
	uint64_t due = qc_monotonic_ms() + period, now;

	while (qc_load_acquire(&asked) == seen && /* acquire: what there is to do */
	       (now = qc_monotonic_ms()) < due)
		wait_for_change(&asked, seen, due - now);
	period = 2 * period < PERIOD_MS ? 2 * period : PERIOD_MS;
}

/* Without a run to save it sleeps until it is asked. */
static void wait_for_question(uint32_t seen)
{
	while (qc_load_acquire(&asked) == seen) /* acquire: as above */
		wait_for_change(&asked, seen, 3600 * 1000);
}

/* false: something else is asked for, a last save perhaps, which goes first. */
static bool name_all(uint32_t number)
{
	while (qc_series_name_one()) {
		if (qc_load_relaxed(&asked) != number) /* relaxed: it is looked at again */
			return false;
	}
	return true;
}

/* As the C library does for the last thread of a program. */
static void end_with_the_last(void)
{
	/* relaxed: set before there are other threads */
	if (!qc_is_alone(qc_load_relaxed(&servers)))
		return;
	qc_store_release(&runs_in, 0); /* release: who saves now does it himself */
	exit(EXIT_SUCCESS);
}

static void *run(void *unused)
{
	uint32_t number = 0;

	(void)unused;
	qc_thread_hide();
	for (;;) {
		/* relaxed: it matters when the next question comes */
		if (qc_load_relaxed(&saves_often))
			wait_for_work(number);
		else
			wait_for_question(number);
		number = qc_load_acquire(&asked); /* acquire: what there is to do */
		qc_saved_run();
		answer(&saved, number);
		if (name_all(number))
			answer(&named, number);
		end_with_the_last();
	}
	return NULL;
}

/* Names need some, and so do the program's exit handlers; its own threads may do with less. */
static void set_stack(pthread_attr_t *attr)
{
	size_t size;

	if (pthread_attr_getstacksize(attr, &size) == 0 && size < LEAST_STACK)
		pthread_attr_setstacksize(attr, LEAST_STACK);
}

static bool create(void)
{
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t all, old;
	bool created;

	if (pthread_attr_init(&attr) != 0)
		return false;
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	set_stack(&attr);
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	created = pthread_create(&thread, &attr, run, NULL) == 0;
	if (created)
		pthread_setname_np(thread, "quipu-contend");
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	return created;
}

/* --- the others ---------------------------------------------------------------------------- */

bool qc_reporter_runs(void)
{
	return qc_load_acquire(&runs_in) == getpid(); /* acquire: the words are set to zero */
}

/* The first record of a process id is of who starts the thread. */
bool qc_reporter_start(void)
{
	pid_t seen = qc_load_acquire(&runs_in), own = getpid(); /* acquire: as above */

	if (seen == own)
		return true;
	/* relaxed: the thread's creation orders what it reads */
	if (!qc_cas_relaxed(&runs_in, &seen, own))
		return true;
	if (seen)
		qc_store_relaxed(&servers, 0); /* relaxed: as below; a forked child has none */
	qc_store_relaxed(&asked, 0);
	qc_store_relaxed(&saved, 0);
	qc_store_relaxed(&named, 0); /* relaxed, all: as above */
	if (create())
		return true;
	qc_store_relaxed(&runs_in, 0); /* relaxed: there is none */
	return false;
}

uint32_t qc_reporter_ask(void)
{
	/* release: the thread sees what there is to do */
	uint32_t number = __atomic_add_fetch(&asked, 1, __ATOMIC_RELEASE);

	wake_all(&asked);
	return number;
}

static bool wait_until(uint32_t *word, uint32_t number, unsigned ms)
{
	uint64_t due = qc_monotonic_ms() + ms, now;
	uint32_t seen;

	for (;;) {
		seen = qc_load_acquire(word); /* acquire: what was done for it */
		if ((int32_t)(seen - number) >= 0)
			return true;
		now = qc_monotonic_ms();
		if (now >= due)
			return false;
		wait_for_change(word, seen, due - now);
	}
}

bool qc_reporter_wait_saved(uint32_t number, unsigned ms)
{
	return wait_until(&saved, number, ms);
}

bool qc_reporter_wait_named(uint32_t number, unsigned ms)
{
	return wait_until(&named, number, ms);
}

void qc_reporter_count_server(void)
{
	qc_store_relaxed(&servers, qc_load_relaxed(&servers) + 1); /* relaxed, both: one writer */
}

void qc_reporter_save_often(void)
{
	qc_store_relaxed(&saves_often, true); /* relaxed: it matters when it is asked next */
}
