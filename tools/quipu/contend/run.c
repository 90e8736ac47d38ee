/* SPDX-License-Identifier: MIT */
/* run.c: quipu contend run: a program with the profiler preloaded, and the report of it. */
#include "child.h"
#include "contend.h"
#include "folder.h"
#include "library.h"
#include "live.h"
#include "outcome.h"
#include "print.h"
#include "program.h"
#include "save.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CANNOT 125

static int help(void)
{
	fputs("usage: quipu contend run [OPTION]... [--] PROGRAM [ARGUMENT]...\n"
	      "Runs a program, as it is, and says which locks its threads waited for, and where.\n\n",
	      stdout);
	options_help(OPTIONS_RUN);
	fputs("\n"
	      "libquipu-contend.so stands in the place of pthread_mutex_lock and its kin, in the\n"
	      "program and its children. The report comes on standard error when it ends, or into\n"
	      "--output; standard output stays the program's own. Waits for a condition, a\n"
	      "semaphore or a barrier are no contention and have a table of their own.\n\n"
	      "With --live the terminal is the view's: the program's input is empty, and what it\n"
	      "says comes when it is over. Keys: l, i, o for locks, idle waits and what is seen\n"
	      "from outside, s sorts, q closes the view, while the program goes on.\n\n"
	      "Signals are passed on to the program. QUIPU_CONTEND_LIBRARY tells where the\n"
	      "library is, if not beside quipu.\n\n"
	      "Exit status: the program's own, 128 and the signal that ended it; 125 if nothing\n"
	      "could be seen (a static or setuid program, another C library, sanitizers) or for a\n"
	      "bad option, 126 if the program cannot be run, 127 if there is none.\n",
	      stdout);
	return 0;
}

struct run {
	struct contend_options options;
	char **argv;
	struct program program;
	struct folder folder;
	struct save save;
};

static int refuse(const char *culprit, const char *reason)
{
	fprintf(stderr, "quipu contend run: %s: %s\n", culprit, reason);
	return CANNOT;
}

/* --- before ------------------------------------------------------------------------------------- */

/* 0, or the exit status. */
static int judge(struct run *run)
{
	const char *name = run->argv[0];
	bool script;

	program_look(&run->program, name);
	script = strcmp(run->program.path, run->program.judged) != 0;
	if (run->program.status) {
		refuse(name, run->program.reason);
		return run->program.status;
	}
	if (!run->program.blind)
		return 0;
	fprintf(stderr, "quipu contend run: %s: it cannot be profiled: %s%s%s\n", name,
		script ? run->program.judged : "", script ? ": " : "", run->program.reason);
	return run->options.anyway ? 0 : CANNOT;
}

/* Ours comes before what is preloaded anyway. */
static int preload(const char *library)
{
	const char *others = getenv("LD_PRELOAD");
	char *value;
	int failed;

	if (asprintf(&value, "%s%s%s", library, others && *others ? ":" : "",
		     others ? others : "") < 0)
		return -1;
	failed = setenv("LD_PRELOAD", value, 1);
	free(value);
	return failed;
}

static bool set_environment(const struct run *run, const char *library)
{
	char own[16];

	snprintf(own, sizeof(own), "%d", (int)getpid());
	unsetenv("QUIPU_CONTEND_OFF");
	unsetenv("QUIPU_CONTEND_LISTEN");
	return preload(library) == 0 && setenv("QUIPU_CONTEND_SAVE", run->folder.path, 1) == 0 &&
	       setenv("QUIPU_CONTEND_RUNNER", own, 1) == 0 &&
	       (!run->options.stacks || setenv("QUIPU_CONTEND_STACKS", "1", 1) == 0) &&
	       (!run->options.listen || setenv("QUIPU_CONTEND_LISTEN", run->options.listen, 1) == 0);
}

static bool prepare(struct run *run)
{
	char *library = library_find();
	int error = 0;
	bool ok;

	if (!library)
		return false;
	if (run->options.save && !save_open(&run->save, run->options.save))
		error = -1;
	else
		error = folder_make(&run->folder);
	if (error > 0)
		refuse("the temporary folder", strerror(error));
	ok = error == 0 && set_environment(run, library);
	free(library);
	return ok;
}

/* --- the program ---------------------------------------------------------------------------------- */

static void tell_where(const struct run *run)
{
	const char *address = run->options.listen;

	if (address && !run->options.live)
		fprintf(stderr,
			"quipu contend run: http://%s/ has the live page, http://%s/metrics the "
			"metrics\n",
			address, address);
}

static int start(struct run *run, struct child *child, const struct child_streams *streams)
{
	int error = child_start(child, run->argv, streams);

	if (!error)
		return 0;
	refuse(run->argv[0], strerror(error));
	return error == ENOENT ? 127 : 126;
}

static int go(struct run *run)
{
	const struct child_streams own = { -1, -1, -1 };
	struct child child;
	int failed = start(run, &child, &own);

	if (failed)
		return failed;
	tell_where(run);
	child_wait(&child);
	child_free(&child);
	return child.status;
}

static int go_live(struct run *run, struct places *places)
{
	struct live live = { .folder = &run->folder, .options = &run->options, .places = places };
	struct child_streams streams;
	struct child child;
	int status = CANNOT;

	if (!live_open(&live, &streams))
		return -1;
	status = start(run, &child, &streams);
	if (status == 0) {
		live_show(&live, &child);
		live_close();
		child_wait(&child);
		child_free(&child);
		status = child.status;
	}
	live_close();
	live_replay(&live);
	return status;
}

/* --- after ------------------------------------------------------------------------------------------ */

static int finish(struct run *run, struct places *places, int status)
{
	struct loaded loaded = { .n = 0 };
	bool seen;

	folder_read(&run->folder, &loaded);
	seen = outcome_tell(&loaded.run, &run->program, run->argv[0], status);
	if (seen && !print_run(&loaded.run, places, &run->options, "run", stderr))
		seen = false;
	if (run->options.save && !save_write(&run->save, &loaded.run))
		seen = false;
	load_free(&loaded);
	return seen ? status : CANNOT;
}

static int run_it(struct run *run)
{
	struct places *places = places_open(&run->options.places);
	int status = run->options.live ? go_live(run, places) : go(run);

	status = status < 0 ? CANNOT : finish(run, places, status);
	places_free(places);
	return status;
}

int contend_run(int argc, char **argv)
{
	struct run run = { .argv = NULL };
	int status;

	if (!options_parse(&run.options, OPTIONS_RUN, "run", argc, argv))
		return CANNOT;
	if (run.options.help)
		return help();
	if (optind == argc)
		return refuse("PROGRAM", "which one? (--help says more)");
	run.argv = argv + optind;
	status = judge(&run);
	if (status == 0)
		status = prepare(&run) ? run_it(&run) : CANNOT;
	save_free(&run.save);
	folder_remove(&run.folder);
	return status;
}
