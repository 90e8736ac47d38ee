/* SPDX-License-Identifier: MIT */
/* filter_test.c: scrapes of the families that were asked for by name. */
#include "exposed.h"

static quipu_registry *registry;

static double forty_two(void *ctx)
{
	(void)ctx;
	return 42;
}

static void collect(quipu_emitter *emitter, void *ctx)
{
	(void)ctx;
	quipu_emit_family(emitter, QUIPU_KIND_GAUGE, QUIPU_OPTS(.name = "col.a", .help = "H."));
	quipu_emit_value(emitter, 1, NULL);
	quipu_emit_family(emitter, QUIPU_KIND_GAUGE, QUIPU_OPTS(.name = "col_z", .help = "H."));
	quipu_emit_value(emitter, 2, NULL);
}

#define OPTS(n) QUIPU_OPTS(.name = n, .help = "H.")

static void begin(void)
{
	registry = quipu_registry_new(QUIPU_REGISTRY_OPTS(.prefix = "p_"));
	quipu_counter_new(registry, OPTS("c_total"));
	quipu_gauge_new(registry, OPTS("g"));
	quipu_gauge_new(registry, OPTS("odd.one"));
	quipu_gauge_callback(registry, OPTS("back"), forty_two, NULL);
	quipu_collector_add(registry, collect, NULL);
	quipu_histogram_new(registry, OPTS("h"));
	quipu_info_new(registry, OPTS("i"), NULL, 0);
}

static void end(void)
{
	expect_no_error(registry);
	quipu_registry_free(registry);
}

TestSuite(filter, .init = begin, .fini = end);

static void show(void *state, quipu_out *out, const quipu_family_view *family)
{
	(void)state;
	quipu_out_write(out, family->name.data, family->name.len);
	quipu_out_write(out, " ", 1);
}

static void show_series(void *state, quipu_out *out, const quipu_family_view *family,
			const quipu_series_view *series)
{
	(void)state;
	(void)family;
	(void)series;
	quipu_out_write(out, "1 ", 2);
}

static const quipu_format names_only = {
	.name = "names", .content_type = "text/plain", .family = show, .series = show_series
};

static void expect_families(const quipu_scrape_opts *opts, const char *expected)
{
	quipu_scrape *scrape = quipu_scrape_open(registry, &names_only, opts, NULL);
	struct text text = { calloc(1, 1), 0 };
	quipu_error error;
	char piece[64];
	size_t len;

	while ((error = quipu_scrape_read(scrape, piece, sizeof piece, &len)) != QUIPU_END) {
		text_append(&text, piece, len);
		if (error == QUIPU_EAGAIN)
			usleep(1000);
	}
	quipu_scrape_close(scrape);
	cr_expect_str_eq(text.data, expected);
	free(text.data);
}

#define ASKED(...)                                                                                 \
	.names = (const char *const[]){ __VA_ARGS__ },                                             \
	.n_names = N_OF(((const char *const[]){ __VA_ARGS__ }))
#define WITH(...) QUIPU_SCRAPE_OPTS(__VA_ARGS__)

#define ALL "p_back 1 p_c_total 1 p_col_a 1 p_col_z 1 p_g 1 p_h 1 p_i_info 1 p_odd_one 1 "

Test(filter, no_names_mean_all)
{
	static const char *const none[] = { "x" };

	expect_families(NULL, ALL);
	expect_families(WITH(.names = none, .n_names = 0), ALL);
	expect_families(WITH(.names = NULL, .n_names = 3), ALL);
}

Test(filter, by_registered_name)
{
	expect_families(WITH(ASKED("p_g")), "p_g 1 ");
	expect_families(WITH(ASKED("p_back")), "p_back 1 ");
	expect_families(WITH(ASKED("p_col_z")), "p_col_z 1 ");
	expect_families(WITH(ASKED("p_col.a", "p_odd.one")), "p_col_a 1 p_odd_one 1 ");
	expect_families(WITH(ASKED("p_c_total", "p_g", "p_g", "p_h")), "p_c_total 1 p_g 1 p_h 1 ");
}

Test(filter, by_what_is_shown)
{
	expect_families(WITH(ASKED("p_c")), "p_c_total 1 ");
	expect_families(WITH(ASKED("p_i")), "p_i_info 1 ");
	expect_families(WITH(ASKED("p_h_bucket")), "p_h 1 ");
	expect_families(WITH(ASKED("p_odd_one")), "p_odd_one 1 ");
	expect_families(WITH(ASKED("p_col_a")), "p_col_a 1 ");
	expect_families(WITH(.escaping = QUIPU_ESCAPE_DOTS, ASKED("p__odd_dot_one")),
			"p__odd_dot_one 1 ");
	expect_families(WITH(.escaping = QUIPU_ESCAPE_VALUES, ASKED("U__p__col_2e_a")),
			"U__p__col_2e_a 1 ");
	expect_families(WITH(.escaping = QUIPU_ESCAPE_VALUES, ASKED("p_odd_one", "p_odd.one")),
			"U__p__odd_2e_one 1 ");
}

Test(filter, unknown_names_give_nothing)
{
	expect_families(WITH(ASKED("g")), "");
	expect_families(WITH(ASKED("")), "");
	expect_families(WITH(ASKED(NULL)), "");
	expect_families(WITH(ASKED("p_gg", "p_")), "");
	expect_families(WITH(ASKED(NULL, "p_g")), "p_g 1 ");
	expect_families(WITH(ASKED("p_odd_dot_one")), "");
}

/* The caller's strings may go once the scrape is open. */
Test(filter, names_are_copied)
{
	char name[] = "p_g";
	const char *names[] = { name };
	quipu_scrape *scrape =
		quipu_scrape_open(registry, &names_only, WITH(.names = names, .n_names = 1), NULL);
	quipu_error error;
	char piece[64];
	size_t len, all = 0;

	name[2] = 'h';
	names[0] = NULL;
	do {
		error = quipu_scrape_read(scrape, piece + all, sizeof piece - all, &len);
		all += len;
		if (error == QUIPU_EAGAIN)
			usleep(1000);
	} while (error != QUIPU_END);
	quipu_scrape_close(scrape);
	cr_expect_eq(all, 6);
	cr_expect_eq(memcmp(piece, "p_g 1 ", 6), 0);
}
