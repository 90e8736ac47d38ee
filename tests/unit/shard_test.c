/* SPDX-License-Identifier: MIT */
/* shard_test.c: attaching, adopting, overflowing, growing, zeroing, and sums over all shards. */
#include "shard.h"

#include "exposed.h"
#include "registry.h"
#include "self.h"
#include "slots.h"

#include <pthread.h>

#define MIB (1u << 20)

struct kinds {
	quipu_registry *registry;
	quipu_counter counter;
	quipu_float_counter real;
	quipu_updown updown;
	quipu_histogram histogram;
	quipu_gauge gauge;
};

static struct kinds kinds_new(void)
{
	struct kinds kinds = { .registry = quipu_registry_new(NULL) };

	cr_assert_not_null(kinds.registry);
	kinds.counter = quipu_counter_new(kinds.registry, QUIPU_OPTS(.name = "c", .help = "C."));
	kinds.real = quipu_float_counter_new(kinds.registry, QUIPU_OPTS(.name = "f", .help = "F."));
	kinds.updown = quipu_updown_new(kinds.registry, QUIPU_OPTS(.name = "u", .help = "U."));
	kinds.gauge = quipu_gauge_new(kinds.registry, QUIPU_OPTS(.name = "g", .help = "G."));
	kinds.histogram =
		quipu_histogram_new(kinds.registry, QUIPU_OPTS(.name = "h", .help = "H."));
	expect_no_error(kinds.registry);
	return kinds;
}

static void record_once(const struct kinds *kinds)
{
	quipu_add(kinds->counter, 3);
	quipu_add(kinds->real, 0.5);
	quipu_add(kinds->updown, 5);
	quipu_add(kinds->updown, -7);
	quipu_observe(kinds->histogram, 0.01);
	quipu_observe(kinds->histogram, 1e9);
}

/* Exactly n calls of record_once are in the sums. */
static void expect_records(const struct kinds *kinds, uint64_t n)
{
	quipu_histogram_value value = quipu_read(kinds->histogram);
	uint64_t buckets[12];

	cr_expect_eq(quipu_read(kinds->counter), 3 * n);
	cr_expect_eq(quipu_read(kinds->real), 0.5 * (double)n);
	cr_expect_eq(quipu_read(kinds->updown), -2 * (int64_t)n);
	cr_expect_eq(value.count, 2 * n);
	cr_expect_float_eq(value.sum, (1e9 + 0.01) * (double)n, 1e-3);
	quipu_histogram_read_buckets(kinds->histogram, buckets, 12);
	cr_expect_eq(buckets[1], n);
	cr_expect_eq(buckets[11], n);
}

/* --- attaching -------------------------------------------------------------------------------- */

Test(shard, attaches_once)
{
	char *base;

	cr_expect_null(qp_shard_attach()); /* nothing is set up */
	cr_expect_null(qp_shard_overflow());
	cr_assert(qp_library_init());
	cr_expect_eq(qp_shards_count(), 0);
	base = qp_shard_attach();
	cr_assert_not_null(base);
	cr_expect_eq(quipu_priv_base, base);
	cr_expect_null(qp_shard_attach());
	cr_expect_eq(quipu_priv_base, base);
	cr_expect_eq(qp_shards_count(), 1);
}

Test(shard, the_first_record_attaches)
{
	struct kinds kinds = kinds_new();

	cr_expect_null(quipu_priv_base);
	record_once(&kinds);
	cr_expect_not_null(quipu_priv_base);
	cr_expect_eq(qp_shards_count(), 1);
	cr_expect_eq(self_figure("overflow_records"), 0);
	expect_records(&kinds, 1);
	quipu_registry_free(kinds.registry);
}

Test(shard, sinks_attach_nobody)
{
	struct kinds sinks = { 0 };

	record_once(&sinks);
	cr_assert(qp_library_init());
	record_once(&sinks);
	cr_expect_null(quipu_priv_base);
	cr_expect_eq(qp_shards_count(), 0);
	cr_expect_eq(self_figure("overflow_records"), 0);
}

/* --- adopting (H2, H3) ------------------------------------------------------------------------ */

static void *record_in_thread(void *ctx)
{
	record_once(ctx);
	return quipu_priv_base;
}

static void *record_and_be_cancelled(void *ctx)
{
	record_once(ctx);
	pthread_cancel(pthread_self());
	pthread_testcancel();
	return NULL;
}

static void *run(void *(*start)(void *), void *ctx)
{
	pthread_t thread;
	void *result;

	cr_assert_eq(pthread_create(&thread, NULL, start, ctx), 0);
	cr_assert_eq(pthread_join(thread, &result), 0);
	return result;
}

Test(shard, adopted_with_its_counts)
{
	struct kinds kinds = kinds_new();
	void *first = run(record_in_thread, &kinds);

	cr_assert_not_null(first);
	for (int i = 0; i < 50; i++)
		cr_assert_eq(run(record_in_thread, &kinds), first);
	cr_expect_eq(run(record_and_be_cancelled, &kinds), PTHREAD_CANCELED);
	cr_expect_eq(run(record_in_thread, &kinds), first);
	cr_expect_eq(qp_shards_count(), 1);
	expect_records(&kinds, 53);
	quipu_registry_free(kinds.registry);
}

static pthread_barrier_t together;

static void *record_together(void *ctx)
{
	record_once(ctx);
	pthread_barrier_wait(&together);
	return quipu_priv_base;
}

static void record_eight(struct kinds *kinds)
{
	pthread_t threads[8];
	void *bases[8];

	for (int i = 0; i < 8; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, record_together, kinds), 0);
	for (int i = 0; i < 8; i++) {
		pthread_join(threads[i], &bases[i]);
		/* NULL: found the lock busy each time, and recorded into the overflow shard */
		for (int k = 0; k < i; k++)
			cr_expect(!bases[i] || bases[k] != bases[i]);
	}
}

Test(shard, as_many_as_were_alive_at_once)
{
	struct kinds kinds = kinds_new();

	pthread_barrier_init(&together, NULL, 8);
	for (int round = 0; round < 5; round++)
		record_eight(&kinds);
	cr_expect_leq(qp_shards_count(), 8);
	expect_records(&kinds, 40);
	quipu_registry_free(kinds.registry);
}

/* --- overflowing (H5) ------------------------------------------------------------------------- */

/* A handler in the middle of an update finds base NULL (record.h, R2). */
Test(shard, in_the_middle_of_an_update)
{
	struct kinds kinds = kinds_new();
	char *base;

	record_once(&kinds);
	base = quipu_priv_base;
	quipu_priv_guard();
	record_once(&kinds);
	record_once(&kinds);
	quipu_priv_unguard(base);
	record_once(&kinds);
	cr_expect_eq(*(uint64_t *)(void *)(base + kinds.counter.offset), 6);
	cr_expect_eq(*(uint64_t *)(void *)(qp_shard_overflow() + kinds.counter.offset), 6);
	cr_expect_eq(self_figure("overflow_records"), 12);
	expect_records(&kinds, 4);
	quipu_registry_free(kinds.registry);
}

/* --- growing (H1) ----------------------------------------------------------------------------- */

static void *touch_the_end(void *ctx)
{
	char *base;

	(void)ctx;
	base = qp_shard_attach();
	base[MIB - 1] = 1;
	return base;
}

Test(shard, grows_everywhere)
{
	char *base;

	cr_assert_eq(quipu_set_shard_size(MIB), QUIPU_OK);
	cr_assert(qp_library_init());
	base = qp_shard_attach();
	cr_expect_not(qp_shards_grow(MIB + 1));
	cr_expect(qp_shards_grow(100000));
	base[99999] = qp_shard_overflow()[99999] = 1;
	cr_expect(qp_shards_grow(MIB));
	base[MIB - 1] = qp_shard_overflow()[MIB - 1] = 1;
	cr_expect_eq(base[99999], 1);
	cr_expect_neq(run(touch_the_end, NULL), base);
	cr_expect(qp_shards_grow(8)); /* smaller changes nothing */
	base[MIB - 1] = 2;
}

/* --- zeroing and summing ---------------------------------------------------------------------- */

Test(shard, zeroes_a_range_and_nothing_else)
{
	struct kinds kinds = kinds_new();
	quipu_counter_family family =
		quipu_counter_family_new(kinds.registry, QUIPU_OPTS(.name = "many", .help = "M.",
								    .labels = QUIPU_NAMES("l")));
	quipu_counter a = quipu_at(family, "a"), b = quipu_at(family, "b"),
		      c = quipu_at(family, "c");
	char *base;

	quipu_add(a, 1);
	quipu_add(b, 2);
	quipu_add(c, 4);
	base = quipu_priv_base;
	quipu_priv_guard();
	quipu_add(b, 2);
	quipu_priv_unguard(base);
	run(record_in_thread, &kinds);
	qp_shards_zero(b.offset, 8);
	cr_expect_eq(quipu_read(a), 1);
	cr_expect_eq(quipu_read(b), 0);
	cr_expect_eq(quipu_read(c), 4);
	quipu_registry_free(kinds.registry);
}

static struct qp_extent_span spans[64];
static _Alignas(64) char sums[MIB];

Test(shard, spans_add_up_like_single_ranges)
{
	struct kinds kinds;
	uint64_t *words = (uint64_t *)(void *)sums;
	double real;
	size_t n;

	cr_assert_eq(quipu_set_shard_size(MIB), QUIPU_OK);
	kinds = kinds_new();
	record_once(&kinds);
	run(record_in_thread, &kinds);
	quipu_set(kinds.gauge, 42);
	n = qp_slots_spans(spans, N_OF(spans));
	for (size_t i = 0; i < n; i++)
		qp_shards_sum(&spans[i], sums);
	cr_expect_eq(words[kinds.updown.offset / 8], 14);
	cr_expect_eq(words[kinds.updown.offset / 8 + 1], 10);
	cr_expect_eq(words[kinds.counter.offset / 8], 6);
	memcpy(&real, sums + kinds.real.offset, sizeof real);
	cr_expect_eq(real, 1.0);
	cr_expect_eq(words[kinds.histogram.offset / 8 + 2], 2); /* the cell of 0.01 */
	cr_expect_eq(words[((char *)kinds.gauge.cell - qp_shard_overflow()) / 8], 0,
		     "shared words are not added");
	quipu_registry_free(kinds.registry);
}
