/* SPDX-License-Identifier: MIT */
/* saved_test.c: which process saves its run, where, and when; and the thread that does it. */
#include "made_up.h"

#include "serve/forks.h"
#include "serve/reporter.h"
#include "serve/run_file.h"
#include "serve/saved.h"

#include <quipu/contend.h>

#include <criterion/criterion.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <support/sanitized.h>
#include <support/scale.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "saved.XXXXXX";

static void begin(void)
{
	cr_assert_not_null(mkdtemp(folder));
	cr_assert(qc_forks_watch());
}

static void end(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -r %s", folder);
	cr_assert_eq(system(command), 0);
}

TestSuite(saved, .init = begin, .fini = end);

static unsigned n_files(void)
{
	DIR *open = opendir(folder);
	const struct dirent *entry;
	unsigned n = 0;

	while ((entry = readdir(open)))
		n += entry->d_name[0] != '.';
	closedir(open);
	return n;
}

/* Whether the file of that process and generation has this state. */
static bool has_state(pid_t process, int generation, const char *state)
{
	char path[64], text[65536], wanted[64];
	FILE *file;

	snprintf(path, sizeof path, "%s/%d-%d.json", folder, (int)process, generation);
	file = fopen(path, "r");
	if (!file)
		return false;
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	fclose(file);
	snprintf(wanted, sizeof wanted, "\"state\": \"%s\"", state);
	return strstr(text, wanted) != NULL;
}

static void wait_for(pid_t child)
{
	int status = 0;

	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(status, 0);
}

Test(saved, only_a_process_in_which_something_happened)
{
	qc_saved_open(folder, false);
	qc_saved_end("ended");
	cr_expect_eq(n_files(), 0);
	made_up_wait(made_up_site(QC_MUTEX, NULL, 0, 16), 1, 1);
	qc_saved_end("ended");
	cr_expect(has_state(getpid(), 1, "ended"));
}

Test(saved, the_first_one_always)
{
	qc_saved_open(folder, true);
	qc_saved_run();
	cr_expect(has_state(getpid(), 1, "running"));
	qc_saved_end("replaced");
	cr_expect(has_state(getpid(), 1, "replaced"));
	qc_saved_go_on();
	qc_saved_run();
	cr_expect(has_state(getpid(), 1, "running"));
	cr_expect_eq(n_files(), 1);
}

Test(saved, what_was_there_stays)
{
	qc_saved_open(folder, true);
	qc_saved_end("replaced");
	qc_saved_after_fork_child(); /* as after an exec: the same process id, another run */
	made_up_wait(made_up_site(QC_MUTEX, NULL, 0, 16), 1, 1);
	qc_saved_end("ended");
	cr_expect(has_state(getpid(), 1, "replaced"));
	cr_expect(has_state(getpid(), 2, "ended"));
}

static void in_child(pid_t child, void (*act)(void))
{
	if (child == 0) {
		act();
		qc_saved_end("ended");
		syscall(SYS_exit_group, 0);
	}
	wait_for(child);
}

static void wait_somewhere(void)
{
	made_up_wait(made_up_site(QC_MUTEX, NULL, 0, 16), 1, 1);
}

static void do_nothing(void)
{
}

Test(saved, a_forked_child_for_itself)
{
	pid_t child;

	qc_saved_open(folder, true);
	in_child(fork(), do_nothing);
	cr_expect_eq(n_files(), 0);
	child = fork();
	in_child(child, wait_somewhere);
	cr_expect_eq(n_files(), 1);
	cr_expect(has_state(child, 1, "ended"));
}

/* Past the fork handlers, as what vfork makes; it may share its parent's memory. */
Test(saved, no_other_child)
{
	qc_saved_open(folder, true);
	in_child((pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0), wait_somewhere);
	cr_expect_eq(n_files(), 0);
}

Test(saved, by_the_reporter_where_there_is_one)
{
	qc_saved_open(folder, true);
	cr_assert(qc_reporter_start());
	cr_assert(qc_reporter_runs());
	qc_saved_end("ended");
	cr_expect(has_state(getpid(), 1, "ended"));
}

Test(saved, once_a_second)
{
	qc_saved_open(folder, true);
	qc_reporter_save_often();
	cr_assert(qc_reporter_start());
	while (!has_state(getpid(), 1, "running")) /* until the test's own end */
		usleep(10000);
}

static void start_reporter(void)
{
	cr_expect_not(qc_reporter_runs());
	cr_expect(qc_reporter_start());
	cr_expect(qc_reporter_wait_named(qc_reporter_ask(), 60000));
}

Test(saved, a_forked_child_has_no_reporter_but_may_have_one)
{
	if (QT_TSAN)
		cr_skip_test("ThreadSanitizer lets no forked child make threads");
	cr_assert(qc_reporter_start());
	cr_assert(qc_reporter_wait_saved(qc_reporter_ask(), 60000));
	in_child(fork(), start_reporter);
}

static bool blocks_all(const char *line)
{
	unsigned long long blocked = strtoull(line, NULL, 16);

	return (blocked | 1ull << (SIGKILL - 1) | 1ull << (SIGSTOP - 1) | 3ull << 31) == ~0ull;
}

/* Of all threads but this one, which is the reporter: does the kernel say that it blocks all signals? */
Test(saved, the_reporter_gets_no_signals)
{
	char path[300], line[256];
	struct dirent *entry;
	unsigned n = 0;
	DIR *tasks;

	if (qt_under_memcheck())
		cr_skip_test("valgrind has masks of its own");
	cr_assert(qc_reporter_start());
	cr_assert(qc_reporter_wait_saved(qc_reporter_ask(), 60000));
	tasks = opendir("/proc/self/task");
	while ((entry = readdir(tasks))) {
		FILE *file;
		bool is_it = false;

		snprintf(path, sizeof path, "/proc/self/task/%s/status", entry->d_name);
		file = entry->d_name[0] == '.' ? NULL : fopen(path, "r");
		while (file && fgets(line, sizeof line, file)) {
			is_it = is_it || strstr(line, "Name:\tquipu-contend") == line;
			if (is_it && strncmp(line, "SigBlk:", 7) == 0)
				n += blocks_all(line + 7);
		}
		if (file)
			fclose(file);
	}
	closedir(tasks);
	cr_expect_eq(n, 1);
}

/* Others may write to the folder, too, and guess what our temporary files are called. */
Test(saved, what_lies_in_the_way_is_not_written_to)
{
	char path[64], in_the_way[96], text[8] = "";
	FILE *file;
	int i;

	snprintf(path, sizeof path, "%s/run.json", folder);
	for (i = 0; i < 3; i++) {
		snprintf(in_the_way, sizeof in_the_way, "%s.tmp.%d.%d", path, (int)getpid(), i);
		file = fopen(in_the_way, "w");
		cr_assert(file && fputs("mine", file) >= 0 && fclose(file) == 0);
	}
	cr_expect_eq(quipu_contend_save(path), QUIPU_OK);
	cr_expect_eq(access(path, F_OK), 0);
	for (i = 0; i < 3; i++) {
		snprintf(in_the_way, sizeof in_the_way, "%s.tmp.%d.%d", path, (int)getpid(), i);
		file = fopen(in_the_way, "r");
		cr_assert(file);
		cr_expect_not_null(fgets(text, sizeof text, file));
		cr_expect_str_eq(text, "mine");
		fclose(file);
	}
}
