/* SPDX-License-Identifier: MIT */
/* scenario.c: a program's life, any step of which may fail; see scenario.h. */
#include "scenario.h"

#include "parse.h"
#include "torture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STEPS 50

static const char *set_name(size_t i)
{
	static const char names[SCENARIO_SETS][4] = { "a", "b", "c", "d", "e", "f", "g",
						      "h", "i", "j", "k", "l", "m", "n",
						      "o", "p", "q", "r", "s", "t" };

	return names[i];
}

static void make_single(struct scenario *s)
{
	static const char *const values[] = { "x", "y" };
	static const quipu_axis axis = { "axis", values, 2 };
	quipu_registry *in = s->registry;

	s->counter = quipu_counter_new(in, QUIPU_OPTS(.name = "o_counter_total", .help = "x"));
	s->floats = quipu_float_counter_new(in, QUIPU_OPTS(.name = "o_float_total", .help = "x"));
	s->updown = quipu_updown_new(in, QUIPU_OPTS(.name = "o_updown", .help = "x"));
	s->gauge = quipu_gauge_new(in, QUIPU_OPTS(.name = "o.gauge", .help = "x"));
	s->histogram = quipu_histogram_new(in, QUIPU_OPTS(.name = "o_seconds", .help = "x"));
	s->grid =
		quipu_counter_grid_new(in, QUIPU_OPTS(.name = "o_grid_total", .help = "x",
						      .axes = &axis, .n_axes = 1, .exemplars = 1));
	s->native = quipu_histogram_new(in, QUIPU_OPTS(.name = "o_native", .help = "x",
						       .native_factor = 1.5, .exemplars = 1));
	s->summary = quipu_summary_new(in, QUIPU_OPTS(.name = "o_summary", .help = "x"));
	s->failed |= !s->native.offset || !s->summary.cells.offset;
	s->failed |= !s->counter.offset || !s->floats.offset || !s->updown.offset ||
		     !s->gauge.cell || !s->histogram.offset || !s->grid.first.offset;
}

static void make_families(struct scenario *s)
{
	size_t i;

	s->family = quipu_counter_family_new(
		s->registry,
		QUIPU_OPTS(.name = "o_family_total", .help = "x", .labels = QUIPU_NAMES("set")));
	s->histograms = quipu_histogram_family_new(
		s->registry, QUIPU_OPTS(.name = "o.sizes", .help = "x",
					.labels = QUIPU_NAMES("set"), .exemplars = 1));
	s->failed |= !s->family.family || !s->histograms.family;
	for (i = 0; i < SCENARIO_SETS; i += 2) {
		s->kept[i] = quipu_at(s->family, set_name(i));
		s->failed |= !s->kept[i].offset;
	}
}

void scenario_make(struct scenario *s, int in_default)
{
	static const quipu_label label = { "host.name", "h" };

	memset(s, 0, sizeof *s);
	s->registry = in_default ? quipu_default_registry()
				 : quipu_registry_new(QUIPU_REGISTRY_OPTS(.const_labels = &label,
									  .n_const_labels = 1));
	s->failed = !s->registry;
	make_single(s);
	make_families(s);
}

static void step(struct scenario *s)
{
	size_t i;

	quipu_inc(s->counter);
	quipu_inc(s->floats);
	quipu_inc(s->updown);
	quipu_inc(s->gauge);
	quipu_observe(s->histogram, 1);
	quipu_observe_exemplar(s->native, 1, QUIPU_EXEMPLAR(.trace_id = "t"));
	quipu_observe(s->summary, 1);
	quipu_inc(quipu_grid_at(s->grid, 1));
	for (i = 0; i < SCENARIO_SETS; i += 2)
		quipu_inc(s->kept[i]);
}

static void *record_elsewhere(void *arg)
{
	struct scenario *s = arg;
	size_t i;

	for (i = 0; i < SCENARIO_SETS; i++) {
		quipu_inc_at(s->family, set_name(i));
		quipu_observe_at(s->histograms, 1, set_name(i));
		s->looked++;
	}
	for (i = 0; i < STEPS; i++, s->steps++)
		step(s);
	return NULL;
}

void scenario_record(struct scenario *s)
{
	pthread_t thread;

	record_elsewhere(s);
	if (pthread_create(&thread, NULL, record_elsewhere, s) == 0)
		pthread_join(thread, NULL);
}

/* --- what may fail and change nothing --------------------------------------------------------- */

static int swallow(void *ctx, const char *data, size_t len)
{
	(void)ctx;
	(void)data;
	(void)len;
	return 0;
}

static void ignore_report(const quipu_family_report *report, void *ctx)
{
	(void)report;
	(void)ctx;
}

static double answer(void *ctx)
{
	(void)ctx;
	return 42;
}

static void expect_error(const char *what, quipu_error error, quipu_error other)
{
	TORTURE_CHECK("M1", error == QUIPU_OK || error == QUIPU_ENOMEM || error == other,
		      "%s says %s", what, quipu_strerror(error));
}

static void serve(struct scenario *s)
{
	quipu_error error = QUIPU_OK;
	quipu_http *server =
		quipu_http_start(s->registry, QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0"), &error);

	if (!server)
		TORTURE_CHECK("M2", error != QUIPU_OK && quipu_http_error()[0],
			      "the server did not start and does not say why");
	quipu_http_stop(server);
}

static void write_out(struct scenario *s)
{
	char path[64];

	snprintf(path, sizeof path, "faults-oom-%d.prom", (int)getpid());
	expect_error("quipu_write", quipu_write(s->registry, NULL, swallow, NULL), QUIPU_ENOMEM);
	expect_error("protobuf", quipu_write(s->registry, &quipu_format_protobuf, swallow, NULL),
		     QUIPU_ENOMEM);
	expect_error("quipu_write_file", quipu_write_file(s->registry, path), QUIPU_EFILE);
	unlink(path);
}

static void emit(quipu_emitter *emitter, void *ctx)
{
	const char *const values[] = { "x" };

	(void)ctx;
	quipu_emit_family(
		emitter, QUIPU_KIND_GAUGE,
		QUIPU_OPTS(.name = "o.collected", .help = "x", .labels = QUIPU_NAMES("l.l")));
	quipu_emit_value(emitter, 1, values);
}

/* By name, and under another scheme. */
static void look_for_one(struct scenario *s)
{
	static const char *const names[] = { "o.collected", "o.gauge" };
	quipu_scrape *scrape = quipu_scrape_open(
		s->registry, NULL,
		QUIPU_SCRAPE_OPTS(.escaping = QUIPU_ESCAPE_DOTS, .names = names, .n_names = 2),
		NULL);
	char piece[256];
	size_t len;
	quipu_error error;

	if (!scrape)
		return;
	do {
		error = quipu_scrape_read(scrape, piece, sizeof piece, &len);
		if (error == QUIPU_EAGAIN)
			usleep(100);
	} while (error == QUIPU_OK || error == QUIPU_EAGAIN);
	expect_error("quipu_scrape_read", error, QUIPU_END);
	quipu_scrape_close(scrape);
}

/* What cannot be had is left out; the next scrape asks again. */
static void collect(struct scenario *s)
{
	expect_error("quipu_standard_collectors", quipu_standard_collectors(s->registry),
		     QUIPU_ENOMEM);
	expect_error("quipu_write", quipu_write(s->registry, NULL, swallow, NULL), QUIPU_ENOMEM);
	quipu_callback_remove(s->registry, quipu_process_collector(s->registry));
	quipu_callback_remove(s->registry, quipu_jemalloc_collector(s->registry));
	quipu_callback_remove(s->registry, quipu_self_collector(s->registry));
}

void scenario_use(struct scenario *s)
{
	quipu_callback callback, collector;
	quipu_counter removed;

	if (!s->registry)
		return;
	callback = quipu_gauge_callback(s->registry, QUIPU_OPTS(.name = "o_called", .help = "x"),
					answer, NULL);
	collector = quipu_collector_add(s->registry, emit, NULL);
	removed = quipu_at(s->family, "removed");
	quipu_inc(removed);
	quipu_family_remove(s->family, "removed");
	quipu_release(removed);
	write_out(s);
	look_for_one(s);
	expect_error("quipu_registry_report",
		     quipu_registry_report(s->registry, ignore_report, NULL), QUIPU_ENOMEM);
	quipu_callback_remove(s->registry, callback);
	quipu_callback_remove(s->registry, collector);
	collect(s);
	serve(s);
}

/* --- afterwards ------------------------------------------------------------------------------- */

struct text {
	char bytes[1 << 18];
	size_t len;
};

static int keep(void *ctx, const char *data, size_t len)
{
	struct text *text = ctx;

	if (text->len + len > sizeof text->bytes)
		return 1;
	memcpy(text->bytes + text->len, data, len);
	text->len += len;
	return 0;
}

static void expect_sum(const struct qt_exposition *seen, const char *name, int made, uint64_t n)
{
	uint64_t shown = qt_sum_u64(seen, name, NULL);

	TORTURE_CHECK("P2", shown == (made ? n : 0), "%s shows %" PRIu64 " of %" PRIu64, name,
		      shown, made ? n : 0);
}

static uint64_t in_family(const struct scenario *s)
{
	uint64_t n = s->looked + s->extra;
	size_t i;

	for (i = 0; i < SCENARIO_SETS; i += 2)
		n += s->kept[i].offset ? s->steps : 0;
	return n;
}

static void check_text(const struct scenario *s, const struct qt_exposition *seen)
{
	expect_sum(seen, "o_counter_total", s->counter.offset != 0, s->steps + s->extra);
	expect_sum(seen, "o_float_total", s->floats.offset != 0, s->steps);
	expect_sum(seen, "o_updown", s->updown.offset != 0, s->steps);
	expect_sum(seen, "o_gauge", s->gauge.cell != NULL, s->steps);
	expect_sum(seen, "o_seconds_count", s->histogram.offset != 0, s->steps);
	expect_sum(seen, "o_seconds_sum", s->histogram.offset != 0, s->steps);
	expect_sum(seen, "o_native_count", s->native.offset != 0, s->steps);
	expect_sum(seen, "o_summary_count", s->summary.cells.offset != 0, s->steps);
	expect_sum(seen, "o_summary_sum", s->summary.cells.offset != 0, s->steps);
	expect_sum(seen, "o_grid_total", s->grid.first.offset != 0, s->steps);
	expect_sum(seen, "o_family_total", s->family.family != NULL, in_family(s));
	expect_sum(seen, "o_sizes_count", s->histograms.family != NULL, s->looked);
	expect_sum(seen, "o_sizes_sum", s->histograms.family != NULL, s->looked);
}

static void check_status(const struct scenario *s)
{
	const char *where = NULL;
	quipu_error error = quipu_registry_status(s->registry, &where);

	TORTURE_CHECK("M1", !s->failed || error == QUIPU_ENOMEM || error == QUIPU_ESLOTS,
		      "something could not be made and the status says %s", quipu_strerror(error));
	TORTURE_CHECK("M1", error == QUIPU_OK || (where && where[0]), "the culprit has no name");
}

void scenario_check(const struct scenario *s)
{
	static struct text text;
	struct qt_exposition *seen;
	quipu_error error;

	if (!s->registry)
		return;
	check_status(s);
	text.len = 0;
	error = quipu_write(s->registry, NULL, keep, &text);
	TORTURE_CHECK("M1", error == QUIPU_OK, "with memory again: %s", quipu_strerror(error));
	seen = qt_parse_ok(text.bytes, text.len);
	check_text(s, seen);
	qt_free(seen);
}

void scenario_end(struct scenario *s)
{
	size_t i;

	for (i = 0; i < SCENARIO_SETS; i += 2)
		quipu_release(s->kept[i]);
	quipu_release(s->counter);
	quipu_release(s->floats);
	quipu_release(s->updown);
	quipu_release(s->gauge);
	quipu_release(s->histogram);
	quipu_release(s->grid);
	quipu_registry_free(s->registry);
}
