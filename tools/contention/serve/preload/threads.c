/* SPDX-License-Identifier: MIT */
/*
 * threads.c: a program that makes its first thread gets the reporter, too.
 *
 * A process with one thread keeps being one: some calls are for such only (unshare), and what it
 * waits for, which can only be another process, is saved when it ends.
 */
#include "../quiet.h"
#include "../reporter.h"
#include "../saved.h"
#include "next.h"

static void start_reporter(void)
{
	struct qc_quiet quiet;

	if (!qc_saved_is_open() || qc_reporter_runs())
		return;
	quiet = qc_quiet_begin();
	qc_reporter_start();
	qc_quiet_end(quiet);
}

QC_SHOWN int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
			    void *(*run)(void *), void *argument)
{
	start_reporter();
	return qc_next()->pthread_create(thread, attributes, run, argument);
}

QC_SHOWN int thrd_create(thrd_t *thread, thrd_start_t run, void *argument)
{
	start_reporter();
	return qc_next()->thrd_create(thread, run, argument);
}
