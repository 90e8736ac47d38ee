/* SPDX-License-Identifier: MIT */
/*
 * main.c: explore SCENARIO [--bound N] [--random N] [--seed N] [--replay TRACE]
 *
 * All schedules with up to N preemptions (2), then N random ones, scaled like everything else
 * (scale.h); or one, from the trace that a failure printed. Without a scenario: their names.
 */
#include "choice.h"
#include "explore.h"
#include "memory.h"
#include "shared.h"
#include "support/scale.h"
#include "thread.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int __real_clock_gettime(clockid_t clock, struct timespec *time);

static struct {
	const struct explore_scenario *scenario;
	const char *replay;
	unsigned bound;
	uint64_t random, seed;
} explore = { .bound = 2, .seed = 1 };

static uint64_t *seen; /* outcomes, kept */

#define SIGNAL_STACK 65536

/* --- ends ----------------------------------------------------------------------------------- */

void explore_broken(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "explore: ");
	vfprintf(stderr, format, args);
	fprintf(stderr, "\n");
	va_end(args);
	_exit(2);
}

/* After the line that says what is wrong. */
static _Noreturn void tell_and_end(void)
{
	printf("\n%s, schedule %" PRIu64 ", ", explore.scenario->name, choice_schedules());
	choice_print_mode(stdout);
	printf(":\n");
	choice_print_story(stdout);
	printf("again: %s --replay ", explore.scenario->name);
	choice_print_trace(stdout);
	printf("\n");
	fflush(stdout);
	_exit(1);
}

void explore_violation(const char *promise, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("VIOLATION %s: ", promise);
	vprintf(format, args);
	va_end(args);
	tell_and_end();
}

static void on_signal(int number, siginfo_t *info, void *unused)
{
	(void)unused;
	if (number == SIGABRT)
		explore_violation("assert", "an assertion of the library fails, in %s",
				  threads[current].name);
	explore_violation("memory", "%s touches what is %s (signal %d)", threads[current].name,
			  memory_what(info->si_addr), number);
}

static void catch_signals(void)
{
	stack_t stack = { .ss_sp = memory_keep(SIGNAL_STACK), .ss_size = SIGNAL_STACK };
	struct sigaction action = { .sa_sigaction = on_signal,
				    .sa_flags = SA_SIGINFO | SA_ONSTACK };

	sigaltstack(&stack, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGABRT, &action, NULL);
}

/* --- running -------------------------------------------------------------------------------- */

static void run_one(void)
{
	memory_put_back();
	shared_begin();
	choice_begin();
	threads_run();
	if (explore.scenario->check)
		explore.scenario->check();
}

static void run_all(unsigned bound)
{
	choice_all(bound);
	do
		run_one();
	while (choice_next());
}

/* The last bound again, until nothing new was found out about which words matter. */
static void run_up_to(unsigned last)
{
	unsigned bound;
	size_t before;

	for (bound = 0; bound < last; bound++)
		run_all(bound);
	do {
		before = shared_known();
		run_all(last);
	} while (shared_known() != before);
}

void explore_saw(unsigned i)
{
	*seen |= UINT64_C(1) << i;
}

static void check_outcomes(void)
{
	uint64_t missed = explore.scenario->outcomes & ~*seen;

	if (missed) {
		printf("VIOLATION outcomes: number %d was never seen\n", __builtin_ctzll(missed));
		exit(1);
	}
}

static void run_random(uint64_t n)
{
	uint64_t i;

	for (i = 0; i < n; i++) {
		choice_random(explore.seed + i);
		run_one();
		choice_next();
	}
}

static double seconds_now(void)
{
	struct timespec time;

	__real_clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void run_everything(void)
{
	double begin = seconds_now();
	uint64_t all;

	run_up_to(explore.bound);
	all = choice_schedules();
	run_random(explore.random);
	check_outcomes();
	printf("%s: %s: ok: %" PRIu64 " schedules up to bound %u, %" PRIu64
	       " at random, %zu words matter, up to %" PRIu64 " steps, %.1f s\n",
	       explore.scenario->name, explore.scenario->promises, all, explore.bound,
	       choice_schedules() - all, shared_count(), choice_longest(), seconds_now() - begin);
	qt_figure("schedules", choice_schedules());
}

static void run_replay(void)
{
	if (!choice_replay(explore.replay))
		explore_broken("%s is no trace", explore.replay);
	run_one();
	choice_print_story(stdout);
	printf("%s: ok%s\n", explore.scenario->name,
	       choice_followed() ? "" : "; not all of the trace could be followed");
}

/* --- the beginning -------------------------------------------------------------------------- */

static void set_up(void)
{
	const struct explore_thread *thread = explore.scenario->threads;

	explore.scenario->set_up();
	for (; thread->run; thread++)
		thread_new(thread->name, NULL, thread->run);
	threads_remember();
	memory_remember();
}

static const struct explore_scenario *find(const char *name)
{
	const struct explore_scenario *const *at;

	for (at = explore_scenarios; *at; at++) {
		if (strcmp((*at)->name, name) == 0)
			return *at;
	}
	return NULL;
}

static uint64_t number(const char *text)
{
	char *end;
	uint64_t n = strtoull(text ? text : "", &end, 10);

	if (!text || end == text || *end)
		explore_broken("%s is no number", text ? text : "nothing");
	return n;
}

static void read_option(const char *option, const char *value)
{
	if (strcmp(option, "--bound") == 0)
		explore.bound = (unsigned)number(value);
	else if (strcmp(option, "--random") == 0)
		explore.random = qt_scaled_count(number(value));
	else if (strcmp(option, "--seed") == 0)
		explore.seed = number(value);
	else if (strcmp(option, "--replay") == 0 && value)
		explore.replay = value;
	else
		explore_broken("%s is no option", option);
}

static int list(void)
{
	const struct explore_scenario *const *at;

	for (at = explore_scenarios; *at; at++)
		printf("%-12s %s\n", (*at)->name, (*at)->promises);
	return 2;
}

int main(int argc, char **argv)
{
	int i;

	explore.scenario = argc > 1 ? find(argv[1]) : NULL;
	if (!explore.scenario)
		return list();
	for (i = 2; i < argc; i += 2)
		read_option(argv[i], argv[i + 1]);
	catch_signals();
	memory_init();
	threads_init();
	shared_init();
	choice_init();
	seen = memory_keep(sizeof *seen);
	set_up();
	if (explore.replay)
		run_replay();
	else
		run_everything();
	fflush(stdout);
	_exit(0); /* nothing of what has been put back is to be torn down */
}
