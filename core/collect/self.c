/* SPDX-License-Identifier: MIT */
/*
 * self.c: what the library tells of itself: quipu_self, and the quipu_* metrics of collectors.h.
 *
 * Writers and readers: any thread; the collector runs on the callback thread, before the
 * snapshot of the scrape that it is for. So that scrape counts as begun and nothing else of it
 * is in the figures: neither its bytes nor its time.
 */
#include "self.h"

#include "base/alloc.h"
#include "callback.h"
#include "collect/fill.h"
#include "retire.h"
#include "shard.h"
#include "slots.h"

#include <quipu/collectors.h>
#include <quipu/verbs.h>

/* --- figures of the list ------------------------------------------------------------------- */

#define SUFFIX_COUNTER "_total"
#define SUFFIX_GAUGE ""

static const struct {
	const char *name, *metric, *help;
	quipu_kind kind;
} figures[QUIPU_SELF_N_FIGURES] = {
#define X(name, kind, help) { #name, "quipu_" #name SUFFIX_##kind, help, QUIPU_KIND_##kind },
	QUIPU_SELF_MAP(X)
#undef X
};

/* False: not known here. */
static bool look_up(quipu_self_figure figure, uint64_t *value)
{
	switch (figure) {
	case QUIPU_SELF_shards:
		*value = qp_shards_count();
		return true;
	case QUIPU_SELF_retired_objects:
		*value = qp_retire_waiting();
		return true;
	case QUIPU_SELF_slot_bytes:
		*value = qp_slots_used();
		return true;
	case QUIPU_SELF_memory_bytes:
		return qp_alloc_bytes(value);
	default:
		*value = qp_self_read(figure);
		return true;
	}
}

void quipu_self(void (*fn)(const char *name, const char *help, uint64_t value, void *ctx),
		void *ctx)
{
	uint64_t value;
	unsigned i;

	for (i = 0; i < QUIPU_SELF_N_FIGURES; i++) {
		if (look_up((quipu_self_figure)i, &value))
			fn(figures[i].name, figures[i].help, value, ctx);
	}
}

static void emit_figures(quipu_emitter *emitter)
{
	uint64_t value;
	unsigned i;

	for (i = 0; i < QUIPU_SELF_N_FIGURES; i++) {
		if (look_up((quipu_self_figure)i, &value) &&
		    quipu_emit_family(emitter, figures[i].kind,
				      QUIPU_OPTS(.name = figures[i].metric,
						 .help = figures[i].help)) == QUIPU_OK)
			quipu_emit_integer(emitter, value, NULL);
	}
}

static void emit_durations(quipu_emitter *emitter)
{
	uint64_t counts[QP_SELF_N_BOUNDS + 1];
	double sum = qp_self_durations(counts);

	if (quipu_emit_family(emitter, QUIPU_KIND_HISTOGRAM,
			      QUIPU_OPTS(.name = "quipu_scrape_duration_seconds",
					 .help = "How long scrapes took from opening to closing.",
					 .unit = "seconds", .bounds = qp_self_bounds,
					 .n_bounds = QP_SELF_N_BOUNDS)) == QUIPU_OK)
		quipu_emit_histogram(emitter, counts, sum, NULL);
}

/* --- the collector ---------------------------------------------------------------------------- */

static void collect(quipu_emitter *emitter, void *registry)
{
	emit_figures(emitter);
	emit_durations(emitter);
	qp_fill_emit(emitter, registry);
}

quipu_callback quipu_self_collector(quipu_registry *registry)
{
	return qp_collector_once(registry, collect, registry);
}
