/* SPDX-License-Identifier: MIT */
/*
 * outside.c: see outside.h.
 *
 * Writers, readers: whoever holds the lock.
 */
#include "outside.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct qc_switches first_switches;
static struct qc_pressure first_pressure;
static struct qc_threads threads;
static const struct qc_thread_seen *of_parent
	__attribute__((used)); /* never looked at: it is not lost, only left */

void qc_outside_start(void)
{
	pthread_mutex_lock(&lock);
	qc_switches_read(&first_switches);
	qc_pressure_read(&first_pressure);
	qc_threads_start(&threads);
	pthread_mutex_unlock(&lock);
}

/* A forked child's pressure is known from the second look on. */
static void read_pressure(struct qc_pressure *pressure)
{
	struct qc_pressure now;

	qc_pressure_read(&now);
	*pressure = now;
	qc_pressure_less(pressure, &first_pressure);
	if (!first_pressure.scope)
		first_pressure = now;
}

void qc_outside_read(struct qc_outside *outside)
{
	pthread_mutex_lock(&lock);
	qc_switches_read(&outside->switches);
	qc_switches_less(&outside->switches, &first_switches);
	read_pressure(&outside->pressure);
	qc_threads_read(&threads, &outside->scheduling);
	qc_allocator_read(&outside->allocator);
	pthread_mutex_unlock(&lock);
}

void qc_outside_free(struct qc_outside *outside)
{
	qc_allocator_free(&outside->allocator);
}

/* Another thread of the parent's may have held the lock, in the middle of anything. The kernel
 * counts the child's own from zero. */
void qc_outside_after_fork_child(void)
{
	pthread_mutex_init(&lock, NULL);
	of_parent = threads.list;
	threads = (struct qc_threads){ .gone.known = threads.gone.known };
	first_switches = (struct qc_switches){ .known = true };
	first_pressure = (struct qc_pressure){ 0 };
}
