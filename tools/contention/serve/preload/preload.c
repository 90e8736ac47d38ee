/* SPDX-License-Identifier: MIT */
/*
 * preload.c: a program that knows nothing of the profiler is profiled as the environment says
 * (README.md), from before its main to its end. Nothing happens where the environment says nothing.
 */
#include "../forks.h"
#include "../quiet.h"
#include "../reporter.h"
#include "../run_file.h"
#include "../saved.h"
#include "../series.h"
#include "next.h"

#include "../../recorder.h"

#include <quipu/collectors.h>
#include <quipu/http.h>
#include <quipu/quipu.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TOP 50

/* A program that has more rights than who started it does not write or listen where he likes. */
static unsigned long number(const char *variable, unsigned long otherwise)
{
	const char *value = secure_getenv(variable);
	unsigned long given = value ? strtoul(value, NULL, 10) : 0;

	return given ? given : otherwise;
}

static const char *text(const char *variable)
{
	const char *value = secure_getenv(variable);

	return value && value[0] ? value : NULL;
}

/* The program that was asked for, and what it becomes by exec; not what they start. */
static bool is_first(void)
{
	return number("QUIPU_CONTEND_RUNNER", 0) == (unsigned long)getppid();
}

/* --- serving ------------------------------------------------------------------------------- */

static quipu_error serve(const char *address, quipu_http **server)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_error error;

	error = qc_series_start(QC_SHOWN_BY_PRELOAD, registry, number("QUIPU_CONTEND_TOP", TOP));
	if (error)
		return error;
	quipu_process_collector(registry);
	*server = quipu_http_start(registry, QUIPU_HTTP_OPTS(.listen = address), &error);
	return error;
}

/* Nothing is printed here: who reads the saved run says what went wrong. */
static void listen(const char *address)
{
	quipu_http *server = NULL;
	quipu_error error = serve(address, &server);
	const char *why = quipu_http_error();

	if (!server) {
		qc_run_listens(NULL, strdup(why[0] ? why : quipu_strerror(error)));
		return;
	}
	qc_reporter_count_server();
	qc_run_listens(quipu_http_address(server), NULL);
}

/* --- the life of the program ----------------------------------------------------------------- */

static void at_quick_end(void)
{
	qc_saved_end("ended");
}

static bool open_recorder(void)
{
	return qc_is_in_place() && qc_open() == QUIPU_OK && qc_forks_watch();
}

static void keep(const char *folder)
{
	const char *own =
		strdup(folder); /* programs write over their environment, to name themselves */

	if (!own)
		return;
	qc_reporter_save_often();
	at_quick_exit(at_quick_end);
	qc_saved_open(own, is_first());
}

static void begin(const char *folder, const char *address)
{
	qc_run_begin();
	if (number("QUIPU_CONTEND_STACKS", 0))
		qc_set_stacks(true);
	if (!number("QUIPU_CONTEND_OFF", 0))
		qc_on();
	if (folder)
		keep(folder);
	if (address && is_first())
		listen(address);
	if (folder && is_first())
		qc_saved_run(); /* so that it is known that the hooks are there, whatever comes */
}

__attribute__((constructor)) static void at_start(void)
{
	const char *folder = text("QUIPU_CONTEND_SAVE"), *address = text("QUIPU_CONTEND_LISTEN");
	struct qc_quiet quiet;

	qc_next(); /* now, and not in a signal handler or a child that shares this memory */
	if (!folder && !address)
		return;
	quiet = qc_quiet_begin();
	if (open_recorder())
		begin(folder, address);
	qc_quiet_end(quiet);
}

__attribute__((destructor)) static void at_end(void)
{
	qc_saved_end("ended");
}
