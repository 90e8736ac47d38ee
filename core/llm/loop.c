/* SPDX-License-Identifier: MIT */
/* loop.c: see loop.h. */
#include "llm/loop.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "llm/keep.h"
#include "llm/kit.h"

#include <quipu/timer.h>

static void release(void *object)
{
	struct quipu_priv_llm_loop *loop = object;

	quipu_release(loop->iterations);
	quipu_release(loop->stall);
	qp_free(loop);
}

static void *make(quipu_llm *kit, const char *name)
{
	struct quipu_priv_llm_loop *loop = qp_alloc(sizeof(*loop));
	bool ok = true;

	if (!loop)
		return NULL;
	loop->iterations = QP_LLM_KEPT(counter, kit->families.iterations, &ok, name);
	loop->stall = QP_LLM_KEPT(histogram, kit->families.stall, &ok, name);
	if (ok)
		return loop;
	release(loop);
	return NULL;
}

const struct qp_llm_type qp_llm_loops = { make, release };

quipu_llm_loop quipu_llm_loop_of(quipu_llm *kit, const char *name, uint64_t limit_ns)
{
	quipu_llm_loop loop = { NULL, limit_ns, 0 };

	if (kit)
		loop.loop = qp_llm_table_get(&kit->loops, kit, name);
	return loop;
}

void quipu_llm_tick_at(quipu_llm_loop *loop, uint64_t now_ns)
{
	uint64_t last_ns = loop->last_ns;

	if (!loop->loop)
		return;
	quipu_inc(loop->loop->iterations);
	loop->last_ns = now_ns;
	if (qp_unlikely(last_ns && now_ns > last_ns && now_ns - last_ns > loop->limit_ns))
		quipu_observe_ns(loop->loop->stall, now_ns - last_ns);
}

void quipu_llm_tick(quipu_llm_loop *loop)
{
	if (loop->loop)
		quipu_llm_tick_at(loop, quipu_now_ns());
}

void quipu_llm_idle(quipu_llm_loop *loop)
{
	loop->last_ns = 0;
}
