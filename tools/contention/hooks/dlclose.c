/* SPDX-License-Identifier: MIT */
/*
 * dlclose.c: before a library goes its sites are looked up, for nobody can later; then they are
 * retired, so that another that comes to lie there has its own.
 */
#include "hook.h"

#ifndef QC_WRAP
#include "../objects.h"

QC_SHOWN int dlclose(void *handle);

static void resolve(void)
{
	qc_objects_lock();
	qc_objects_resolve();
	qc_objects_unlock();
}

static void retire(void)
{
	qc_objects_lock();
	qc_objects_retire();
	qc_objects_unlock();
}

int dlclose(void *handle)
{
	int result;

	if (qc_load_relaxed(&qc_mode) == QC_EARLY) /* relaxed: as qc_is_off does */
		return QC_REAL(dlclose)(handle);
	resolve();
	result = QC_REAL(dlclose)(handle);
	retire();
	return result;
}
#endif
