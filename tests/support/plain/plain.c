/* SPDX-License-Identifier: MIT */
/*
 * plain.c: the main of unit tests where Criterion's is not used; see criterion/criterion.h.
 *
 *     program [--list] [PATTERN]     PATTERN: suite/name, with * and ?
 *
 * Every test runs in a forked child, as under Criterion: what one leaves behind in the library
 * the next does not meet, and sanitizers look at each child's end. No test at all, or none that
 * matches, is an error.
 */
#include <criterion/criterion.h>

#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define SKIPPED 77

static struct plain_test *tests, *suites;

/* Of the child: where a test ends early, in which thread, and whether something failed. */
static sigjmp_buf end_of_test;
static _Thread_local bool in_test_thread;
static int failed; /* atomic: any thread may find that something is wrong */

void plain_register(struct plain_test *test)
{
	struct plain_test **list = test->name ? &tests : &suites;

	while (*list)
		list = &(*list)->next;
	*list = test;
}

static _Noreturn void leave(int how)
{
	if (in_test_thread)
		siglongjmp(end_of_test, how);
	fflush(NULL);
	_exit(1);
}

void plain_failed(enum plain_severity severity, const char *file, int line, const char *what,
		  const char *format, ...)
{
	va_list args;

	/* relaxed: read by the test's own thread when the others were joined */
	__atomic_store_n(&failed, 1, __ATOMIC_RELAXED);
	flockfile(stdout);
	printf("%s:%d: failed: %s", file, line, what);
	if (format && *format) {
		fputs(": ", stdout);
		va_start(args, format);
		vprintf(format, args);
		va_end(args);
	}
	puts("");
	funlockfile(stdout);
	if (severity == PLAIN_STOPS)
		leave(1);
}

bool plain_same(const char *a, const char *b)
{
	if (a && b && strcmp(a, b) == 0)
		return true;
	printf("\"%s\"\n\"%s\"\n", a ? a : "(null)", b ? b : "(null)");
	return false;
}

void plain_skip(const char *reason)
{
	printf("skipped: %s\n", reason);
	leave(SKIPPED);
}

static const struct plain_options *suite_of(const struct plain_test *test)
{
	static const struct plain_options none;
	const struct plain_test *suite;

	for (suite = suites; suite; suite = suite->next)
		if (strcmp(suite->suite, test->suite) == 0)
			return &suite->options;
	return &none;
}

static void call(void (*function)(void))
{
	if (function)
		function();
}

/* One part of a test; 0, or how it was left. */
static int part(void (*function)(void))
{
	int how = sigsetjmp(end_of_test, 0);

	if (how == 0)
		call(function);
	return how;
}

/* The fixture's end comes also after a test that failed. */
static _Noreturn void run_here(const struct plain_test *test)
{
	const struct plain_options *suite = suite_of(test);
	int how;

	in_test_thread = true;
	how = part(suite->init);
	if (how == 0)
		how = part(test->options.init);
	if (how == 0)
		how = part(test->run);
	part(test->options.fini);
	part(suite->fini);
	/* relaxed: see plain_failed */
	exit(__atomic_load_n(&failed, __ATOMIC_RELAXED) ? 1 : how);
}

static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) != child)
		;
	return status;
}

static int run(const struct plain_test *test)
{
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child < 0) {
		perror("fork");
		exit(2);
	}
	if (child == 0)
		run_here(test);
	return wait_for(child);
}

static bool skipped(int status)
{
	return WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED;
}

static bool passed(const struct plain_test *test, int status)
{
	if (test->options.signal)
		return WIFSIGNALED(status) && WTERMSIG(status) == test->options.signal;
	return WIFEXITED(status) && (WEXITSTATUS(status) == 0 || skipped(status));
}

static void complain(const struct plain_test *test, int status)
{
	printf("FAIL %s/%s: ", test->suite, test->name);
	if (WIFSIGNALED(status))
		printf("ended by signal %d\n", WTERMSIG(status));
	else
		printf("ended with %d\n", WEXITSTATUS(status));
}

static bool chosen(const struct plain_test *test, const char *pattern)
{
	char name[256];

	snprintf(name, sizeof name, "%s/%s", test->suite, test->name);
	return !pattern || fnmatch(pattern, name, 0) == 0;
}

static int list(const char *pattern)
{
	const struct plain_test *test;

	for (test = tests; test; test = test->next)
		if (chosen(test, pattern))
			printf("%s/%s\n", test->suite, test->name);
	return 0;
}

static int run_all(const char *pattern)
{
	const struct plain_test *test;
	unsigned n = 0, n_failed = 0, n_skipped = 0;
	int status;

	for (test = tests; test; test = test->next) {
		if (!chosen(test, pattern))
			continue;
		status = run(test);
		n++;
		n_skipped += skipped(status);
		if (!passed(test, status)) {
			complain(test, status);
			n_failed++;
		}
	}
	printf("Tested: %u, failed: %u, skipped: %u\n", n, n_failed, n_skipped);
	return n > 0 && n_failed == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	bool listing = argc > 1 && strcmp(argv[1], "--list") == 0;
	const char *pattern = argv[1 + listing];

	if (argc > 2 + listing || (pattern && pattern[0] == '-')) {
		fprintf(stderr, "usage: %s [--list] [PATTERN]\n", argv[0]);
		return 2;
	}
	return listing ? list(pattern) : run_all(pattern);
}
