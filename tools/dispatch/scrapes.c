/* SPDX-License-Identifier: MIT */
/* scrapes.c: counts scrapes; see scrapes.h. */
#include "scrapes.h"

static void count(quipu_emitter *emitter, void *ctx)
{
	struct scrapes *scrapes = ctx;

	(void)emitter;
	/* relaxed: a count that orders nothing else */
	atomic_fetch_add_explicit(&scrapes->n, 1, memory_order_relaxed);
}

void scrapes_open(struct scrapes *scrapes, quipu_registry *registry)
{
	scrapes->registry = registry;
	atomic_init(&scrapes->n, 0);
	scrapes->callback = quipu_collector_add(registry, count, scrapes);
}

void scrapes_close(struct scrapes *scrapes)
{
	quipu_callback_remove(scrapes->registry, scrapes->callback);
}

unsigned long scrapes_count(struct scrapes *scrapes)
{
	/* relaxed: see count */
	return atomic_load_explicit(&scrapes->n, memory_order_relaxed);
}
