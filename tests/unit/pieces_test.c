/* SPDX-License-Identifier: MIT */
/*
 * pieces_test.c: a scrape whose long steps are cut (N4): the same values as in one go, in calls
 * that each do a bounded amount, whatever is in between.
 */
#include "base/rcu.h"
#include "exposed.h"
#include "idle.h"
#include "shard.h"
#include "snapshot.h"
#include "work.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>

static quipu_registry *registry;

static void begin(void)
{
	registry = quipu_registry_new(NULL);
}

static void end(void)
{
	expect_no_error(registry);
	quipu_registry_free(registry);
}

TestSuite(pieces, .init = begin, .fini = end);

/* --- snapshots ------------------------------------------------------------------------------ */

#define N_SERIES 100

/* One family of each kind; three threads record in all of them. */
struct families {
	quipu_counter_family counters;
	quipu_float_counter_family reals;
	quipu_updown_family updowns;
	quipu_gauge_family gauges;
	quipu_histogram_family histograms;
};

#define FAMILY(kind, letter)                                                                       \
	quipu_##kind##_family_new(                                                                 \
		registry, QUIPU_OPTS(.name = letter, .help = "P.", .labels = QUIPU_NAMES("l")))

static void *record_everywhere(void *ctx)
{
	const struct families *families = ctx;
	char value[8];

	for (int i = 0; i < N_SERIES; i++) {
		snprintf(value, sizeof value, "%d", i);
		quipu_add_at(families->counters, (uint64_t)i, value);
		quipu_add_at(families->reals, i / 3.0, value);
		quipu_add_at(families->updowns, i % 2 ? i : -i, value);
		quipu_set_at(families->gauges, i, value);
		quipu_observe_at(families->histograms, i / 7.0, value);
	}
	return NULL;
}

static struct families fill(void)
{
	struct families families = { FAMILY(counter, "c"), FAMILY(float_counter, "f"),
				     FAMILY(updown, "u"), FAMILY(gauge, "g"),
				     FAMILY(histogram, "h") };
	pthread_t threads[3];

	record_everywhere(&families);
	for (size_t i = 0; i < N_OF(threads); i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, record_everywhere, &families), 0);
	for (size_t i = 0; i < N_OF(threads); i++)
		pthread_join(threads[i], NULL);
	return families;
}

/* A snapshot must stay where it was opened. */
static void open_at(struct qp_snapshot *snapshot)
{
	cr_assert_eq(qp_snapshot_open(snapshot, registry), QUIPU_OK);
}

/* Parts of so much work each; how many it took. */
static size_t sum_in_parts(struct qp_snapshot *snapshot, size_t each)
{
	size_t n = 1;

	for (size_t work = each; !qp_snapshot_sum(snapshot, &work); work = each)
		n++;
	return n;
}

Test(pieces, N4_any_cut_gives_the_same_sums)
{
	static const size_t works[] = { 1, 1000, 1500, 5000, 100000 };
	struct qp_snapshot whole, cut;

	fill();
	open_at(&whole);
	sum_in_parts(&whole, SIZE_MAX);
	for (size_t i = 0; i < N_OF(works); i++) {
		size_t parts;

		open_at(&cut);
		parts = sum_in_parts(&cut, works[i]);
		cr_expect(works[i] > 5000 || parts > 5, "%zu parts of %zu", parts, works[i]);
		cr_assert_eq(cut.sums_bytes, whole.sums_bytes);
		cr_expect_eq(memcmp(cut.sums, whole.sums, whole.sums_bytes), 0);
		qp_snapshot_close(&cut);
	}
	qp_snapshot_close(&whole);
}

struct observer {
	quipu_histogram histogram;
	quipu_updown updown;
	int done;
};

/* All observations are 2, and what goes up has gone down before: never above zero. */
static void *record_until_done(void *ctx)
{
	struct observer *observer = ctx;

	/* relaxed: only a flag */
	while (!__atomic_load_n(&observer->done, __ATOMIC_RELAXED)) {
		quipu_observe(observer->histogram, 2);
		quipu_dec(observer->updown);
		quipu_inc(observer->updown);
	}
	return NULL;
}

/* The sum fits the counts although other things happen between two of its cells. */
static void expect_exact(const struct qp_snapshot *snapshot, const struct observer *observer)
{
	const struct qp_cell *cells = qp_snapshot_cells(snapshot, observer->histogram.offset);

	for (size_t i = 0; i < 12; i++)
		cr_assert_eq(cells[i].sum, 2.0 * (double)cells[i].count);
}

Test(pieces, N4_exact_while_others_record)
{
	struct observer observer = {
		quipu_histogram_new(registry, QUIPU_OPTS(.name = "h", .help = "H.")),
		quipu_updown_new(registry, QUIPU_OPTS(.name = "u", .help = "U.")), 0
	};
	uint64_t last = 0, count;
	pthread_t thread;

	cr_assert_eq(pthread_create(&thread, NULL, record_until_done, &observer), 0);
	for (int i = 0; i < 300; i++) {
		quipu_histogram_value before = quipu_read(observer.histogram);
		struct qp_snapshot snapshot;

		open_at(&snapshot);
		sum_in_parts(&snapshot, 1);
		expect_exact(&snapshot, &observer);
		count = qp_snapshot_cells(&snapshot, observer.histogram.offset)[8].count;
		cr_assert_geq(count, before.count);
		cr_assert_geq(count, last);
		last = count;
		cr_assert_geq(qp_snapshot_updown(&snapshot, observer.updown.offset), -1);
		qp_snapshot_close(&snapshot);
	}
	/* relaxed: only a flag */
	__atomic_store_n(&observer.done, 1, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
}

/* What is closed bit by bit is closed at the end, and not before. */
Test(pieces, closing_bit_by_bit)
{
	struct qp_snapshot first, second, third;
	size_t n = 0;

	fill();
	open_at(&first);
	open_at(&second);
	sum_in_parts(&first, SIZE_MAX);
	for (size_t work = 1; !qp_snapshot_close_some(&first, &work); work = 1) {
		cr_assert_eq(qp_snapshot_open(&third, registry), QUIPU_EBUSY);
		n++;
	}
	cr_expect_gt(n, 0);
	open_at(&third);
	qp_snapshot_close(&second);
	qp_snapshot_close(&third);
}

/* --- whole scrapes --------------------------------------------------------------------------- */

#define N_MANY 40000
#define N_THREADS 31

static quipu_counter many[N_MANY];
static quipu_counter_family family;
static pthread_barrier_t barrier;

static void make_many(size_t idle_ms)
{
	char value[16];

	family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "m", .help = "M.", .labels = QUIPU_NAMES("l"),
				     .max_series = N_MANY, .idle_seconds = (double)idle_ms / 1e3));
	for (int i = 0; i < N_MANY; i++) {
		snprintf(value, sizeof value, "%d", i);
		many[i] = quipu_at(family, value);
		quipu_add(many[i], (uint64_t)i);
	}
}

/* Where others are at it just now, a thread does without a shard; these try again. */
static void *attach(void *unused)
{
	while (!qp_shard_attach())
		sched_yield();
	quipu_inc(many[0]);
	pthread_barrier_wait(&barrier);
	return unused;
}

/* As many shards as threads. */
static void make_shards(void)
{
	pthread_t threads[N_THREADS];

	pthread_barrier_init(&barrier, NULL, N_THREADS);
	for (size_t i = 0; i < N_THREADS; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, attach, NULL), 0);
	for (size_t i = 0; i < N_THREADS; i++)
		pthread_join(threads[i], NULL);
}

/* Reads once; how many bytes there were. */
static size_t read_some(quipu_scrape *scrape, struct text *text)
{
	static char piece[65536];
	size_t len;

	cr_assert_eq(quipu_scrape_read(scrape, piece, sizeof piece, &len), QUIPU_OK);
	text_append(text, piece, len);
	return len;
}

static size_t read_rest(quipu_scrape *scrape, struct text *text)
{
	static char piece[65536];
	size_t empty = 0, len;

	while (quipu_scrape_read(scrape, piece, sizeof piece, &len) == QUIPU_OK) {
		text_append(text, piece, len);
		empty += len == 0;
	}
	return empty;
}

static struct text expected_many(void)
{
	struct text text = { calloc(1, 1), 0 };
	char line[64];

	text_append(&text, "# HELP m M.\n# TYPE m counter\n", 29);
	for (int i = 0; i < N_MANY; i++) {
		int len =
			snprintf(line, sizeof line, "m{l=\"%d\"} %d\n", i, i == 0 ? N_THREADS : i);

		text_append(&text, line, (size_t)len);
	}
	return text;
}

Test(pieces, a_long_sum_is_cut)
{
	struct text text = { calloc(1, 1), 0 }, whole, expected;
	quipu_scrape *scrape;

	make_many(0);
	make_shards();
	expected = expected_many();
	whole = text_of(registry);
	scrape = quipu_scrape_open(registry, NULL, NULL, NULL);
	cr_expect_eq(read_some(scrape, &text), 0, "the first call does not get through");
	cr_expect_geq(read_rest(scrape, &text), 1);
	quipu_scrape_close(scrape);
	cr_expect(text_equal(whole, expected));
	cr_expect(text_equal(text, expected));
	free(text.data);
	free(whole.data);
	free(expected.data);
}

/* P2: what was recorded before is there; what comes between may be. */
Test(pieces, recording_between_two_parts)
{
	struct text text = { calloc(1, 1), 0 };
	struct qt_exposition *shown;
	quipu_scrape *scrape;
	char value[16];

	make_many(0);
	make_shards();
	scrape = quipu_scrape_open(registry, NULL, NULL, NULL);
	while (read_some(scrape, &text) == 0) {
		quipu_inc(many[1]);
		quipu_inc(many[N_MANY - 1]);
		quipu_inc_at(family, "new");
	}
	read_rest(scrape, &text);
	quipu_scrape_close(scrape);
	shown = qt_parse_ok(text.data, text.len);
	cr_expect_eq(shown->n_samples, N_MANY);
	cr_expect_eq(qt_value(shown, "m", "l", "1", NULL), 1, "in the first part");
	snprintf(value, sizeof value, "%d", N_MANY - 1);
	cr_expect_gt(qt_value(shown, "m", "l", value, NULL), N_MANY - 1, "in the last");
	qt_free(shown);
	free(text.data);
}

/* Given up in the middle of the sum: nothing stays open. */
Test(pieces, closed_in_the_middle)
{
	make_many(1);
	make_shards();
	for (int i = 0; i < 5; i++) {
		quipu_scrape *scrape = quipu_scrape_open(registry, NULL, NULL, NULL);
		struct text text = { calloc(1, 1), 0 };

		cr_expect_eq(read_some(scrape, &text), 0);
		quipu_scrape_close(scrape);
		free(text.data);
	}
	free(text_of(registry).data);
}

/* --- steps without bytes ------------------------------------------------------------------------ */

/* A family that was emptied after the snapshot was taken: nothing to show for many steps. */
Test(pieces, many_removed_series)
{
	quipu_counter first = quipu_counter_new(registry, QUIPU_OPTS(.name = "a", .help = "A."));
	struct text text = { calloc(1, 1), 0 };
	quipu_scrape *scrape;
	size_t len;
	char byte;

	make_many(0);
	scrape = quipu_scrape_open(registry, NULL, NULL, NULL);
	do
		cr_assert_eq(quipu_scrape_read(scrape, &byte, 1, &len), QUIPU_OK);
	while (len == 0);
	cr_expect_eq(quipu_family_clear(family), N_MANY);
	cr_expect_geq(read_rest(scrape, &text), N_MANY * 250 / QP_WORK - 1);
	cr_expect_str_eq(text.data, " HELP a A.\n# TYPE a counter\na 0\n"
				    "# HELP m M.\n# TYPE m counter\n");
	quipu_scrape_close(scrape);
	free(text.data);
	quipu_release(first);
}

static void emit_many(quipu_emitter *emitter, void *ctx)
{
	char value[16];

	(void)ctx;
	quipu_emit_family(emitter, QUIPU_KIND_GAUGE,
			  QUIPU_OPTS(.name = "e", .help = "E.", .labels = QUIPU_NAMES("l")));
	for (int i = 0; i < N_MANY; i++) {
		snprintf(value, sizeof value, "%d", i);
		quipu_emit_value(emitter, i, (const char *const[]){ value });
	}
}

/* What a collector made is put away bit by bit, too; then others can have a snapshot. */
Test(pieces, many_samples_of_a_collector)
{
	struct text text;
	struct qt_exposition *shown;

	quipu_collector_add(registry, emit_many, NULL);
	for (int i = 0; i < 3; i++) {
		text = text_of(registry);
		shown = qt_parse_ok(text.data, text.len);
		cr_expect_eq(shown->n_samples, N_MANY);
		qt_free(shown);
		free(text.data);
	}
}

/* --- looking for idle series ------------------------------------------------------------------ */

static size_t look_in_parts(struct qp_idle_look *look, struct qp_snapshot *snapshot, size_t each)
{
	size_t n = 1;

	for (size_t work = each; !qp_idle_look(look, snapshot, &work); work = each)
		n++;
	return n;
}

static void look(size_t each)
{
	struct qp_snapshot snapshot;
	struct qp_idle_look look = { 0 };

	open_at(&snapshot);
	sum_in_parts(&snapshot, SIZE_MAX);
	look_in_parts(&look, &snapshot, each);
	qp_snapshot_close(&snapshot);
	settle();
}

static void make_idle(int n)
{
	char value[16];

	family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "i", .help = "I.", .labels = QUIPU_NAMES("l"),
				     .max_series = (size_t)n, .idle_seconds = 0.001));
	for (int i = 0; i < n; i++) {
		snprintf(value, sizeof value, "%d", i);
		quipu_inc_at(family, value);
	}
}

Test(pieces, a_look_is_cut)
{
	make_idle(500);
	look(1);
	usleep(5000);
	quipu_inc_at(family, "7");
	look(1);
	cr_expect_eq(self_figure("expired_series"), 499);
	cr_expect_eq(quipu_read(quipu_at(family, "7")), 2);
}

/* One looks at a time; one that is given up lets the next look. */
Test(pieces, one_looks_at_a_time)
{
	struct qp_snapshot snapshot;
	struct qp_idle_look first = { 0 }, second = { 0 };
	size_t work = 200;

	make_idle(500);
	look(SIZE_MAX);
	usleep(5000);
	open_at(&snapshot);
	sum_in_parts(&snapshot, SIZE_MAX);
	cr_expect_not(qp_idle_look(&first, &snapshot, &work));
	cr_expect_eq(look_in_parts(&second, &snapshot, SIZE_MAX), 1, "skips");
	cr_expect_eq(second.now, 0, "did not begin");
	qp_idle_end(&second);
	qp_idle_end(&first);
	cr_expect_gt(look_in_parts(&second, &snapshot, 1000), 1, "is on its own");
	qp_snapshot_close(&snapshot);
	settle();
	cr_expect_eq(self_figure("expired_series"), 500);
}

/* At most QP_MAX_LEAVING are leaving at once; the others leave at the next looks. */
Test(pieces, many_leave)
{
	struct qp_idle_look once = { 0 };
	struct qp_snapshot snapshot;

	make_idle(5 * QP_MAX_LEAVING / 2);
	look(SIZE_MAX);
	usleep(5000);
	open_at(&snapshot);
	sum_in_parts(&snapshot, SIZE_MAX);
	qp_rcu_read_lock(); /* nothing is decided meanwhile */
	look_in_parts(&once, &snapshot, SIZE_MAX);
	qp_rcu_read_unlock();
	qp_snapshot_close(&snapshot);
	settle();
	cr_expect_eq(self_figure("expired_series"), QP_MAX_LEAVING);
	look(SIZE_MAX);
	look(SIZE_MAX);
	cr_expect_eq(self_figure("expired_series"), 5 * QP_MAX_LEAVING / 2);
}

/* A scrape that is closed while it looks does not keep others from looking. */
Test(pieces, closed_while_looking)
{
	struct text text = { calloc(1, 1), 0 };
	quipu_scrape *scrape;
	uint64_t before;

	make_idle(N_MANY);
	look(SIZE_MAX);
	usleep(5000);
	scrape = quipu_scrape_open(registry, NULL, NULL, NULL);
	cr_expect_eq(read_some(scrape, &text), 0);
	quipu_scrape_close(scrape);
	settle();
	before = self_figure("expired_series");
	cr_expect_gt(before, 0);
	cr_expect_lt(before, N_MANY);
	look(SIZE_MAX);
	cr_expect_gt(self_figure("expired_series"), before);
	free(text.data);
}
