/* SPDX-License-Identifier: MIT */
/*
 * recorder.c: see recorder.h, mode.h.
 *
 * fork: before it the recorder's own locks are taken, ahead of the library's, which were registered
 * earlier; the child's figures are zero: the library sees to what it keeps, this file to the rest.
 * Names of locks and sites stay.
 */
#include "recorder.h"

#include "lock_names.h"
#include "mode.h"
#include "objects.h"
#include "own_lock.h"
#include "stack.h"
#include "store.h"
#include "thread.h"
#include "totals.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

unsigned qc_mode;
uint64_t qc_mode_hits[QC_OFF];

/* Below: under the lock. */
static struct qc_own_lock opening = QC_OWN_LOCK_INIT;
static bool has_handlers, is_open;

/* --- the mode ------------------------------------------------------------------------------ */

static void change(unsigned from, unsigned to)
{
	/* release: mode.h, Publication */
	qc_cas_release(&qc_mode, &from, to);
}

void qc_on(void)
{
	change(QC_UNHIT, QC_ON);
	change(QC_OFF, QC_ON);
}

void qc_off(void)
{
	change(QC_ON, QC_OFF);
}

bool qc_is_on(void)
{
	return qc_load_relaxed(&qc_mode) == QC_ON; /* relaxed: an answer of the moment */
}

void qc_set_stacks(bool on)
{
	qc_stack_enable(on);
}

uint64_t qc_early_calls(void)
{
	return qc_load_relaxed(&qc_mode_hits[QC_EARLY]); /* relaxed: a figure for humans */
}

bool qc_was_hit(void)
{
	/* relaxed: as above */
	return qc_early_calls() || qc_load_relaxed(&qc_mode_hits[QC_UNHIT]);
}

#ifdef QC_WRAP
bool qc_is_in_place(void)
{
	return true;
}
#else
/* Where the object begins that a function is in. */
static const void *object_of(int (*function)(pthread_mutex_t *))
{
	Dl_info info;
	void *at;

	memcpy(&at, &function, sizeof at);
	return dladdr(at, &info) ? info.dli_fbase : NULL;
}

/* Whoever calls it comes to another object than to the C library. */
bool qc_is_in_place(void)
{
	int (*called)(pthread_mutex_t *);
	void *found = dlsym(RTLD_DEFAULT, "pthread_mutex_lock");

	memcpy(&called, &found, sizeof called);
	return found && object_of(called) != object_of(QC_REAL(pthread_mutex_lock));
}
#endif

/* --- fork ------------------------------------------------------------------------------------- */

static void before_fork(void)
{
	qc_own_lock(&opening);
	qc_objects_before_fork();
	qc_lock_names_before_fork();
}

static void after_fork_parent(void)
{
	qc_lock_names_after_fork();
	qc_objects_after_fork();
	qc_own_unlock(&opening);
}

static void after_fork_child(void)
{
	after_fork_parent();
	qc_objects_after_fork_child();
	qc_store_after_fork_child();
	qc_thread_after_fork_child();
	qc_store_relaxed(&qc_mode_hits[QC_EARLY], 0); /* relaxed: the child has one thread */
}

/* --- opening ---------------------------------------------------------------------------------- */

static bool add_handlers(void)
{
	if (!has_handlers)
		has_handlers =
			pthread_atfork(before_fork, after_fork_parent, after_fork_child) == 0;
	return has_handlers;
}

/* The store first: so the library's fork handlers are registered before ours. */
static quipu_error open_all(void)
{
	quipu_error error = qc_store_open();

	if (error)
		return error;
	return qc_thread_open() && add_handlers() ? QUIPU_OK : QUIPU_ESYSTEM;
}

/* A program that has the hooks and never switches them on does not go on counting early calls, by
 * which each would cost two locked instructions. */
__attribute__((constructor)) static void end_early(void)
{
	change(QC_EARLY, qc_was_hit() ? QC_OFF : QC_UNHIT);
}

quipu_error qc_open(void)
{
	quipu_error error = QUIPU_OK;
	bool entered = qc_thread_enter(); /* the library's own locks are not the program's */

	qc_real_find();
	qc_own_lock(&opening);
	if (!is_open)
		error = open_all();
	is_open = is_open || !error;
	if (is_open)
		change(QC_EARLY, qc_was_hit() ? QC_OFF : QC_UNHIT);
	qc_own_unlock(&opening);
	if (entered)
		qc_thread_leave();
	return error;
}
