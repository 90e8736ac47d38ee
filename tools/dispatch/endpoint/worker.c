/* SPDX-License-Identifier: MIT */
/* worker.c: the dispatch loop. */
#include "worker.h"

#include "../clock.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* How long a thread sleeps at most. */
#define NAP_NS (CLOCK_NS_PER_SECOND / 10)
/* A turn that takes longer is a stall. */
#define STALL_NS (CLOCK_NS_PER_SECOND / 20)
#define NEVER UINT64_MAX

static bool open_parts(struct engine_worker *worker, const struct key *key, unsigned jobs)
{
	worker->fields = transfer_fields(key);
	worker->place.multi = curl_multi_init();
	worker->jobs = calloc(jobs, sizeof *worker->jobs);
	return worker->fields && worker->place.multi && worker->jobs;
}

bool worker_open(struct engine_worker *worker, const struct key *key, unsigned jobs)
{
	struct engine *engine = worker->engine;

	memset(worker, 0, sizeof *worker);
	worker->engine = engine;
	worker->place.plan = engine->plan;
	worker->place.score = worker->score;
	if (!open_parts(worker, key, jobs)) {
		worker_close(worker);
		return false;
	}
	worker->place.fields = worker->fields;
	worker->loop = quipu_llm_loop_of(engine->plan->llm, "dispatch", STALL_NS);
	for (; worker->n_jobs < jobs; worker->n_jobs++)
		job_open(&worker->jobs[worker->n_jobs], &worker->place);
	return true;
}

void worker_close(struct engine_worker *worker)
{
	unsigned i;

	for (i = 0; i < worker->n_jobs; i++)
		job_close(&worker->jobs[i]);
	free(worker->jobs);
	curl_multi_cleanup(worker->place.multi);
	transfer_fields_free(worker->fields);
}

static bool stopping(const struct engine_worker *worker)
{
	/* relaxed: see engine_stop */
	return atomic_load_explicit(&worker->engine->stop, memory_order_relaxed);
}

/* A call for a free place; false when there is none now. */
static bool take_call(struct engine_worker *worker, struct job *job, uint64_t now_ns)
{
	struct source_call call;

	worker->later_ns = NEVER;
	switch (source_take(&worker->engine->plan->source, now_ns, &call, &worker->later_ns)) {
	case SOURCE_OVER:
		worker->source_over = true;
		return false;
	case SOURCE_LATER:
		return false;
	case SOURCE_CALL:
		break;
	}
	job_take(job, &call, now_ns);
	return true;
}

/* Gives every free place a call, as long as there are calls, and every job its turn. Returns when
 * the next thing is due. */
static uint64_t turn_jobs(struct engine_worker *worker, uint64_t now_ns)
{
	bool calls = !worker->source_over;
	uint64_t next_ns = NEVER, due_ns;
	unsigned i;

	worker->n_busy = 0;
	for (i = 0; i < worker->n_jobs; i++) {
		if (worker->jobs[i].state == JOB_FREE && calls)
			calls = take_call(worker, &worker->jobs[i], now_ns);
		due_ns = job_turn(&worker->jobs[i], now_ns);
		if (worker->jobs[i].state == JOB_FREE && calls)
			due_ns = now_ns; /* it was over at once, and there is more */
		next_ns = due_ns < next_ns ? due_ns : next_ns;
		worker->n_busy += worker->jobs[i].state != JOB_FREE;
	}
	if (!worker->source_over && !calls && worker->later_ns < next_ns)
		next_ns = worker->later_ns;
	return next_ns;
}

/* Takes note of what has ended; true where anything has. */
static bool end_jobs(struct engine_worker *worker)
{
	struct transfer *transfer;
	CURLMsg *message;
	bool any = false;
	int left;

	while ((message = curl_multi_info_read(worker->place.multi, &left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
		job_ended(transfer->job, transfer, message->data.result);
		any = true;
	}
	return any;
}

static int milliseconds_until(uint64_t moment_ns)
{
	uint64_t now = clock_now(), wait;

	if (moment_ns <= now)
		return 0;
	wait = moment_ns - now < NAP_NS ? moment_ns - now : NAP_NS;
	return (int)(wait / 1000000) + 1;
}

static bool finished(const struct engine_worker *worker)
{
	return stopping(worker) || (worker->source_over && !worker->n_busy);
}

/* One turn of the loop: what has come is read, then there is a wait for more. */
static void turn(struct engine_worker *worker)
{
	uint64_t now = clock_now(), next_ns;
	int running;

	quipu_llm_tick_at(&worker->loop, now);
	next_ns = turn_jobs(worker, now);
	curl_multi_perform(worker->place.multi, &running);
	if (end_jobs(worker) || finished(worker))
		return; /* a place is free, or a retry is to be planned: first that */
	quipu_llm_idle(&worker->loop);
	curl_multi_poll(worker->place.multi, NULL, 0, milliseconds_until(next_ns), NULL);
}

/* A connection that the other side has closed is told as an error, not by a signal. */
static void block_pipe_signal(void)
{
	sigset_t pipe;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe, NULL);
}

void worker_run(struct engine_worker *worker)
{
	unsigned i;

	block_pipe_signal();
	do
		turn(worker);
	while (!finished(worker));
	for (i = 0; i < worker->n_jobs; i++)
		job_cancel(&worker->jobs[i]);
}
