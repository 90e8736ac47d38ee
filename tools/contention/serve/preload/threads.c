/* SPDX-License-Identifier: MIT */
/*
 * threads.c: a program that makes its first thread gets the reporter, too; and what is made for the
 * profiler, by quipu's part in it, is not the program's: nothing that happens there is recorded.
 *
 * What one thread alone waits for, which can only be another process, is saved when it ends.
 */
#include "../quiet.h"
#include "../reporter.h"
#include "../saved.h"
#include "next.h"

#include <errno.h>
#include <stdlib.h>

static void start_reporter(void)
{
	struct qc_quiet quiet;

	if (!qc_saved_is_open() || qc_reporter_runs())
		return;
	quiet = qc_quiet_begin();
	qc_reporter_start();
	qc_quiet_end(quiet);
}

struct start {
	void *(*run)(void *);
	void *argument;
};

static void *run_hidden(void *argument)
{
	struct start start = *(struct start *)argument;

	qc_thread_hide();
	free(argument);
	return start.run(start.argument);
}

/* For the profiler, which works on this thread. */
static int create_hidden(pthread_t *thread, const pthread_attr_t *attributes, struct start start)
{
	struct start *copy = malloc(sizeof *copy);
	int result;

	if (!copy)
		return EAGAIN;
	*copy = start;
	result = qc_next()->pthread_create(thread, attributes, run_hidden, copy);
	if (result)
		free(copy);
	return result;
}

QC_SHOWN int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
			    void *(*run)(void *), void *argument)
{
	if (qc_thread.busy)
		return create_hidden(thread, attributes, (struct start){ run, argument });
	start_reporter();
	return qc_next()->pthread_create(thread, attributes, run, argument);
}

QC_SHOWN int thrd_create(thrd_t *thread, thrd_start_t run, void *argument)
{
	start_reporter();
	return qc_next()->thrd_create(thread, run, argument);
}
