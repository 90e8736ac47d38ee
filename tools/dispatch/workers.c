/* SPDX-License-Identifier: MIT */
/* workers.c: the dispatch loop. Protocol and guarantees: workers.h. */
#include "workers.h"

#include "clock.h"

#include <string.h>

/* Flat out, a worker takes this many calls at once, so that they do not meet at `next`. */
#define BATCH 64
/* How long a worker sleeps at most before it looks whether it should stop. */
#define NAP_NS UINT64_C(50000000)
/* Later than anybody waits: some thirty years. */
#define FAR_NS 1e18

static bool stopping(struct workers *workers)
{
	/* relaxed: a late look costs one more call, nothing else depends on it */
	return atomic_load_explicit(&workers->stop, memory_order_relaxed);
}

/* Sleeps until a moment; false when asked to stop before. */
static bool sleep_until(struct workers *workers, uint64_t moment_ns)
{
	struct timespec wake;
	uint64_t now;

	while (!stopping(workers)) {
		now = clock_now();
		if (now >= moment_ns)
			return true;
		wake = clock_timespec(moment_ns - now > NAP_NS ? now + NAP_NS : moment_ns);
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, NULL);
	}
	return false;
}

/* Simulated time as it passes here; a far future stays in range. */
static uint64_t scaled_ns(const struct workers *workers, uint64_t simulated_ns)
{
	double ns = (double)simulated_ns / workers->opts.speed;

	return ns < FAR_NS ? (uint64_t)ns : (uint64_t)FAR_NS;
}

static uint64_t arrival_ns(const struct workers *workers, uint64_t number)
{
	const struct workload *workload = workers->opts.workload;
	uint64_t since_start = number / workload->n * workers->span_ns +
			       workload->calls[number % workload->n].arrival_ns;

	return workers->started_ns + scaled_ns(workers, since_start);
}

/* Sends a call and lives through its latency. */
static void send_call(struct workers *workers, const struct answer *answer)
{
	metrics_sent(workers->opts.metrics, answer->route);
	sleep_until(workers, clock_now() + scaled_ns(workers, answer->duration_ns));
	metrics_ended(workers->opts.metrics, answer);
}

static struct answer ask(struct workers *workers, uint64_t number)
{
	const struct workload *workload = workers->opts.workload;

	return provider_answer(&workers->opts.provider, number,
			       &workload->calls[number % workload->n]);
}

/* One call at its time. */
static void dispatch_paced(struct workers *workers, uint64_t number)
{
	struct answer answer;

	if (!sleep_until(workers, arrival_ns(workers, number)))
		return;
	answer = ask(workers, number);
	send_call(workers, &answer);
}

/* Calls one after the other, without waiting. */
static void dispatch_flat_out(struct workers *workers, uint64_t first, uint64_t last)
{
	struct answer answer;

	for (; first < last && !stopping(workers); first++) {
		answer = ask(workers, first);
		metrics_sent(workers->opts.metrics, answer.route);
		metrics_ended(workers->opts.metrics, &answer);
	}
}

/* Takes the next n call numbers; false when there are none left. */
static bool take(struct workers *workers, uint64_t n, uint64_t *first, uint64_t *last)
{
	uint64_t end = workers->opts.repeat ? UINT64_MAX : workers->opts.workload->n;

	/* relaxed: only the numbers are shared, each goes to one worker (W1) */
	*first = atomic_fetch_add_explicit(&workers->next, n, memory_order_relaxed);
	*last = end - *first < n ? end : *first + n;
	return *first < end && !stopping(workers);
}

static void *worker_main(void *arg)
{
	struct workers *workers = arg;
	uint64_t n = workers->opts.speed > 0 ? 1 : BATCH;
	uint64_t first, last;

	while (take(workers, n, &first, &last)) {
		if (workers->opts.speed > 0)
			dispatch_paced(workers, first);
		else
			dispatch_flat_out(workers, first, last);
	}
	/* release: pairs with workers_running; the last one's time is there before the zero.
	 * Relaxed store: the greatest of almost equal times does not matter. */
	atomic_store_explicit(&workers->ended_ns, clock_now(), memory_order_relaxed);
	atomic_fetch_sub_explicit(&workers->running, 1, memory_order_release);
	return NULL;
}

int workers_start(struct workers *workers, const struct workers_opts *opts)
{
	int error;

	memset(workers, 0, sizeof *workers);
	workers->opts = *opts;
	workers->span_ns = workload_span(opts->workload);
	workers->started_ns = clock_now();
	atomic_init(&workers->running, opts->threads);
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
	/* relaxed: see stopping */
	atomic_store_explicit(&workers->stop, true, memory_order_relaxed);
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
}

uint64_t workers_elapsed_ns(struct workers *workers)
{
	uint64_t end = clock_now();

	if (!workers_running(workers))
		/* relaxed: ordered by workers_running */
		end = atomic_load_explicit(&workers->ended_ns, memory_order_relaxed);
	return end - workers->started_ns;
}
