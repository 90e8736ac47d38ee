/* SPDX-License-Identifier: MIT */
/*
 * series_test.c: what scrapes show of a profile that grows anyhow. The oracle is the profile itself,
 * added up by label here: no series ever falls (P3), none is counted twice or lost (P2), and those
 * that have a series of their own are the ones with the longest waits.
 */
#include "made_up.h"

#include <criterion/criterion.h>
#include <quipu/contend.h>
#include <quipu/quipu.h>
#include <quipu/scrape.h>
#include <stdlib.h>
#include <string.h>
#include <support/parse.h>
#include <support/sanitized.h>
#include <support/seeded.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAITS "quipu_lock_wait_seconds"
#define MAX_KEYS 16384

static quipu_registry *registry;

static void begin(void)
{
	registry = quipu_registry_new(NULL);
}

static void end(void)
{
	const char *where = "";

	quipu_contend_stop();
	cr_expect_eq(quipu_registry_status(registry, &where), QUIPU_OK, "%s", where);
	quipu_registry_free(registry);
}

TestSuite(series, .init = begin, .fini = end);

/* --- scrapes ------------------------------------------------------------------------------- */

struct page {
	char *data;
	size_t len;
};

static int append(void *ctx, const char *data, size_t len)
{
	struct page *page = ctx;

	page->data = realloc(page->data, page->len + len);
	memcpy(page->data + page->len, data, len);
	page->len += len;
	return 0;
}

static struct qt_exposition *scrape(void)
{
	struct page page = { 0 };
	struct qt_exposition *shown;

	cr_assert_eq(quipu_write(registry, NULL, append, &page), QUIPU_OK);
	shown = qt_parse_ok(page.data, page.len);
	free(page.data);
	return shown;
}

static const char *label(const struct qt_sample *sample, const char *name)
{
	size_t i;

	for (i = 0; i < sample->n_labels; i++) {
		if (strcmp(sample->labels[i].name, name) == 0)
			return sample->labels[i].value;
	}
	return "";
}

static bool is_other(const struct qt_sample *sample)
{
	return strcmp(label(sample, "site"), "other") == 0;
}

/* --- the highest that each sample has ever shown --------------------------------------------- */

struct seen {
	char *key, kind[16];
	size_t key_len;
	double value;
	bool is_sum, is_count;
};

static struct seen seen[MAX_KEYS];
static size_t n_seen;

static struct seen *find_seen(const struct qt_sample *sample)
{
	size_t i;

	for (i = 0; i < n_seen; i++) {
		if (seen[i].key_len == sample->key_len &&
		    memcmp(seen[i].key, sample->key, sample->key_len) == 0)
			return &seen[i];
	}
	cr_assert_lt(n_seen, MAX_KEYS);
	seen[n_seen].key = malloc(sample->key_len);
	seen[n_seen].key_len = sample->key_len;
	memcpy(seen[n_seen].key, sample->key, sample->key_len);
	snprintf(seen[n_seen].kind, sizeof seen[0].kind, "%s", label(sample, "kind"));
	seen[n_seen].is_sum = strcmp(sample->name, WAITS "_sum") == 0;
	seen[n_seen].is_count = strcmp(sample->name, WAITS "_count") == 0;
	return &seen[n_seen++];
}

static void forget_seen(void)
{
	while (n_seen)
		free(seen[--n_seen].key);
}

static void expect_no_fall(const struct qt_exposition *shown)
{
	struct seen *before;
	size_t i;

	for (i = 0; i < shown->n_samples; i++) {
		if (strncmp(shown->samples[i].name, "quipu_lock_wait", 15) != 0 &&
		    strncmp(shown->samples[i].name, "quipu_lock_busy", 15) != 0)
			continue;
		before = find_seen(&shown->samples[i]);
		cr_expect_geq(shown->samples[i].value, before->value, "%.*s", (int)before->key_len,
			      before->key);
		before->value = shown->samples[i].value;
	}
}

/* --- the program --------------------------------------------------------------------------- */

#define N_LINES 40 /* places in the program */
#define TOP 5

static struct qc_site *sites[200];
static unsigned lines[200];
static size_t n_sites;

static const enum qc_kind kinds[] = { QC_MUTEX, QC_WRLOCK, QC_COND };

/* Line l is of kind l % 3, whatever address of it waits. */
static void new_site(struct seeded *random)
{
	unsigned line = 1 + (unsigned)seeded_below(random, N_LINES);
	uint64_t offset = 16 * line + seeded_below(random, 16);

	lines[n_sites] = line;
	sites[n_sites++] = made_up_site(kinds[line % 3], NULL, 0, offset);
}

/* From phase to phase other places are the busy ones, and waits get longer: places come, go and come
 * again. */
static void some_wait(struct seeded *random, unsigned phase)
{
	uint64_t which = seeded_below(random, 10) ? 7 * phase + seeded_below(random, 4)
						  : seeded_next(random);
	struct qc_site *site = sites[which % n_sites];

	made_up_wait(site, (seeded_next(random) >> (34 + seeded_below(random, 30))) << phase / 2,
		     1 + seeded_below(random, 3));
	site->busy += seeded_below(random, 2);
}

static void live(struct seeded *random, unsigned phase)
{
	uint64_t n = seeded_below(random, 60);

	if (n_sites < 150 && seeded_below(random, 2))
		new_site(random);
	while (n_sites && n--)
		some_wait(random, phase);
}

static void expect_totals(void)
{
	double waits, seconds;
	uint64_t true_waits, true_ns;
	size_t k, i;

	for (k = 0; k < 3; k++) {
		waits = seconds = 0;
		true_waits = true_ns = 0;
		for (i = 0; i < n_seen; i++) {
			if (strcmp(seen[i].kind, qc_kind_label(kinds[k])) != 0)
				continue;
			waits += seen[i].is_count ? seen[i].value : 0;
			seconds += seen[i].is_sum ? seen[i].value : 0;
		}
		for (i = 0; i < n_sites; i++) {
			true_waits += sites[i]->kind == kinds[k] ? sites[i]->waits : 0;
			true_ns += sites[i]->kind == kinds[k] ? sites[i]->ns : 0;
		}
		cr_expect_eq((uint64_t)waits, true_waits, "%s", qc_kind_label(kinds[k]));
		cr_expect_float_eq(seconds, (double)true_ns / 1e9, 1e-6 * seconds + 1e-9);
	}
}

static double line_ns(unsigned line)
{
	double ns = 0;
	size_t i;

	for (i = 0; i < n_sites; i++)
		ns += lines[i] == line ? (double)sites[i]->ns : 0;
	return ns;
}

/* Nobody who is not shown has waited for more than twice as long as one who is. */
static void expect_choice(const struct qt_exposition *shown, bool idle)
{
	bool is_shown[N_LINES + 1] = { false };
	double least = 1e300;
	size_t n = 0, i;
	unsigned line;

	for (i = 0; i < shown->n_samples; i++) {
		const struct qt_sample *sample = &shown->samples[i];

		if (strcmp(sample->name, WAITS "_count") != 0 || is_other(sample))
			continue;
		if ((strcmp(label(sample, "kind"), "cond") == 0) != idle)
			continue;
		line = (unsigned)atoi(strchr(label(sample, "site"), ':') + 1);
		is_shown[line] = true;
		n++;
		if (line_ns(line) < least)
			least = line_ns(line);
	}
	cr_expect_leq(n, TOP);
	for (line = 1; n == TOP && line <= N_LINES; line++) {
		if (!is_shown[line] && qc_kind_is_idle(kinds[line % 3]) == idle)
			cr_expect_leq(line_ns(line), 2 * least, "line %u", line);
	}
}

Test(series, none_falls_and_nothing_is_lost)
{
	struct seeded random = seeded_new("series");
	struct qt_exposition *shown;
	int i;

	cr_assert_eq(quipu_contend_start(registry, QUIPU_CONTEND_OPTS(.top = TOP)), QUIPU_OK);
	for (i = 0; i < 300; i++) {
		live(&random, (unsigned)i / 10);
		if (i == 150) { /* what stops and starts again goes on */
			quipu_contend_stop();
			cr_assert_eq(quipu_contend_start(registry, QUIPU_CONTEND_OPTS(.top = TOP)),
				     QUIPU_OK);
		}
		shown = scrape();
		expect_no_fall(shown);
		expect_totals();
		expect_choice(shown, false);
		expect_choice(shown, true);
		qt_free(shown);
	}
	forget_seen();
}

/* --- one by one ---------------------------------------------------------------------------- */

#define AT(site, function, object, kind)                                                           \
	"site", site, "function", function, "object", object, "kind", kind, NULL

Test(series, places_with_equal_labels_are_one)
{
	struct qt_exposition *shown;

	made_up_wait(made_up_site(QC_MUTEX, NULL, 0, 16 * 9), 1500, 3);
	made_up_wait(made_up_site(QC_MUTEX, NULL, 0, 16 * 9 + 4), 500, 4);
	made_up_wait(made_up_site(QC_MUTEX, "cache", 0, 16 * 9), 1500, 1);
	made_up_wait(made_up_site(QC_MUTEX, NULL, 1, MADE_UP_NAMELESS), UINT64_C(20000000000), 2);
	cr_assert_eq(quipu_contend_start(registry, NULL), QUIPU_OK);
	shown = scrape();
	cr_expect_eq(qt_u64(shown, WAITS "_count", AT("work.c:9", "work", "made-up", "mutex")), 7);
	cr_expect_float_eq(
		qt_value(shown, WAITS "_sum", AT("work.c:9", "work", "made-up", "mutex")), 6500e-9,
		1e-15);
	cr_expect_eq(qt_u64(shown, WAITS "_bucket", "le", "1.024e-06",
			    AT("work.c:9", "work", "made-up", "mutex")),
		     4);
	cr_expect_eq(qt_u64(shown, WAITS "_count", "lock", "cache",
			    AT("work.c:9", "work", "made-up", "mutex")),
		     1);
	cr_expect_eq(qt_u64(shown, WAITS "_bucket", "le", "17.179869184",
			    AT("libother.so+0x100000", "", "libother.so", "mutex")),
		     0);
	cr_expect_eq(qt_u64(shown, WAITS "_count",
			    AT("libother.so+0x100000", "", "libother.so", "mutex")),
		     2);
	cr_expect_eq(qt_u64(shown, "quipu_lock_sites", NULL), 4);
	qt_free(shown);
}

Test(series, what_there_was_no_room_for_is_other)
{
	const struct qc_totals totals = { .calls = { [QC_SPIN] = 77 },
					  .overflowed = 5,
					  .capacity = 1024 };
	struct qt_exposition *shown;

	made_up_wait(made_up_site(QC_MUTEX, NULL, 0, 0), 1500, 5);
	made_up_totals(&totals);
	cr_assert_eq(quipu_contend_start(registry, NULL), QUIPU_OK);
	shown = scrape();
	cr_expect_eq(qt_u64(shown, WAITS "_count", "site", "other", "kind", "mutex", NULL), 5);
	cr_expect_eq(qt_u64(shown, "quipu_lock_sites", NULL), 0);
	cr_expect_eq(qt_u64(shown, "quipu_lock_site_capacity", NULL), 1024);
	cr_expect_eq(qt_u64(shown, "quipu_lock_overflowed_waits_total", NULL), 5);
	cr_expect_eq(qt_u64(shown, "quipu_lock_calls_total", "kind", "spin", NULL), 77);
	cr_expect_eq(qt_u64(shown, "quipu_lock_calls_total", "kind", "sem", NULL), 0);
	qt_free(shown);
}

/* Names that take longer than a scrape waits for: then later, and all of it in its own series. */
Test(series, without_a_name_it_is_held_back)
{
	struct qt_exposition *shown;
	bool is_there = false;

	made_up_slow_names(3000);
	made_up_wait(made_up_site(QC_MUTEX, NULL, 0, 16 * 9), 1500, 3);
	cr_assert_eq(quipu_contend_start(registry, NULL), QUIPU_OK);
	shown = scrape();
	cr_expect_null(qt_find(shown, WAITS "_count", AT("work.c:9", "work", "made-up", "mutex")));
	cr_expect_null(qt_find(shown, WAITS "_count", "site", "other", "kind", "mutex", NULL));
	qt_free(shown);
	while (!is_there) { /* until the test's own end */
		shown = scrape();
		is_there = qt_find(shown, WAITS "_count",
				   AT("work.c:9", "work", "made-up", "mutex")) != NULL;
		if (is_there)
			cr_expect_eq(qt_u64(shown, WAITS "_count",
					    AT("work.c:9", "work", "made-up", "mutex")),
				     3);
		qt_free(shown);
	}
}

static int in_child(void)
{
	struct qt_exposition *shown;
	uint64_t n;

	made_up_forget(); /* as the recorder does */
	made_up_wait(made_up_site(QC_MUTEX, NULL, 0, 16 * 9), 1500, 1);
	shown = scrape();
	n = qt_u64(shown, WAITS "_count", AT("work.c:9", "work", "made-up", "mutex"));
	qt_free(shown);
	return n == 1 ? 0 : 3;
}

Test(series, a_forked_child_begins_at_zero)
{
	int status = 1;
	pid_t child;

	if (QT_TSAN)
		cr_skip_test("ThreadSanitizer lets no forked child make threads");
	made_up_wait(made_up_site(QC_MUTEX, NULL, 0, 16 * 9), 1500, 3);
	cr_assert_eq(quipu_contend_start(registry, NULL), QUIPU_OK);
	qt_free(scrape());
	child = fork();
	if (child == 0)
		_exit(in_child());
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_expect_eq(status, 0);
}

Test(series, start_and_stop)
{
	struct qt_exposition *shown;
	quipu_contend_opts bad = { 0 };

	cr_expect_eq(quipu_contend_start(registry, &bad), QUIPU_EOPTION);
	cr_expect_eq(quipu_contend_start(registry, NULL), QUIPU_OK);
	cr_expect_eq(quipu_contend_start(registry, NULL), QUIPU_EDUPLICATE);
	quipu_contend_stop();
	shown = scrape();
	cr_expect_eq(shown->n_samples, 0);
	qt_free(shown);
	quipu_contend_stop();
	cr_expect_eq(quipu_contend_start(registry, NULL), QUIPU_OK);
}
