/* SPDX-License-Identifier: MIT */
/* turns.c: the two threads of a scene (turns.h). */
#include "turns.h"

#include "asleep.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MILLISECOND UINT64_C(1000000)
#define BURNT MILLISECOND /* processor time after which a spinning thread is in its loop */
#define PATIENCE 100	  /* milliseconds until a call times out */

struct play {
	const struct scene *scene;
	struct turn turn;
	pthread_t waiter;
	int go[2], done[2]; /* pipes */
};

struct sums {
	uint64_t waits, low, high, max_low, max_high;
};

void turns_broken(const char *what)
{
	fprintf(stderr, "does not hold: %s\n", what);
	_exit(1);
}

static uint64_t read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000 * MILLISECOND + (uint64_t)now.tv_nsec;
}

uint64_t turns_now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

/* The monotonic clock is read first: the call returns no earlier than until says. */
struct timespec turns_deadline(struct turn *turn, clockid_t clock)
{
	uint64_t at;

	turn->until = turns_now() + PATIENCE * MILLISECOND;
	at = read_clock(clock) + PATIENCE * MILLISECOND;
	return (struct timespec){ .tv_sec = (time_t)(at / (1000 * MILLISECOND)),
				  .tv_nsec = (long)(at % (1000 * MILLISECOND)) };
}

static void pause_for(uint64_t ns)
{
	struct timespec left = { .tv_sec = (time_t)(ns / (1000 * MILLISECOND)),
				 .tv_nsec = (long)(ns % (1000 * MILLISECOND)) };

	while (nanosleep(&left, &left))
		;
}

static void tell(const int pipe[2])
{
	TURNS_EXPECT(write(pipe[1], "", 1) == 1);
}

static void hear(const int pipe[2])
{
	char byte;

	TURNS_EXPECT(read(pipe[0], &byte, 1) == 1);
}

static void see_burning(pthread_t thread)
{
	clockid_t clock;
	uint64_t before;

	TURNS_EXPECT(!pthread_getcpuclockid(thread, &clock));
	before = read_clock(clock);
	while (read_clock(clock) < before + BURNT)
		pause_for(MILLISECOND / 10);
}

static void see_waiting(struct play *play)
{
	/* acquire: the waiter's clock and line come with it */
	while (!__atomic_load_n(&play->turn.about, __ATOMIC_ACQUIRE))
		pause_for(MILLISECOND / 10);
	if (play->scene->spins)
		see_burning(play->waiter);
	else
		see_asleep(play->turn.tid);
}

static void *wait_turns(void *argument)
{
	struct play *play = argument;

	play->turn.tid = (int)syscall(SYS_gettid);
	tell(play->done);
	for (hear(play->go); play->scene; hear(play->go)) {
		play->scene->wait(&play->turn);
		tell(play->done);
	}
	return NULL;
}

static void add(struct sums *sums, const struct turn *turn, uint64_t low)
{
	uint64_t high = turn->ended - turn->began;

	sums->waits += turn->calls;
	sums->low += low;
	sums->high += high;
	sums->max_low = low > sums->max_low ? low : sums->max_low;
	sums->max_high = high > sums->max_high ? high : sums->max_high;
}

static void take_turn(struct play *play, struct sums *sums, uint64_t hold)
{
	const struct scene *scene = play->scene;
	uint64_t from, to;

	play->turn.about = play->turn.calls = 0;
	if (scene->hold)
		scene->hold();
	tell(play->go);
	see_waiting(play);
	from = turns_now();
	if (scene->times_out) {
		hear(play->done);
		to = play->turn.until;
		scene->release();
	} else {
		pause_for(hold);
		to = turns_now();
		scene->release();
		hear(play->done);
	}
	/* who saw it asleep too late saw nothing */
	add(sums, &play->turn, to > from ? to - from : 0);
}

static void print_line(const struct scene *scene, unsigned line, const struct sums *sums,
		       uint64_t busy)
{
	printf("{\"function\": \"%s\", \"kind\": \"%s\", \"object\": \"%s\", \"line\": %u, "
	       "\"waits\": %" PRIu64 ", \"low\": %" PRIu64 ", \"high\": %" PRIu64
	       ", \"max_low\": %" PRIu64 ", \"max_high\": %" PRIu64 ", \"busy\": %" PRIu64 "}\n",
	       scene->function, scene->kind, scene->object ? scene->object : "", line, sums->waits,
	       sums->low, sums->high, sums->max_low, sums->max_high, busy);
}

void turns_play(const struct scene *scenes, size_t n, unsigned times, unsigned milliseconds)
{
	struct play play = { 0 };
	size_t i;
	unsigned k;

	TURNS_EXPECT(!pipe(play.go) && !pipe(play.done));
	TURNS_EXPECT(!pthread_create(&play.waiter, NULL, wait_turns, &play));
	hear(play.done);
	for (i = 0; i < n; i++) {
		struct sums sums = { 0 };

		play.scene = &scenes[i];
		for (k = 0; k < times; k++)
			take_turn(&play, &sums, milliseconds * MILLISECOND);
		print_line(play.scene, play.turn.line, &sums, 0);
	}
	play.scene = NULL;
	tell(play.go);
	pthread_join(play.waiter, NULL);
}

struct attempts {
	const struct tries *tries;
	unsigned times;
};

static void *attempt_all(void *argument)
{
	const struct attempts *attempts = argument;
	unsigned k;

	for (k = 0; k < attempts->times; k++)
		attempts->tries->attempt();
	return NULL;
}

void turns_try(const struct tries *tries, size_t n, unsigned times)
{
	const struct sums none = { 0 };
	pthread_t thread;
	size_t i;

	for (i = 0; i < n; i++) {
		struct scene scene = { .function = tries[i].function, .kind = tries[i].kind };
		struct attempts attempts = { &tries[i], times };

		tries[i].hold();
		TURNS_EXPECT(!pthread_create(&thread, NULL, attempt_all, &attempts));
		pthread_join(thread, NULL);
		tries[i].release();
		print_line(&scene, tries[i].line, &none, times);
	}
}
