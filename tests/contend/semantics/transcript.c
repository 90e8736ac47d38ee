/* SPDX-License-Identifier: MIT */
/* transcript.c: how it is said, and the threads it takes (transcript.h). */
#include "transcript.h"

#include "asleep.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static char about[160];

void say_about(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(about, sizeof(about), format, list);
	va_end(list);
}

void say(const char *what, int answer)
{
	bool is_left = errno == NEVER_SET;

	printf("%s: %s: %s%s\n", about, what, answer > 0 ? strerrorname_np(answer) : "0",
	       is_left ? "" : ", errno changed");
}

void say_text(const char *what, const char *answer)
{
	printf("%s: %s: %s\n", about, what, answer);
}

void say_broken(const char *what)
{
	fflush(stdout);
	fprintf(stderr, "%s: %s\n", about, what);
	_exit(1);
}

void before_call(void)
{
	errno = NEVER_SET;
}

int take_errno(void)
{
	int error = errno;

	errno = NEVER_SET;
	return error;
}

struct timespec from_now(clockid_t clock, int milliseconds)
{
	struct timespec at;

	clock_gettime(clock, &at);
	at.tv_sec += milliseconds / 1000;
	at.tv_nsec += milliseconds % 1000 * 1000000L;
	if (at.tv_nsec >= 1000000000) {
		at.tv_sec++;
		at.tv_nsec -= 1000000000;
	}
	return at;
}

void *in_thread(void *(*run)(void *), void *argument)
{
	pthread_t thread;
	void *answer;

	if (pthread_create(&thread, NULL, run, argument) || pthread_join(thread, &answer))
		say_broken("no thread");
	return answer;
}

static void *run_blocked(void *argument)
{
	struct blocked *blocked = argument;

	/* release: pairs with the acquire in block_in_thread */
	__atomic_store_n(&blocked->tid, (int)syscall(SYS_gettid), __ATOMIC_RELEASE);
	return blocked->run(blocked->argument);
}

void block_in_thread(struct blocked *blocked, void *(*run)(void *), void *argument)
{
	*blocked = (struct blocked){ .run = run, .argument = argument };
	if (pthread_create(&blocked->thread, NULL, run_blocked, blocked))
		say_broken("no thread");
	/* acquire: the thread is past its start, which may sleep */
	while (!__atomic_load_n(&blocked->tid, __ATOMIC_ACQUIRE))
		usleep(100);
	see_asleep(blocked->tid);
}

void *join_blocked(struct blocked *blocked)
{
	void *answer;

	pthread_join(blocked->thread, &answer);
	return answer;
}

void cancel_blocked(struct blocked *blocked)
{
	if (pthread_cancel(blocked->thread))
		say_broken("pthread_cancel");
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 1 << 12);
	say_mutexes();
	say_robust();
	say_rwlocks();
	say_conds();
	say_sems();
	say_cancels();
	say_c11();
	return 0;
}
