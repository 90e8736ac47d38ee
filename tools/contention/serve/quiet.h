/* SPDX-License-Identifier: MIT */
/*
 * quiet.h: a stretch in which this thread of the program's works for the profiler: what locks it
 * takes are not recorded, and it is not cancelled.
 */
#ifndef QC_QUIET_H
#define QC_QUIET_H

#include "../thread.h"

#include <pthread.h>

struct qc_quiet {
	bool entered; /* false: it was so already */
	int cancel;
};

static inline struct qc_quiet qc_quiet_begin(void)
{
	struct qc_quiet quiet;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &quiet.cancel);
	quiet.entered = qc_thread_enter();
	return quiet;
}

static inline void qc_quiet_end(struct qc_quiet quiet)
{
	if (quiet.entered)
		qc_thread_leave();
	pthread_setcancelstate(quiet.cancel, NULL);
}

#endif
