/* SPDX-License-Identifier: MIT */
/* everything.c: see everything.h. */
#include "everything.h"

#include "torture.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_FORMATS 16

static const double gauges[] = { 0.1,	  -1.5,	    1e300, 5e-324,
				 DBL_MIN, DBL_MAX,  1e21,  123456.7,
				 NAN,	  INFINITY, -0.0,  1234567.0,
				 -1e-300, 1e-5,	    1e15,  0.3333333333333333 };
#define GAUGES (sizeof gauges / sizeof *gauges)

static const double exact[] = { 0.25, 0.5, 1, 2.75, 1024, 0.0078125, 65536.5 };
#define EXACT (sizeof exact / sizeof *exact)

struct made {
	quipu_counter counter;
	quipu_float_counter real;
	quipu_updown updown;
	quipu_gauge_family gauge;
	quipu_histogram classic, native;
	quipu_summary summary;
	quipu_counter_grid grid;
	quipu_stateset state;
};

static void *record(void *arg)
{
	const struct made *made = arg;
	size_t i;

	quipu_add(made->counter, UINT64_C(1) << 53);
	quipu_dec(made->updown);
	quipu_inc(quipu_grid_at(made->grid, 1));
	for (i = 0; i < EXACT; i++) {
		quipu_add(made->real, exact[i]);
		quipu_observe(made->classic, exact[i]);
		quipu_observe(made->native, exact[i]);
		quipu_observe(made->summary, exact[i]);
	}
	return NULL;
}

static void collect(quipu_emitter *emitter, void *ctx)
{
	static const double bounds[] = { 0.1, 2.5, 1e9 };
	static const uint64_t counts[] = { 1, 2, 3, 4 };

	(void)ctx;
	quipu_emit_family(emitter, QUIPU_KIND_FLOAT_COUNTER,
			  QUIPU_OPTS(.name = "all_collected_total", .help = "Collected."));
	quipu_emit_value(emitter, 0.1, NULL);
	quipu_emit_family(emitter, QUIPU_KIND_HISTOGRAM,
			  QUIPU_OPTS(.name = "all_collected_sizes", .help = "Collected.",
				     .bounds = bounds, .n_bounds = 3));
	quipu_emit_histogram(emitter, counts, 12345.675, NULL);
}

static double answer(void *ctx)
{
	(void)ctx;
	return 1e-7;
}

static void make(quipu_registry *in, struct made *made)
{
	static const double bounds[] = { 1e-9, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 1e3, 1e6, 1e23 };
	static const char *const values[] = { "a", "b,c" };
	static const char *const states[] = { "on", "off" };
	static const quipu_axis axis = { "axis", values, 2 };

	made->counter = quipu_counter_new(in, QUIPU_OPTS(.name = "all_total", .help = "C."));
	made->real =
		quipu_float_counter_new(in, QUIPU_OPTS(.name = "all_real_total", .help = "F."));
	made->updown = quipu_updown_new(in, QUIPU_OPTS(.name = "all.updown", .help = "U."));
	made->gauge = quipu_gauge_family_new(
		in, QUIPU_OPTS(.name = "all_gauge", .help = "G.", .labels = QUIPU_NAMES("i")));
	made->classic = quipu_histogram_new(in, QUIPU_OPTS(.name = "all_seconds", .help = "H.",
							   .bounds = bounds, .n_bounds = 10));
	made->native = quipu_histogram_new(in, QUIPU_OPTS(.name = "all_native", .help = "N.",
							  .native_factor = 1.1, .exemplars = 1));
	made->summary = quipu_summary_new(in, QUIPU_OPTS(.name = "all_summary", .help = "S."));
	made->grid = quipu_counter_grid_new(
		in, QUIPU_OPTS(.name = "all_grid_total", .help = "G.", .axes = &axis, .n_axes = 1));
	made->state = quipu_stateset_new(
		in, QUIPU_OPTS(.name = "all_state", .help = "S.", .states = states, .n_states = 2));
	quipu_gauge_callback(in, QUIPU_OPTS(.name = "all_called", .help = "C."), answer, NULL);
	quipu_collector_add(in, collect, NULL);
}

quipu_registry *everything_new(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	struct made made;
	pthread_t thread;
	char name[2] = "a";
	size_t i;

	make(registry, &made);
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
	for (i = 0; i < GAUGES; i++, name[0]++)
		quipu_set_at(made.gauge, gauges[i], name);
	record(&made);
	thread = torture_spawn(record, &made);
	torture_join(thread);
	quipu_select(made.state, 1);
	return registry;
}

/* --- bytes ------------------------------------------------------------------------------------- */

static int append(void *ctx, const char *data, size_t len)
{
	struct bytes *to = ctx;

	if (to->len + len > to->cap) {
		to->cap = 2 * (to->len + len);
		to->data = realloc(to->data, to->cap);
		if (!to->data)
			torture_broken("out of memory");
	}
	memcpy(to->data + to->len, data, len);
	to->len += len;
	return 0;
}

void everything_write(quipu_registry *registry, const quipu_format *format, struct bytes *to)
{
	quipu_error error;

	to->len = 0;
	error = quipu_write_with(
		registry, format,
		QUIPU_SCRAPE_OPTS(.timeout_seconds = 60, .escaping = QUIPU_ESCAPE_NONE), append,
		to);
	TORTURE_CHECK("P7", error == QUIPU_OK, "%s: %s", format->name, quipu_strerror(error));
}

struct references {
	struct bytes of[MOST_FORMATS];
};

struct references *everything_keep(quipu_registry *registry)
{
	struct references *references = calloc(1, sizeof *references);
	const quipu_format *const *formats = quipu_formats();
	size_t i;

	if (!references)
		torture_broken("out of memory");
	for (i = 0; formats[i] && i < MOST_FORMATS; i++)
		everything_write(registry, formats[i], &references->of[i]);
	return references;
}

const char *everything_differs(const struct references *references, quipu_registry *registry,
			       int same)
{
	const quipu_format *const *formats = quipu_formats();
	struct bytes now = { 0 };
	const char *differs = NULL;
	size_t i;

	for (i = 0; formats[i] && i < MOST_FORMATS && !differs; i++) {
		if (!same &&
		    (formats[i] == &quipu_format_protobuf || formats[i] == &quipu_format_json))
			continue;
		everything_write(registry, formats[i], &now);
		if (now.len != references->of[i].len ||
		    memcmp(now.data, references->of[i].data, now.len) != 0)
			differs = formats[i]->name;
	}
	free(now.data);
	return differs;
}

void everything_forget(struct references *references)
{
	size_t i;

	for (i = 0; i < MOST_FORMATS; i++)
		free(references->of[i].data);
	free(references);
}
