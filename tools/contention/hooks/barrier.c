/* SPDX-License-Identifier: MIT */
/* barrier.c: the hook of barriers. Everybody waits there, the last one for as good as nothing. */
#include "hook.h"

QC_SLOW int wait_at(pthread_barrier_t *barrier, const void *from)
{
	struct qc_wait wait;
	int result;

	qc_wait_begin(&wait, QC_BARRIER, barrier, from);
	result = QC_REAL(pthread_barrier_wait)(barrier);
	if (result == 0 || result == PTHREAD_BARRIER_SERIAL_THREAD)
		qc_wait_over(&wait);
	return result;
}

QC_HOOK(pthread_barrier_wait)(pthread_barrier_t *barrier)
{
	if (qc_is_off())
		return QC_REAL(pthread_barrier_wait)(barrier);
	qc_count(QC_BARRIER);
	return wait_at(barrier, QC_HERE);
}
