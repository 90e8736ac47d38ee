/* SPDX-License-Identifier: MIT */
/* run.c: quipu contend run: a program with the profiler preloaded, and the report of it. */
#include "child.h"
#include "contend.h"
#include "folder.h"
#include "library.h"
#include "live.h"
#include "outcome.h"
#include "paint.h"
#include "print.h"
#include "program.h"
#include "save.h"
#include "top/visible.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CANNOT 125
#define LISTENING_MS 100 /* so often it is looked whether the program listens */

static int help(void)
{
	fputs("usage: quipu contend run [OPTION]... [--] PROGRAM [ARGUMENT]...\n"
	      "Runs a program, as it is, and says which locks its threads waited for, and "
	      "where.\n\n",
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
	      "With --listen the program serves what it waits for itself, not what its children\n"
	      "do: a script or wrapper that starts another program should exec it.\n\n"
	      "Signals are passed on to the program. What outlives it is reported as of its end.\n"
	      "QUIPU_CONTEND_LIBRARY tells where the library is, if not beside quipu.\n\n"
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
	int status;
};

static int refuse(const char *culprit, const char *reason)
{
	fprintf(stderr, "quipu contend run: %s: %s\n", culprit, reason);
	return CANNOT;
}

/* --- before ----------------------------------------------------------------------------------- */

/* Whether it is to be run; run->status otherwise. */
static bool judge(struct run *run)
{
	const char *name = run->argv[0];
	bool script;

	program_look(&run->program, name);
	script = strcmp(run->program.path, run->program.judged) != 0;
	if (run->program.status) {
		refuse(name, run->program.reason);
		run->status = run->program.status;
		return false;
	}
	if (!run->program.blind)
		return true;
	fprintf(stderr, "quipu contend run: %s: it cannot be profiled: %s%s%s\n", name,
		script ? run->program.judged : "", script ? ": " : "", run->program.reason);
	return run->options.anyway;
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
	       (!run->options.listen ||
		setenv("QUIPU_CONTEND_LISTEN", run->options.listen, 1) == 0);
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

/* --- the program ------------------------------------------------------------------------------ */

static void say(const char *before, const char *what, const char *after)
{
	fputs(before, stderr);
	visible_print(stderr, qx_text_of(what), paint_utf8());
	fputs(after, stderr);
}

/* Of a process that says where it serves, or why it does not; false: none has. */
static bool tell_address(const struct saved_run *run)
{
	for (size_t i = 0; i < run->n; i++) {
		const struct saved_process *process = &run->processes[i];

		if (process->listen_error) {
			say("quipu contend run: --listen: ", process->listen_error, "\n");
			return true;
		}
		if (process->listen) {
			say("quipu contend run: live page http://", process->listen, "/, metrics ");
			say("http://", process->listen, "/metrics\n");
			return true;
		}
	}
	return false;
}

/* The program goes on meanwhile. */
static void tell_where(const struct run *run, struct child *child)
{
	bool told = false;

	while (!told && !child->over) {
		struct loaded loaded = { .n = 0 };

		child_wait(child, LISTENING_MS);
		folder_read(&run->folder, &loaded);
		told = tell_address(&loaded.run);
		load_free(&loaded);
	}
}

/* False: run->status is that of what does not run. */
static bool start(struct run *run, struct child *child, const struct child_streams *streams)
{
	int error = child_start(child, run->argv, streams);

	if (!error)
		return true;
	refuse(run->argv[0], strerror(error));
	run->status = error == ENOENT ? 127 : 126;
	return false;
}

/* Both: false where it did not run; run->status is the exit status, for now. */
static bool go(struct run *run)
{
	const struct child_streams own = { -1, -1, -1 };
	struct child child;

	if (!start(run, &child, &own))
		return false;
	if (run->options.listen)
		tell_where(run, &child);
	child_wait(&child, -1);
	child_free(&child);
	run->status = child.status;
	return true;
}

static bool go_live(struct run *run, struct places *places)
{
	struct live live = { .folder = &run->folder, .options = &run->options, .places = places };
	struct child_streams streams;
	struct child child;
	bool started;

	if (!live_open(&live, &streams))
		return false;
	started = start(run, &child, &streams);
	if (started) {
		live_show(&live, &child);
		live_close();
		child_wait(&child, -1);
		child_free(&child);
		run->status = child.status;
	}
	live_close();
	live_replay(&live);
	return started;
}

/* --- after ------------------------------------------------------------------------------------ */

/* The folder goes and the run is saved before anything is said: whoever listens may go away. */
static void finish(struct run *run, struct places *places)
{
	struct loaded loaded = { .n = 0 };
	bool ok;

	folder_read(&run->folder, &loaded);
	folder_remove(&run->folder);
	ok = !run->options.save || save_write(&run->save, &loaded.run);
	ok &= outcome_tell(&loaded.run, &run->program, run->argv[0], run->status) &&
	      print_run(&loaded.run, places, &run->options, "run", stderr);
	load_free(&loaded);
	if (!ok)
		run->status = CANNOT;
}

static void run_it(struct run *run)
{
	struct places *places = places_open(&run->options.places);
	bool ran = run->options.live ? go_live(run, places) : go(run);

	if (ran)
		finish(run, places);
	places_free(places);
}

int contend_run(int argc, char **argv)
{
	struct run run = { .status = CANNOT };

	if (!options_parse(&run.options, OPTIONS_RUN, "run", argc, argv))
		return CANNOT;
	if (run.options.help)
		return help();
	if (optind == argc)
		return refuse("PROGRAM", "which one? (--help says more)");
	run.argv = argv + optind;
	if (judge(&run) && prepare(&run))
		run_it(&run);
	save_free(&run.save);
	folder_remove(&run.folder);
	return run.status;
}
