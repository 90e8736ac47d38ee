/* SPDX-License-Identifier: MIT */
/* crew.c: see crew.h. */
#include "crew.h"

#include "common.h"

#include <pthread.h>
#include <string.h>

/* Small stacks: there may be hundreds. */
#define STACK_BYTES (128u * 1024)

struct member {
	struct bench_crew *crew;
	size_t number;
	pthread_t thread;
};

/* work and ctx: written between two barriers, read after the first of them. */
struct bench_crew {
	pthread_barrier_t begin, done;
	void (*work)(size_t thread, void *ctx);
	void *ctx;
	size_t n;
	struct member members[];
};

static void *serve(void *ctx)
{
	const struct member *self = ctx;
	struct bench_crew *crew = self->crew;

	for (;;) {
		pthread_barrier_wait(&crew->begin);
		if (!crew->work)
			return NULL;
		crew->work(self->number, crew->ctx);
		pthread_barrier_wait(&crew->done);
	}
}

struct bench_crew *bench_crew_start(size_t n)
{
	struct bench_crew *crew = bench_alloc(1, sizeof *crew + n * sizeof crew->members[0]);
	pthread_attr_t attr;
	size_t i;
	int error;

	crew->n = n;
	pthread_barrier_init(&crew->begin, NULL, (unsigned)n + 1);
	pthread_barrier_init(&crew->done, NULL, (unsigned)n + 1);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	for (i = 0; i < n; i++) {
		struct member *member = &crew->members[i];

		*member = (struct member){ .crew = crew, .number = i };
		error = pthread_create(&member->thread, &attr, serve, member);
		if (error)
			bench_fail("thread %zu: %s", i, strerror(error));
	}
	pthread_attr_destroy(&attr);
	return crew;
}

void bench_crew_do(struct bench_crew *crew, void (*work)(size_t thread, void *ctx), void *ctx)
{
	crew->work = work;
	crew->ctx = ctx;
	pthread_barrier_wait(&crew->begin);
	pthread_barrier_wait(&crew->done);
}

struct turn {
	pthread_mutex_t mutex;
	void (*work)(size_t thread, void *ctx);
	void *ctx;
};

static void work_in_turn(size_t thread, void *ctx)
{
	struct turn *turn = ctx;

	pthread_mutex_lock(&turn->mutex);
	turn->work(thread, turn->ctx);
	pthread_mutex_unlock(&turn->mutex);
}

void bench_crew_do_in_turn(struct bench_crew *crew, void (*work)(size_t thread, void *ctx),
			   void *ctx)
{
	struct turn turn = { PTHREAD_MUTEX_INITIALIZER, work, ctx };

	bench_crew_do(crew, work_in_turn, &turn);
}

void bench_crew_end(struct bench_crew *crew)
{
	size_t i;

	crew->work = NULL;
	pthread_barrier_wait(&crew->begin);
	for (i = 0; i < crew->n; i++)
		pthread_join(crew->members[i].thread, NULL);
	pthread_barrier_destroy(&crew->begin);
	pthread_barrier_destroy(&crew->done);
	free(crew);
}
