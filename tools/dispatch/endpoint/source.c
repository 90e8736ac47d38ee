/* SPDX-License-Identifier: MIT */
/* source.c: see source.h. */
#include "source.h"

/* Later than anybody waits: some thirty years. */
#define FAR_NS 1e18

void source_open(struct source *source, const struct source_opts *opts, uint64_t now_ns)
{
	*source = (struct source){
		.workload = opts->workload,
		.queue = opts->queue,
		.span_ns = workload_span(opts->workload),
		.speed = opts->speed,
		.limit = opts->limit ? opts->limit : opts->workload->n,
		.started_ns = now_ns,
	};
	pthread_mutex_init(&source->lock, NULL);
}

void source_close(struct source *source)
{
	pthread_mutex_destroy(&source->lock);
}

static const struct call *call_at(const struct source *source, uint64_t number)
{
	return &source->workload->calls[number % source->workload->n];
}

static uint64_t arrival_ns(const struct source *source, uint64_t number)
{
	uint64_t pass = number / source->workload->n;
	double since_start = (double)pass * (double)source->span_ns +
			     (double)call_at(source, number)->arrival_ns;
	double ns = since_start / source->speed;

	return source->started_ns + (uint64_t)(ns < FAR_NS ? ns : FAR_NS);
}

/* All whose time has come go into the queue. */
static void arrive(struct source *source, uint64_t now_ns)
{
	while (source->arrived < source->limit && arrival_ns(source, source->arrived) <= now_ns) {
		quipu_llm_enqueued(source->queue);
		source->arrived++;
	}
}

static struct source_call take(struct source *source, uint64_t waited_ns)
{
	const struct call *call = call_at(source, source->taken);
	struct source_call taken = { source->taken, call->input, call->output };

	quipu_llm_dequeued(source->queue, waited_ns);
	source->taken++;
	return taken;
}

static enum source_result take_arrived(struct source *source, uint64_t now_ns,
				       struct source_call *call, uint64_t *later_ns)
{
	arrive(source, now_ns);
	if (source->taken < source->arrived) {
		*call = take(source, now_ns - arrival_ns(source, source->taken));
		return SOURCE_CALL;
	}
	if (source->arrived == source->limit)
		return SOURCE_OVER;
	*later_ns = arrival_ns(source, source->arrived);
	return SOURCE_LATER;
}

static enum source_result take_next(struct source *source, struct source_call *call)
{
	if (source->taken >= source->limit)
		return SOURCE_OVER;
	quipu_llm_enqueued(source->queue);
	source->arrived++;
	*call = take(source, 0);
	return SOURCE_CALL;
}

enum source_result source_take(struct source *source, uint64_t now_ns, struct source_call *call,
			       uint64_t *later_ns)
{
	enum source_result result;

	pthread_mutex_lock(&source->lock);
	if (source->speed > 0)
		result = take_arrived(source, now_ns, call, later_ns);
	else
		result = take_next(source, call);
	pthread_mutex_unlock(&source->lock);
	return result;
}

void source_abandon(struct source *source)
{
	pthread_mutex_lock(&source->lock);
	for (; source->taken < source->arrived; source->taken++)
		quipu_llm_abandoned(source->queue);
	source->limit = source->taken;
	pthread_mutex_unlock(&source->lock);
}
