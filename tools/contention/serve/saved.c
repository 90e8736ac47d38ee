/* SPDX-License-Identifier: MIT */
/* saved.c: see saved.h. */
#include "saved.h"

#include "../atomic.h"
#include "../profile.h"
#include "quiet.h"
#include "reporter.h"
#include "run_file.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 5000	/* with the last save, before the process ends without it */
#define LITTLE_PATIENCE_MS 1000 /* who aborts may have found the heap in ruins */
#define RUNNING "running"

static const char *folder; /* NULL: nothing is saved */
static bool even_if_empty;
static pid_t process;
static char path[PATH_MAX];	    /* "": not found yet */
static const char *state = RUNNING; /* as of the next save */

/* Where this process saves. An exec leaves the process id as it is, and ids are given again: the
 * first number that is free. */
static bool find_path(void)
{
	unsigned generation = 1;
	int n;

	if (path[0])
		return true;
	do {
		n = snprintf(path, sizeof path, "%s/%ld-%u.json", folder, (long)process,
			     generation++);
		if (n >= (int)sizeof path) {
			path[0] = '\0';
			return false;
		}
	} while (access(path, F_OK) == 0);
	return true;
}

void qc_saved_open(const char *into, bool always)
{
	folder = into;
	even_if_empty = always;
	process = getpid();
}

bool qc_saved_is_open(void)
{
	return folder && process == getpid();
}

/* Calls tell nothing: the library that records makes some itself. A child in which nobody waited, and
 * which may be between fork and exec, allocates nothing here. */
static bool is_worth_it(void)
{
	return even_if_empty || qc_profile_has_waits();
}

/* Nobody interrupts a save: a handler that ends the process would save, too. */
static sigset_t hold_signals(void)
{
	sigset_t all, old;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	return old;
}

/* The program's limit on the size of files may have been met, which is no reason to end it. */
static void let_signals_go(const sigset_t *old)
{
	const struct timespec now = { 0, 0 };
	sigset_t limit;

	sigemptyset(&limit);
	sigaddset(&limit, SIGXFSZ);
	if (!sigismember(old, SIGXFSZ))
		sigtimedwait(&limit, NULL, &now);
	pthread_sigmask(SIG_SETMASK, old, NULL);
}

static void save(void)
{
	struct qc_profile *profile = qc_profile_read();

	if (profile && find_path())
		/* acquire: the state's text; a file that cannot be written is missing, no more */
		qc_run_write(profile, qc_load_acquire(&state), path);
	qc_profile_free(profile);
}

void qc_saved_run(void)
{
	sigset_t old;

	if (!qc_saved_is_open() || !is_worth_it())
		return;
	old = hold_signals();
	save();
	let_signals_go(&old);
}

/* There is no reporter: the process has but one thread, or none could be had. */
static void save_here(void)
{
	struct qc_quiet quiet = qc_quiet_begin();

	qc_saved_run();
	qc_quiet_end(quiet);
}

static void save_now(unsigned patience_ms)
{
	int kept = errno;

	if (qc_reporter_runs())
		qc_reporter_wait_saved(qc_reporter_ask(), patience_ms);
	else
		save_here();
	errno = kept;
}

void qc_saved_end(const char *last)
{
	if (!qc_saved_is_open())
		return;
	qc_store_release(&state, last); /* release: with its text */
	save_now(PATIENCE_MS);
}

void qc_saved_before_abort(void)
{
	if (qc_saved_is_open())
		save_now(LITTLE_PATIENCE_MS);
}

/* The next save, in a second or at the end, says so. */
void qc_saved_go_on(void)
{
	if (qc_saved_is_open())
		qc_store_release(&state, RUNNING); /* release: as above */
}

/* A child is worth a file only if something happened in it. */
void qc_saved_after_fork_child(void)
{
	even_if_empty = false;
	state = RUNNING;
	path[0] = '\0';
	process = getpid();
}
