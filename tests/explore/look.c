/* SPDX-License-Identifier: MIT */
/* look.c: see look.h. */
#include "look.h"

#include "base/lock.h"
#include "explore.h"
#include "shard.h"
#include "work.h"

#include <string.h>

#define SHARD_BYTES (1u << 20)

quipu_registry *look_set_up(void)
{
	quipu_registry *registry;
	quipu_counter counter;

	quipu_set_shard_size(SHARD_BYTES);
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "made_total", .help = "First."));
	quipu_inc(counter);
	if (quipu_registry_status(registry, NULL) != QUIPU_OK || quipu_read(counter) != 1)
		explore_broken("set-up failed");
	return registry;
}

quipu_counter_family look_family(quipu_registry *registry, const char *name, double idle_seconds)
{
	return quipu_counter_family_new(registry, QUIPU_OPTS(.name = name, .help = "Some sets.",
							     .labels = QUIPU_NAMES("set"),
							     .idle_seconds = idle_seconds));
}

void look_fill(void)
{
	static struct qp_owner nobody;
	uint32_t first, offset;

	qp_lock(&qp_catalog_lock);
	if (!qp_slots_take(QP_WORDS, 8, &nobody, &first))
		explore_broken("no slots");
	do {
		if (!qp_slots_take(QP_WORDS, 8, &nobody, &offset))
			explore_broken("no slots");
	} while (offset / QP_PAGE_BYTES == first / QP_PAGE_BYTES);
	qp_slots_give(offset);
	qp_unlock(&qp_catalog_lock);
}

static void attach(void)
{
	qp_shard_attach();
	qp_rcu_register();
}

void look_attach(void)
{
	explore_quietly(attach);
}

static bool is(quipu_str string, const char *other)
{
	return string.len == strlen(other) && memcmp(string.data, other, string.len) == 0;
}

static void see(struct look *look, const struct qp_snapshot *snapshot,
		const struct qp_series *series)
{
	EXPLORE_CHECK("I3", !look->shown, "%s is there twice", look->set);
	look->shown = true;
	look->value = qp_snapshot_word(snapshot, series->owner.offset);
}

/* The series' text is read whether it is asked for or not. */
static void look_through(const struct qp_snapshot *snapshot,
			 const struct qp_snapshot_family *family, struct look *looks, size_t n)
{
	size_t i, k;

	for (i = 0; i < family->n_series; i++) {
		const struct qp_series *series = qp_snapshot_series(family, i);

		for (k = 0; series && k < n; k++) {
			if (series->n_values == 1 && is(family->family->name, looks[k].family) &&
			    is(qp_series_value(series, 0), looks[k].set))
				see(&looks[k], snapshot, series);
		}
	}
}

void look_at(quipu_registry *registry, struct look *looks, size_t n)
{
	struct qp_snapshot snapshot;
	struct qp_idle_look idle = { 0 };
	size_t work = SIZE_MAX, i;

	for (i = 0; i < n; i++)
		looks[i].shown = false;
	if (qp_snapshot_open(&snapshot, registry) != QUIPU_OK)
		explore_broken("too many snapshots");
	qp_snapshot_sum(&snapshot, &work);
	qp_idle_look(&idle, &snapshot, &work);
	for (i = 0; i < snapshot.n_families; i++)
		look_through(&snapshot, &snapshot.families[i], looks, n);
	qp_snapshot_close(&snapshot);
}

uint64_t look_value(quipu_registry *registry, const char *family, const char *set)
{
	struct look look = { .family = family, .set = set };

	look_at(registry, &look, 1);
	EXPLORE_CHECK("P2", look.shown, "%s is not there", set);
	return look.value;
}
