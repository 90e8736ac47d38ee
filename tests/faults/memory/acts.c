/* SPDX-License-Identifier: MIT */
/* acts.c: see acts.h. The server's are in acts_http.c. */
#include "acts.h"

#include "torture.h"
#include "wrap.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SETS 60 /* so that a label map grows more than once */

static void expect(const char *what, int refused, quipu_error error, quipu_error other)
{
	int allowed = refused && (error == QUIPU_ENOMEM || error == other);

	TORTURE_CHECK("M1", error == QUIPU_OK || allowed, "%s says %s", what,
		      quipu_strerror(error));
}

/* What is wrong stays in the status until it is asked, and has a name. */
static void expect_status(const char *what, quipu_registry *registry, int refused, int failed)
{
	const char *where = NULL;
	quipu_error error = quipu_registry_status(registry, &where);

	expect(what, refused, error, QUIPU_ESLOTS);
	TORTURE_CHECK("M1", !failed || error != QUIPU_OK, "%s failed without an error", what);
	TORTURE_CHECK("M1", error == QUIPU_OK || (where && where[0]), "%s: no culprit", what);
	quipu_registry_clear_status(registry);
}

/* --- making ------------------------------------------------------------------------------------ */

/* Every kind of family, one series each by handle, and gone again. */
#define MAKE_ONE(kind, ...)                                                                        \
	do {                                                                                       \
		quipu_##kind##_family family = quipu_##kind##_family_new(                          \
			s->registry, QUIPU_OPTS(.name = "act_" #kind, .help = "x",                 \
						.labels = QUIPU_NAMES("l.l", "m"), __VA_ARGS__));  \
		quipu_##kind handle = quipu_at(family, "a", "a longer value than fifteen bytes");  \
                                                                                                   \
		failed |= !memcmp(&handle, &(quipu_##kind){ 0 }, sizeof handle);                   \
		quipu_release(handle);                                                             \
		quipu_family_unregister(family);                                                   \
	} while (0)

static void act_families(struct scenario *s, int refused)
{
	static const char *const states[] = { "on", "off" };
	int failed = 0;

	MAKE_ONE(counter, .exemplars = 1);
	MAKE_ONE(float_counter, .max_series = 3);
	MAKE_ONE(updown, .idle_seconds = 1000);
	MAKE_ONE(gauge, .max_series = 3);
	MAKE_ONE(histogram, .native_factor = 1.5, .exemplars = 1);
	MAKE_ONE(summary, .window_seconds = 60);
	MAKE_ONE(stateset, .states = states, .n_states = 2);
	expect_status("making families", s->registry, refused, failed);
}

static void act_registry(struct scenario *s, int refused)
{
	static const quipu_label labels[] = { { "host.name", "h" },
					      { "zone", "a \"quoted\" one" } };
	static const quipu_label commit = { "commit", "06c471f" };
	quipu_registry *own = quipu_registry_new(
		QUIPU_REGISTRY_OPTS(.prefix = "act.", .const_labels = labels, .n_const_labels = 2));
	quipu_counter counter;
	quipu_info info;

	(void)s;
	TORTURE_CHECK("M1", own || refused, "no registry");
	if (!own)
		return;
	counter = quipu_counter_new(own, QUIPU_OPTS(.name = "a_total", .help = "x"));
	info = quipu_info_new(own, QUIPU_OPTS(.name = "build", .help = "x"), &commit, 1);
	expect_status("a registry", own, refused, !counter.offset || !info.offset);
	quipu_inc(counter);
	quipu_release(counter);
	quipu_info_release(info);
	quipu_registry_free(own);
}

/* --- recording, removing ----------------------------------------------------------------------- */

static void record_sets(quipu_counter_family family, quipu_histogram_family histograms)
{
	char name[48];
	int i;

	for (i = 0; i < SETS; i++) {
		snprintf(name, sizeof name, i % 2 ? "set %d" : "a set with a long name, number %d",
			 i);
		quipu_inc_at(family, name, "x");
		quipu_observe_at(histograms, 1, name, "y");
	}
}

struct sum {
	uint64_t counter, histogram;
	char text[1 << 18];
	size_t len;
};

static int keep(void *ctx, const char *data, size_t len)
{
	struct sum *sum = ctx;

	if (sum->len + len >= sizeof sum->text)
		torture_broken("the text is too long");
	memcpy(sum->text + sum->len, data, len);
	sum->len += len;
	return 0;
}

static uint64_t added_up(const char *text, const char *name)
{
	const char *at = text;
	uint64_t sum = 0;

	while ((at = strstr(at, name))) {
		const char *space = strstr(at, "} ");

		if (space && at > text && at[-1] == '\n')
			sum += strtoull(space + 2, NULL, 10);
		at += strlen(name);
	}
	return sum;
}

/* What had no memory for a series of its own is in the overflow series (P2). */
static void expect_sums(quipu_registry *registry, uint64_t counter, uint64_t histogram)
{
	static struct sum sum;

	sum.len = 0;
	wrap_spare(1);
	TORTURE_CHECK("M1", quipu_write(registry, NULL, keep, &sum) == QUIPU_OK, "no scrape");
	wrap_spare(0);
	sum.text[sum.len] = '\0';
	TORTURE_CHECK("P2", added_up(sum.text, "act_sets_total{") == counter,
		      "%" PRIu64 " of %" PRIu64 " counted", added_up(sum.text, "act_sets_total{"),
		      counter);
	TORTURE_CHECK("P2", added_up(sum.text, "act_sizes_count{") == histogram,
		      "%" PRIu64 " of %" PRIu64 " observed", added_up(sum.text, "act_sizes_count{"),
		      histogram);
}

static void act_series(struct scenario *s, int refused)
{
	quipu_counter_family family;
	quipu_histogram_family histograms;

	wrap_spare(1);
	family = quipu_counter_family_new(s->registry,
					  QUIPU_OPTS(.name = "act_sets_total", .help = "x",
						     .labels = QUIPU_NAMES("set", "other")));
	histograms = quipu_histogram_family_new(s->registry,
						QUIPU_OPTS(.name = "act_sizes", .help = "x",
							   .labels = QUIPU_NAMES("set", "other")));
	wrap_spare(0);
	record_sets(family, histograms);
	expect_sums(s->registry, SETS, SETS);
	record_sets(family, histograms);
	expect_sums(s->registry, 2 * SETS, 2 * SETS);
	quipu_family_unregister(family);
	quipu_family_unregister(histograms);
	expect_status("recording", s->registry, refused, 0);
}

/* Removing needs no memory: it succeeds whatever is refused. */
static void act_remove(struct scenario *s, int refused)
{
	quipu_counter_family family;
	quipu_histogram_family histograms;
	quipu_counter pinned;

	wrap_spare(1);
	family = quipu_counter_family_new(s->registry,
					  QUIPU_OPTS(.name = "act_sets_total", .help = "x",
						     .labels = QUIPU_NAMES("set", "other")));
	histograms = quipu_histogram_family_new(s->registry,
						QUIPU_OPTS(.name = "act_sizes", .help = "x",
							   .labels = QUIPU_NAMES("set", "other")));
	record_sets(family, histograms);
	pinned = quipu_at(family, "pinned", "x");
	wrap_spare(0);
	TORTURE_CHECK("M1", quipu_family_remove(family, "set 1", "x") == 1, "not removed");
	TORTURE_CHECK("M1", quipu_counter_family_remove_matching(family, "set", "set 3") == 1,
		      "not removed by one label");
	TORTURE_CHECK("M1", quipu_family_remove(family, "pinned", "x") == 1, "not removed: pinned");
	quipu_inc(pinned);
	expect_sums(s->registry, SETS - 2, SETS);
	TORTURE_CHECK("M1", quipu_histogram_family_clear(histograms) == SETS, "not cleared");
	expect_sums(s->registry, SETS - 2, 0);
	quipu_release(pinned);
	quipu_family_unregister(histograms);
	TORTURE_CHECK("M1", quipu_registry_unregister(s->registry, "act_sets_total") == QUIPU_OK,
		      "not unregistered");
	expect_status("removing", s->registry, refused, 0);
}

/* Every scrape looks for what stands still; whether a look has memory, nothing is lost. */
static void act_expire(struct scenario *s, int refused)
{
	static struct sum sum;
	quipu_counter_family family;
	int i;

	wrap_spare(1);
	family = quipu_counter_family_new(
		s->registry, QUIPU_OPTS(.name = "act_idle_total", .help = "x",
					.labels = QUIPU_NAMES("set"), .idle_seconds = 1e-6));
	quipu_inc_at(family, "a");
	quipu_inc_at(family, "b");
	wrap_spare(0);
	for (i = 0; i < 3; i++) {
		sum.len = 0;
		expect("a look for idle series", refused,
		       quipu_write(s->registry, NULL, keep, &sum), QUIPU_ENOMEM);
	}
	quipu_family_unregister(family);
	expect_status("expiring", s->registry, refused, 0);
}

/* --- scraping ---------------------------------------------------------------------------------- */

/* The whole of it or an error, in every format and under every escaping. */
static void act_formats(struct scenario *s, int refused)
{
	static struct sum whole, now;
	const quipu_format *const *formats = quipu_formats();
	quipu_error error;
	size_t i;

	for (i = 0; formats[i]; i++) {
		const quipu_scrape_opts opts = { .size = sizeof opts,
						 .escaping = (quipu_escaping)(i % 4),
						 .created = 1 };

		whole.len = now.len = 0;
		wrap_spare(1);
		error = quipu_write_with(s->registry, formats[i], &opts, keep, &whole);
		TORTURE_CHECK("M1", !error, "%s: %s", formats[i]->name, quipu_strerror(error));
		wrap_spare(0);
		error = quipu_write_with(s->registry, formats[i], &opts, keep, &now);
		expect(formats[i]->name, refused, error, QUIPU_ENOMEM);
		TORTURE_CHECK(
			"M1",
			error || (now.len == whole.len && !memcmp(now.text, whole.text, whole.len)),
			"%s: a scrape that says it is whole differs", formats[i]->name);
	}
}

static size_t content(const char *path, char *to, size_t most)
{
	FILE *file = fopen(path, "r");
	size_t n = file ? fread(to, 1, most, file) : 0;

	if (file)
		fclose(file);
	return n;
}

static void act_file(struct scenario *s, int refused)
{
	char path[64], temporary[128], before[64], after[64];
	quipu_error error;
	size_t n;
	unsigned i;

	snprintf(path, sizeof path, "faults-acts-%d.prom", (int)getpid());
	wrap_spare(1);
	expect("the first file", 0, quipu_write_file(s->registry, path), QUIPU_OK);
	n = content(path, before, sizeof before);
	wrap_spare(0);
	error = quipu_write_file_with(s->registry, &quipu_format_openmetrics, NULL, path);
	expect("quipu_write_file", refused, error, QUIPU_EFILE);
	wrap_spare(1);
	TORTURE_CHECK(
		"M1",
		!error || (content(path, after, sizeof after) == n && !memcmp(before, after, n)),
		"the old file is not intact");
	for (i = 0; i < 8; i++) {
		snprintf(temporary, sizeof temporary, "%s.tmp.%d.%u", path, (int)getpid(), i);
		TORTURE_CHECK("M1", access(temporary, F_OK) != 0, "%s is left", temporary);
	}
	unlink(path);
	wrap_spare(0);
}

static void ignore_report(const quipu_family_report *report, void *ctx)
{
	(void)report;
	(void)ctx;
}

static void act_report(struct scenario *s, int refused)
{
	expect("the report", refused, quipu_registry_report(s->registry, ignore_report, NULL),
	       QUIPU_ENOMEM);
}

/* --- callbacks, collectors --------------------------------------------------------------------- */

static double answer(void *ctx)
{
	(void)ctx;
	return 42;
}

/* A collector's samples are dropped where there is no room for them; it is never told a lie. */
static void emit(quipu_emitter *emitter, void *ctx)
{
	const char *const values[] = { "x" };

	(void)ctx;
	quipu_emit_family(
		emitter, QUIPU_KIND_GAUGE,
		QUIPU_OPTS(.name = "act.collected", .help = "x", .labels = QUIPU_NAMES("l.l")));
	quipu_emit_value(emitter, 17, values);
	quipu_emit_family(emitter, QUIPU_KIND_HISTOGRAM,
			  QUIPU_OPTS(.name = "act_collected_sizes", .help = "x"));
	quipu_emit_histogram(emitter, (const uint64_t[12]){ 1, 2, 3 }, 12.5, NULL);
}

static void expect_line(const char *text, const char *begin, const char *line, int refused)
{
	const char *at = strstr(text, begin);

	TORTURE_CHECK("M1", at || refused, "%s is missing", begin);
	TORTURE_CHECK("M1", !at || !strncmp(at, line, strlen(line)), "not %s", line);
}

static void scrape_made(struct scenario *s, int refused)
{
	static struct sum sum;
	quipu_error error;

	sum.len = 0;
	error = quipu_write(s->registry, NULL, keep, &sum);
	expect("a scrape with callbacks", refused, error, QUIPU_ENOMEM);
	if (error)
		return;
	sum.text[sum.len] = '\0';
	expect_line(sum.text, "\nact_called", "\nact_called{host_name=\"h\"} 42\n", refused);
	expect_line(sum.text, "\nact_collected{", "\nact_collected{host_name=\"h\",l_l=\"x\"} 17\n",
		    refused);
	expect_line(sum.text, "\nact_collected_sizes_count",
		    "\nact_collected_sizes_count{host_name=\"h\"} 6\n", refused);
}

static void act_callbacks(struct scenario *s, int refused)
{
	quipu_callback callback = quipu_gauge_callback(
		s->registry, QUIPU_OPTS(.name = "act_called", .help = "x"), answer, NULL);
	quipu_callback collector = quipu_collector_add(s->registry, emit, NULL);

	expect_status("adding callbacks", s->registry, refused, !callback.id || !collector.id);
	scrape_made(s, refused);
	scrape_made(s, refused);
	quipu_callback_remove(s->registry, callback);
	quipu_callback_remove(s->registry, collector);
	/* a family of a collector that had no memory is an error in the status too */
	expect_status("callbacks", s->registry, refused, 0);
}

static void act_standard(struct scenario *s, int refused)
{
	static struct sum sum;

	sum.len = 0;
	expect("quipu_standard_collectors", refused, quipu_standard_collectors(s->registry),
	       QUIPU_ENOMEM);
	expect("a scrape with collectors", refused, quipu_write(s->registry, NULL, keep, &sum),
	       QUIPU_ENOMEM);
	wrap_spare(1); /* asking for one again tells which it is, or adds it */
	quipu_callback_remove(s->registry, quipu_process_collector(s->registry));
	quipu_callback_remove(s->registry, quipu_jemalloc_collector(s->registry));
	quipu_callback_remove(s->registry, quipu_self_collector(s->registry));
	wrap_spare(0);
	expect_status("collectors", s->registry, refused, 0);
}

/* --- another thread ---------------------------------------------------------------------------- */

/* Two at once: one of them finds no shard that a thread before it has left. */
static pthread_barrier_t together;

static void *first_record(void *arg)
{
	struct scenario *s = arg;

	pthread_barrier_wait(&together);
	quipu_inc(s->counter);
	quipu_inc_at(s->family, "a");
	pthread_barrier_wait(&together);
	return NULL;
}

/* A thread's first records: its shard, its reader for look-ups. Without one they are counted too. */
static void act_attach(struct scenario *s, int refused)
{
	const uint64_t before = quipu_read(s->counter);
	pthread_t threads[2];
	int i;

	(void)refused;
	pthread_barrier_init(&together, NULL, 2);
	wrap_spare(1);
	for (i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, first_record, s) != 0)
			torture_broken("no thread");
	wrap_spare(0);
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&together);
	TORTURE_CHECK("P2", quipu_read(s->counter) == before + 2, "a first record is lost");
	s->extra += 2;
}

const struct act acts[] = {
	{ "families", act_families }, { "registry", act_registry }, { "series", act_series },
	{ "remove", act_remove },     { "expire", act_expire },	    { "formats", act_formats },
	{ "file", act_file },	      { "report", act_report },	    { "callbacks", act_callbacks },
	{ "standard", act_standard }, { "attach", act_attach },	    { "serve", act_serve },
	{ "own loop", act_open },
};
const size_t acts_n = sizeof acts / sizeof *acts;
