/* SPDX-License-Identifier: MIT */
/* created_test.c: when series began: shown where wanted, anew when they begin anew (P3). */
#include "base/clock.h"
#include "exposed.h"

#include <stdio.h>
#include <sys/wait.h>

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

TestSuite(created, .init = begin, .fini = end);

/* --- what a scrape shows ---------------------------------------------------------------------- */

#define MAX_SERIES 16

struct shown {
	char name[16];
	double created;
};

static struct shown shown[MAX_SERIES];
static size_t n_shown;

static void note(void *state, quipu_out *out, const quipu_family_view *family,
		 const quipu_series_view *series)
{
	(void)state;
	(void)out;
	cr_assert_lt(n_shown, MAX_SERIES);
	snprintf(shown[n_shown].name, sizeof shown[0].name, "%.*s", (int)family->name.len,
		 family->name.data);
	shown[n_shown++].created = series->created;
}

static const quipu_format shows_always = { .name = "always",
					   .content_type = "text/plain",
					   .features = QUIPU_FORMAT_CREATED,
					   .series = note };
static const quipu_format shows_if_asked = { .name = "asked",
					     .content_type = "text/plain",
					     .series = note };

static void look(const quipu_format *format, int asked)
{
	quipu_scrape *scrape =
		quipu_scrape_open(registry, format, QUIPU_SCRAPE_OPTS(.created = asked), NULL);
	quipu_error error;
	char piece[64];
	size_t len;

	n_shown = 0;
	while ((error = quipu_scrape_read(scrape, piece, sizeof piece, &len)) != QUIPU_END) {
		if (error == QUIPU_EAGAIN)
			usleep(1000);
	}
	quipu_scrape_close(scrape);
}

/* Of the only series of this name, or the first. */
static double created_of(const char *name)
{
	for (size_t i = 0; i < n_shown; i++) {
		if (strcmp(shown[i].name, name) == 0)
			return shown[i].created;
	}
	cr_assert_fail("%s is not shown", name);
	return 0;
}

#define OPTS(n) QUIPU_OPTS(.name = n, .help = "H.")

static double forty_two(void *ctx)
{
	(void)ctx;
	return 42;
}

static void collect(quipu_emitter *emitter, void *ctx)
{
	(void)ctx;
	quipu_emit_family(emitter, QUIPU_KIND_COUNTER, OPTS("emitted"));
	quipu_emit_value(emitter, 1, NULL);
}

static void make_all_kinds(void)
{
	quipu_counter_new(registry, OPTS("c"));
	quipu_float_counter_new(registry, OPTS("f"));
	quipu_histogram_new(registry, OPTS("h"));
	quipu_gauge_new(registry, OPTS("g"));
	quipu_updown_new(registry, OPTS("u"));
	quipu_info_new(registry, OPTS("i"), NULL, 0);
	quipu_stateset_new(registry, QUIPU_OPTS(.name = "s", .help = "H.",
						.states = QUIPU_NAMES("on"), .n_states = 1));
	quipu_counter_callback(registry, OPTS("called"), forty_two, NULL);
	quipu_collector_add(registry, collect, NULL);
}

Test(created, of_what_grows)
{
	static const char *const growing[] = { "c", "f", "h" };
	static const char *const others[] = { "g", "u", "i_info", "s", "called", "emitted" };
	double before = qp_unix_seconds(), after;

	make_all_kinds();
	after = qp_unix_seconds();
	look(&shows_always, 0);
	cr_expect_eq(n_shown, 9);
	for (size_t i = 0; i < N_OF(growing); i++) {
		cr_expect_geq(created_of(growing[i]), before);
		cr_expect_leq(created_of(growing[i]), after);
	}
	for (size_t i = 0; i < N_OF(others); i++)
		cr_expect_eq(created_of(others[i]), 0, "%s", others[i]);
}

Test(created, only_where_wanted)
{
	make_all_kinds();
	look(&shows_if_asked, 0);
	cr_expect_eq(n_shown, 9);
	for (size_t i = 0; i < n_shown; i++)
		cr_expect_eq(shown[i].created, 0, "%s", shown[i].name);
	look(&shows_if_asked, 1);
	cr_expect_gt(created_of("h"), 1e9);
	cr_expect_eq(created_of("g"), 0);
}

/* --- beginning anew ---------------------------------------------------------------------------- */

static quipu_counter_family make_family(void)
{
	return quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "f", .help = "H.", .labels = QUIPU_NAMES("l")));
}

static double look_at_family(void)
{
	look(&shows_always, 0);
	return created_of("f");
}

Test(created, the_same_as_long_as_it_grows)
{
	quipu_counter_family family = make_family();
	double first;

	quipu_inc_at(family, "a");
	first = look_at_family();
	usleep(1000);
	quipu_inc_at(family, "a");
	cr_expect_eq(look_at_family(), first);
}

Test(created, anew_after_removal)
{
	quipu_counter_family family = make_family();
	double first, second, third, fourth;

	quipu_inc_at(family, "a");
	first = look_at_family();
	quipu_family_remove(family, "a");
	quipu_inc_at(family, "a");
	second = look_at_family();
	quipu_family_clear(family);
	quipu_inc_at(family, "a");
	third = look_at_family();
	quipu_family_unregister(family);
	family = make_family();
	quipu_inc_at(family, "a");
	fourth = look_at_family();
	cr_expect_lt(first, second);
	cr_expect_lt(second, third);
	cr_expect_lt(third, fourth);
}

/* --- fork ---------------------------------------------------------------------------------------- */

/* In a child: what was there begins with the fork, at zero; what is made here, when it is made. */
static int look_in_child(double first, double before_fork)
{
	double inherited, own;

	look(&shows_always, 0);
	inherited = created_of("c");
	usleep(1000);
	quipu_counter_new(registry, OPTS("own"));
	look(&shows_always, 0);
	own = created_of("own");
	if (inherited <= first || inherited < before_fork || inherited > qp_unix_seconds())
		return 1;
	if (created_of("c") != inherited)
		return 2;
	return own > inherited ? 0 : 3;
}

static int status_of(pid_t child)
{
	int status = -1;

	cr_assert_eq(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

Test(created, in_a_forked_child)
{
	double first, before_fork;
	pid_t child;

	quipu_inc(quipu_counter_new(registry, OPTS("c")));
	look(&shows_always, 0);
	first = created_of("c");
	usleep(1000);
	before_fork = qp_unix_seconds();
	child = fork();
	if (child == 0)
		_exit(look_in_child(first, before_fork));
	cr_expect_eq(status_of(child), 0);
	look(&shows_always, 0);
	cr_expect_eq(created_of("c"), first, "the parent's go on");
}
