/* SPDX-License-Identifier: MIT */
/*
 * shard.c: threads that are born, record and end, while another adds up.
 *
 * adopt: two threads record and end, a third records too: it adopts the shard of one that has
 * ended, makes one, or finds the lock taken and records into the overflow shard. Meanwhile a
 * fourth sums: whatever it sees lies between what was done when it began and what was started
 * when it ended, and never falls; in the end nothing is lost (P2, P3), and there are no more
 * shards than there were threads (H3).
 *
 * grow: two threads attach while the space that must be writable grows beyond what it was, and
 * record into what is new as soon as it is handed out (H1).
 */
#include "shard.h"

#include "base/lock.h"
#include "look.h"
#include "owner.h"
#include "scenarios.h"

static quipu_counter counter;
static uint64_t started, done;

static void set_up(void)
{
	quipu_registry *registry = look_set_up();

	counter = quipu_counter_new(registry,
				    QUIPU_OPTS(.name = "records_total", .help = "Records."));
}

static void record(uint64_t n)
{
	started += n;
	quipu_add(counter, n);
	done += n;
}

/* Outcome 0: somebody had to record into the overflow shard. */
static void see_overflow(void)
{
	if (*(const uint64_t *)(void *)(qp_shard_overflow() + counter.offset) > 0)
		explore_saw(0);
}

static void live_and_record(void)
{
	record(1);
	record(2);
}

static void record_once(void)
{
	record(4);
}

static void sum(void)
{
	uint64_t low, value, last = 0;
	int i;

	for (i = 0; i < 2; i++) {
		low = done;
		value = quipu_read(counter);
		EXPLORE_CHECK("P2", low <= value && value <= started, "%d is not in %d..%d",
			      (int)value, (int)low, (int)started);
		EXPLORE_CHECK("P3", value >= last, "%d after %d", (int)value, (int)last);
		last = value;
	}
}

static void check_adopted(void)
{
	uint64_t value = quipu_read(counter);

	EXPLORE_CHECK("P2", value == 10, "%d of 10", (int)value);
	EXPLORE_CHECK("H3", qp_shards_count() <= 4, "%zu shards, 4 threads", qp_shards_count());
	explore_saw((unsigned)qp_shards_count());
	see_overflow();
}

const struct explore_scenario explore_adopt = {
	.name = "adopt",
	.promises = "P2 P3 H3: threads begin, record and end beside one that sums",
	.set_up = set_up,
	.threads = { { "first", live_and_record },
		     { "second", live_and_record },
		     { "third", record_once },
		     { "summer", sum } },
	.check = check_adopted,
	.outcomes = 1u << 0 | 1u << 2 | 1u << 3 | 1u << 4,
};

/* --- grow ----------------------------------------------------------------------------------- */

#define WIDE (100u * 1024)

static quipu_counter wide; /* the last word of a range that has just been made */

static void make_wide(void)
{
	static struct qp_owner owner;

	qp_lock(&qp_catalog_lock);
	if (!qp_slots_take(QP_WORDS, WIDE, &owner, &owner.offset))
		explore_broken("no range of %u bytes", WIDE);
	qp_unlock(&qp_catalog_lock);
	wide.offset = owner.offset + WIDE - 8;
}

/* A handle that is not there yet is a sink. */
static void attach_and_record_wide(void)
{
	record(1);
	if (wide.offset)
		started++;
	quipu_inc(wide);
}

static void check_wide(void)
{
	uint64_t value = quipu_read(counter) + quipu_read(wide);

	EXPLORE_CHECK("P2", value == started, "%d of %d", (int)value, (int)started);
	explore_saw(1 + (unsigned)quipu_read(wide));
	see_overflow();
}

const struct explore_scenario explore_grow = {
	.name = "grow",
	.promises = "H1 P2: threads begin while their shards must become larger",
	.set_up = set_up,
	.threads = { { "first", attach_and_record_wide },
		     { "second", attach_and_record_wide },
		     { "maker", make_wide } },
	.check = check_wide,
	.outcomes = 1u << 0 | 1u << 1 | 1u << 2 | 1u << 3,
};
