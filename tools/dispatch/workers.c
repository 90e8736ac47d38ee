/* SPDX-License-Identifier: MIT */
/* workers.c: the threads and who takes what. Protocol and guarantees: workers.h. */
#include "workers.h"

#include "agent.h"
#include "clock.h"

#include <string.h>

/* Flat out, a worker takes this many calls at once, so that they do not meet at `next`. */
#define BATCH 64
/* A worker that is busy with one call this long, while the next one waits already, stalls. */
#define STALL_NS UINT64_C(1000000000)

struct worker {
	struct workers *workers;
	struct delivery delivery;
	quipu_llm_loop loop;
};

/* Takes the next n call numbers; false when there are none left. */
static bool take(struct workers *workers, uint64_t n, uint64_t *first, uint64_t *last)
{
	uint64_t end = workers->intake.end;

	/* relaxed: only the numbers are shared, each goes to one worker (W1) */
	*first = atomic_fetch_add_explicit(&workers->next, n, memory_order_relaxed);
	*last = end - *first < n ? end : *first + n;
	return *first < end;
}

/* The same for the one call that has waited longest; until one comes the loop is idle. */
static bool take_arrived(struct worker *worker, uint64_t *first, uint64_t *last)
{
	struct workers *workers = worker->workers;
	uint64_t now_ns, came_ns;

	if (!intake_try(&workers->intake)) {
		quipu_llm_idle(&worker->loop);
		intake_wait(&workers->intake);
	}
	/* whom the end of the intake woke sees what ended it: no call is taken that has not come */
	if (pace_stopped(&workers->pace) || !take(workers, 1, first, last))
		return false;
	now_ns = pace_now(&workers->pace);
	came_ns = intake_moment(&workers->intake, *first);
	quipu_llm_dequeued(workers->intake.queue, now_ns > came_ns ? now_ns - came_ns : 0);
	return true;
}

/* By the timetable of outages a call may find the circuit breaker changed. */
static void note_circuit(const struct delivery *delivery, uint64_t number)
{
	quipu_llm_circuit state;
	unsigned route;

	if (errand_circuit(delivery->policy, number, &route, &state))
		quipu_llm_circuit_is(delivery->metrics->route[route], state);
}

/* One turn of the dispatch loop. */
static void serve(struct worker *worker, uint64_t number)
{
	const struct workload *workload = worker->workers->opts.workload;
	const struct call *call = &workload->calls[number % workload->n];
	struct delivery *delivery = &worker->delivery;

	delivery->now_ns = pace_now(delivery->pace);
	quipu_llm_tick_at(&worker->loop, delivery->now_ns);
	note_circuit(delivery, number);
	if (agent_makes(number))
		agent_turn(delivery, number, call);
	else
		delivery_make(delivery, number, call);
}

static bool take_some(struct worker *worker, uint64_t *first, uint64_t *last)
{
	if (worker->workers->opts.speed > 0)
		return take_arrived(worker, first, last);
	return take(worker->workers, BATCH, first, last);
}

static struct worker open_worker(struct workers *workers)
{
	const struct metrics *metrics = workers->opts.metrics;

	return (struct worker){
		.workers = workers,
		.delivery = { metrics, &workers->opts.policy, &workers->pace, 0 },
		.loop = quipu_llm_loop_of(metrics->llm, "worker", STALL_NS),
	};
}

static void *worker_main(void *arg)
{
	struct workers *workers = arg;
	struct worker worker = open_worker(workers);
	uint64_t first, last;

	while (!pace_stopped(&workers->pace) && take_some(&worker, &first, &last))
		for (; first < last && !pace_stopped(&workers->pace); first++)
			serve(&worker, first);
	/* release: pairs with workers_running; the last one's time is there before the zero.
	 * Relaxed store: the greatest of almost equal times does not matter. */
	atomic_store_explicit(&workers->ended_ns, clock_now(), memory_order_relaxed);
	atomic_fetch_sub_explicit(&workers->running, 1, memory_order_release);
	return NULL;
}

static int open_intake(struct workers *workers)
{
	const struct workers_opts *opts = &workers->opts;

	workers->intake = (struct intake){
		.pace = &workers->pace,
		.workload = opts->workload,
		.queue = opts->metrics->queue,
		.end = opts->repeat ? UINT64_MAX : opts->workload->n,
		.readers = opts->threads,
	};
	return opts->speed > 0 ? intake_open(&workers->intake) : 0;
}

int workers_start(struct workers *workers, const struct workers_opts *opts)
{
	int error;

	memset(workers, 0, sizeof *workers);
	workers->opts = *opts;
	pace_open(&workers->pace, opts->speed);
	atomic_init(&workers->running, opts->threads);
	error = open_intake(workers);
	if (error)
		return error;
	for (; workers->n < opts->threads; workers->n++) {
		error = pthread_create(&workers->thread[workers->n], NULL, worker_main, workers);
		if (error) {
			workers_stop(workers);
			workers_join(workers);
			return error;
		}
	}
	return 0;
}

void workers_stop(struct workers *workers)
{
	pace_stop(&workers->pace);
}

bool workers_running(struct workers *workers)
{
	/* acquire: pairs with the end of worker_main */
	return atomic_load_explicit(&workers->running, memory_order_acquire) > 0;
}

void workers_join(struct workers *workers)
{
	unsigned i;

	for (i = 0; i < workers->n; i++)
		pthread_join(workers->thread[i], NULL);
	workers->n = 0;
	/* relaxed: nobody takes any more */
	if (workers->opts.speed > 0)
		intake_close(&workers->intake,
			     atomic_load_explicit(&workers->next, memory_order_relaxed));
}

uint64_t workers_elapsed_ns(struct workers *workers)
{
	uint64_t end = clock_now();

	if (!workers_running(workers))
		/* relaxed: ordered by workers_running */
		end = atomic_load_explicit(&workers->ended_ns, memory_order_relaxed);
	return end - workers->pace.started_ns;
}
