/* SPDX-License-Identifier: MIT */
/* forks.c: see forks.h. Nothing is locked before a fork: what another thread was at work on is left
 * behind. A child that is about to become another program should not pay for more than a clock. */
#include "forks.h"

#include "run_file.h"
#include "saved.h"
#include "series.h"

#include <pthread.h>

static void after_fork_child(void)
{
	qc_series_after_fork_child();
	qc_run_after_fork_child();
	qc_saved_after_fork_child();
}

bool qc_forks_watch(void)
{
	static bool watched;

	if (!watched)
		watched = pthread_atfork(NULL, NULL, after_fork_child) == 0;
	return watched;
}
