/* SPDX-License-Identifier: MIT */
/* torture.c: arguments, random numbers, threads and the end of torture programs. */
#include "torture.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Seconds beyond --seconds that a run with the default count may take. */
#define PATIENCE (qt_under_memcheck() ? 5000U : 500U)

struct torture torture;
static int stopped;

_Noreturn static void usage(const char *program, int status)
{
	fprintf(status ? stderr : stdout,
		"usage: %s [--threads N] [--seconds N] [--count N] [--seed N]\n", program);
	exit(status);
}

static uint64_t number(const char *text, char **argv)
{
	char *end;
	unsigned long long n;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (errno || end == text || *end)
		usage(argv[0], 2);
	return n;
}

static void read_arguments(int argc, char **argv)
{
	static const struct option options[] = { { "threads", required_argument, NULL, 't' },
						 { "seconds", required_argument, NULL, 's' },
						 { "count", required_argument, NULL, 'c' },
						 { "seed", required_argument, NULL, 'r' },
						 { "help", no_argument, NULL, 'h' },
						 { NULL, 0, NULL, 0 } };
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 't':
			torture.threads = (unsigned)number(optarg, argv);
			break;
		case 's':
			torture.seconds = (unsigned)number(optarg, argv);
			break;
		case 'c':
			torture.count = number(optarg, argv);
			break;
		case 'r':
			torture.seed = number(optarg, argv);
			break;
		default:
			usage(argv[0], option == 'h' ? 0 : 2);
		}
	}
}

/* A test that does not end has found something too: it says so before it is killed. */
static void complain_of_no_end(int signal)
{
	(void)signal;
	torture_violation("P6",
			  "still running after %u s: a lock was left behind, or there is "
			  "no progress",
			  torture.seconds + PATIENCE);
}

static void watch_for_no_end(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof action);
	action.sa_handler = complain_of_no_end;
	sigaction(SIGALRM, &action, NULL);
	alarm(torture.seconds + PATIENCE);
}

void torture_begin(const struct torture *defaults, int argc, char **argv)
{
	torture = *defaults;
	torture.count = qt_scaled_count(defaults->count);
	torture.seconds = qt_scaled_seconds(defaults->seconds);
	torture.seed = torture_now_us();
	read_arguments(argc, argv);
	if (torture.count <= qt_scaled_count(defaults->count) && qt_scale() <= 1)
		watch_for_no_end();
	printf("%s: checks %s\n%s: --threads %u --seconds %u --count %" PRIu64 " --seed %" PRIu64
	       "\n",
	       torture.name, torture.promises, torture.name, torture.threads, torture.seconds,
	       torture.count, torture.seed);
	fflush(stdout);
}

int torture_end(const char *format, ...)
{
	va_list args;

	printf("%s: ok: ", torture.name);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	return 0;
}

/* One write, so that lines of several threads and processes do not mix; no stdio, whose
 * lock another thread may have held at a fork. */
static void say(const char *head, const char *promise, const char *format, va_list args)
{
	char line[1024];
	int len = snprintf(line, sizeof line, "%s: %s%s: ", torture.name, head, promise);

	len += vsnprintf(line + len, sizeof line - (size_t)len, format, args);
	if (len > (int)sizeof line - 2)
		len = (int)sizeof line - 2;
	line[len++] = '\n';
	if (write(STDERR_FILENO, line, (size_t)len) < 0)
		_exit(3);
}

_Noreturn void torture_violation(const char *promise, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("VIOLATION ", promise, format, args);
	va_end(args);
	_exit(1);
}

_Noreturn void torture_broken(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("cannot go on", "", format, args);
	va_end(args);
	_exit(2);
}

int torture_stopped(void)
{
	/* acquire: pairs with the release in torture_stop */
	return __atomic_load_n(&stopped, __ATOMIC_ACQUIRE);
}

void torture_stop(void)
{
	/* release: pairs with the acquire in torture_stopped */
	__atomic_store_n(&stopped, 1, __ATOMIC_RELEASE);
}

void torture_run_for_a_while(void)
{
	uint64_t end = torture_now_us() + torture.seconds * UINT64_C(1000000);

	while (torture_now_us() < end)
		torture_sleep_us(10000);
	torture_stop();
}

void torture_sleep_us(uint64_t us)
{
	struct timespec pause = { (time_t)(us / 1000000), (long)(us % 1000000 * 1000) };

	nanosleep(&pause, NULL);
}

uint64_t torture_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint64_t torture_seed(uint64_t stream)
{
	uint64_t state = torture.seed * UINT64_C(0x9e3779b97f4a7c15) + stream + 1;

	torture_random(&state);
	return torture_random(&state);
}

uint64_t torture_random(uint64_t *state)
{
	uint64_t x = *state ? *state : UINT64_C(0x2545f4914f6cdd1d);

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	*state = x;
	return x * UINT64_C(0x2545f4914f6cdd1d) >> 11;
}

static pthread_t spawn(void *(*run)(void *), void *arg, int state)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int error;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, (size_t)PTHREAD_STACK_MIN + 256 * 1024);
	pthread_attr_setdetachstate(&attributes, state);
	error = pthread_create(&thread, &attributes, run, arg);
	pthread_attr_destroy(&attributes);
	if (error)
		torture_broken("pthread_create: %s", strerror(error));
	return thread;
}

pthread_t torture_spawn(void *(*run)(void *), void *arg)
{
	return spawn(run, arg, PTHREAD_CREATE_JOINABLE);
}

void torture_spawn_detached(void *(*run)(void *), void *arg)
{
	spawn(run, arg, PTHREAD_CREATE_DETACHED);
}

void torture_join(pthread_t thread)
{
	int error = pthread_join(thread, NULL);

	if (error)
		torture_broken("pthread_join: %s", strerror(error));
}

/* Field 0 of /proc/self/statm is the address space, field 1 what is resident. */
static size_t statm(int field)
{
	unsigned long pages[2] = { 0, 0 };
	FILE *file = fopen("/proc/self/statm", "re");

	if (!file || fscanf(file, "%lu %lu", &pages[0], &pages[1]) != 2)
		torture_broken("/proc/self/statm: %s", strerror(errno));
	fclose(file);
	return pages[field] * (size_t)sysconf(_SC_PAGESIZE);
}

size_t torture_resident(void)
{
	return statm(1);
}

size_t torture_mapped(void)
{
	return statm(0);
}
