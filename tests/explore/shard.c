/* SPDX-License-Identifier: MIT */
/*
 * shard.c: threads that are born, record and end, while another adds up.
 *
 * adopt: two threads record and end, a third records too: it adopts the shard of one that has ended,
 * makes one, or finds the lock taken and records into the overflow shard. Meanwhile a
 * fourth sums: whatever it sees lies between what was done when it began and what was started
 * when it ended, and never falls; in the end nothing is lost (P2, P3), and there are no more shards than
 * there were threads (H3).
 */
#include "shard.h"

#include "scenarios.h"

#include <quipu/quipu.h>

static quipu_counter counter;
static uint64_t started, done, alive, most;

static void record(uint64_t n)
{
	started += n;
	quipu_add(counter, n);
	done += n;
}

static void set_up(void)
{
	quipu_set_shard_size(1u << 20);
	counter = quipu_counter_new(quipu_default_registry(),
				    QUIPU_OPTS(.name = "records_total", .help = "Records."));
	record(1);
}

static void live_and_record(void)
{
	if (++alive > most)
		most = alive;
	record(1);
	record(2);
	alive--; /* its shard may be taken over only later: most is too small rather than too large */
}

static void sum(void)
{
	uint64_t low, value, last = 0;
	int i;

	for (i = 0; i < 2; i++) {
		low = done;
		value = quipu_counter_read(counter);
		EXPLORE_CHECK("P2", low <= value && value <= started, "%d not in %d..%d",
			      (int)value, (int)low, (int)started);
		EXPLORE_CHECK("P3", value >= last, "%d after %d", (int)value, (int)last);
		last = value;
	}
}

static void check(void)
{
	uint64_t value = quipu_counter_read(counter);

	EXPLORE_CHECK("P2", value == done && done == 10, "%d of %d", (int)value, (int)done);
	EXPLORE_CHECK("H3", qp_shards_count() <= 4, "%zu shards for 4 threads", qp_shards_count());
}

const struct explore_scenario explore_adopt = {
	.name = "adopt",
	.promises = "P2 P3 H3: threads begin, record and end beside one that sums",
	.set_up = set_up,
	.threads = { { "first", live_and_record },
		     { "second", live_and_record },
		     { "third", live_and_record },
		     { "summer", sum } },
	.check = check,
};
