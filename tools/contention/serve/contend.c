/* SPDX-License-Identifier: MIT */
/* contend.c: switching on and off, and saving, as the public header has it. */
#include "forks.h"
#include "quiet.h"
#include "run_file.h"
#include "series.h"

#include "../recorder.h"

#include <quipu/contend.h>

#include <string.h>

#define TOP 50

/* Programs built against an older header have a shorter struct; what it lacks is zero. */
static quipu_error read_options(quipu_contend_opts *all, const quipu_contend_opts *given)
{
	*all = (quipu_contend_opts){ .size = sizeof *all };
	if (given && given->size < sizeof given->size)
		return QUIPU_EOPTION;
	if (given)
		memcpy(all, given, given->size < sizeof *all ? given->size : sizeof *all);
	if (!all->top)
		all->top = TOP;
	return QUIPU_OK;
}

static quipu_error open_all(void)
{
	quipu_error error;

	if (!qc_is_in_place())
		return QUIPU_ESYSTEM;
	error = qc_open();
	if (error)
		return error;
	if (!qc_forks_watch())
		return QUIPU_ENOMEM;
	qc_run_begin();
	return QUIPU_OK;
}

static quipu_error start(quipu_registry *registry, const quipu_contend_opts *opts)
{
	quipu_error error = open_all();

	if (error)
		return error;
	error = qc_series_start(QC_SHOWN_BY_PROGRAM, registry, opts->top);
	if (error)
		return error;
	if (opts->stacks)
		qc_set_stacks(true);
	qc_on();
	return QUIPU_OK;
}

quipu_error quipu_contend_start(quipu_registry *registry, const quipu_contend_opts *opts)
{
	struct qc_quiet quiet;
	quipu_contend_opts all;
	quipu_error error = read_options(&all, opts);

	if (error)
		return error;
	quiet = qc_quiet_begin();
	error = start(registry, &all);
	qc_quiet_end(quiet);
	return error;
}

void quipu_contend_stop(void)
{
	struct qc_quiet quiet = qc_quiet_begin();

	qc_off();
	qc_series_stop(QC_SHOWN_BY_PROGRAM);
	qc_quiet_end(quiet);
}

quipu_error quipu_contend_save(const char *path)
{
	struct qc_quiet quiet = qc_quiet_begin();
	struct qc_profile *profile = qc_profile_read();
	quipu_error error = QUIPU_ENOMEM;

	if (profile)
		error = qc_run_write(profile, "running", path);
	qc_profile_free(profile);
	qc_quiet_end(quiet);
	return error;
}
