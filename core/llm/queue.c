/* SPDX-License-Identifier: MIT */
/* queue.c: see queue.h. */
#include "llm/queue.h"

#include "base/alloc.h"
#include "llm/keep.h"
#include "llm/kit.h"

static void release(void *object)
{
	quipu_llm_queue *queue = object;

	quipu_release(queue->depth);
	quipu_release(queue->wait);
	qp_free(queue);
}

static void *make(quipu_llm *kit, const char *name)
{
	quipu_llm_queue *queue = qp_alloc(sizeof(*queue));
	bool ok = true;

	if (!queue)
		return NULL;
	queue->depth = QP_LLM_KEPT(updown, kit->families.queue_depth, &ok, name);
	queue->wait = QP_LLM_KEPT(histogram, kit->families.queue_wait, &ok, name);
	if (ok)
		return queue;
	release(queue);
	return NULL;
}

const struct qp_llm_type qp_llm_queues = { make, release };

const quipu_llm_queue *quipu_llm_queue_of(quipu_llm *kit, const char *name)
{
	return kit ? qp_llm_table_get(&kit->queues, kit, name) : NULL;
}

void quipu_llm_enqueued(const quipu_llm_queue *queue)
{
	if (queue)
		quipu_inc(queue->depth);
}

void quipu_llm_dequeued(const quipu_llm_queue *queue, uint64_t waited_ns)
{
	if (!queue)
		return;
	quipu_dec(queue->depth);
	quipu_observe_ns(queue->wait, waited_ns);
}

void quipu_llm_abandoned(const quipu_llm_queue *queue)
{
	if (queue)
		quipu_dec(queue->depth);
}
