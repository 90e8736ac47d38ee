/* SPDX-License-Identifier: MIT */
/* scrape_test.c: pieces of any size, two snapshots at a time, and what reading back says too. */
#include "exposed.h"
#include "support/seeded.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

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

TestSuite(scrape, .init = begin, .fini = end);

static const char *const model_values[] = { "gpt", "claude", "", "quoted \"\\\n" };

/* One of everything, with values. */
static void fill(void)
{
	quipu_histogram_family histograms = quipu_histogram_family_new(
		registry, QUIPU_OPTS(.name = "h", .help = "H\nH.", .labels = QUIPU_NAMES("l")));
	quipu_counter_family counters = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "c", .help = "C.", .labels = QUIPU_NAMES("l", "m"),
				     .max_series = 3));

	for (size_t i = 0; i < N_OF(model_values); i++) {
		quipu_observe_at(histograms, (double)i / 3, model_values[i]);
		quipu_add_at(counters, i, model_values[i], "x");
		quipu_add_at(counters, i, "y", model_values[i]);
	}
	quipu_set(quipu_gauge_new(registry, QUIPU_OPTS(.name = "g", .help = "G.")), 0.1);
	quipu_dec(quipu_updown_new(registry, QUIPU_OPTS(.name = "u", .help = "U.")));
	quipu_info_new(registry, QUIPU_OPTS(.name = "i", .help = "I."),
		       (quipu_label[]){ { "v", "1" } }, 1);
	quipu_float_counter_family_new(
		registry, QUIPU_OPTS(.name = "empty", .help = "E.", .labels = QUIPU_NAMES("l")));
}

/* --- pieces ----------------------------------------------------------------------------------- */

/* Everything, in pieces of at most cap bytes; cap 0: of random size. */
static struct text read_pieces(size_t cap, struct seeded *random)
{
	static char piece[100000];
	struct text text = { calloc(1, 1), 0 };
	quipu_scrape *scrape = quipu_scrape_open(registry, NULL, NULL, NULL);
	quipu_error error = QUIPU_OK;
	size_t len, size;

	cr_assert_not_null(scrape);
	while (error == QUIPU_OK) {
		size = cap ? cap : 1 + seeded_below(random, 300);
		error = quipu_scrape_read(scrape, piece, size, &len);
		cr_assert_leq(len, size);
		cr_assert_eq(text_append(&text, piece, len), 0);
	}
	cr_expect_eq(error, QUIPU_END);
	cr_expect_eq(len, 0);
	cr_expect_eq(quipu_scrape_read(scrape, piece, 1, &len), QUIPU_END, "and stays there");
	quipu_scrape_close(scrape);
	return text;
}

Test(scrape, pieces_of_any_size)
{
	static const size_t caps[] = { 1, 2, 3, 7, 64, 1000, 65536, 100000, 0, 0, 0, 0 };
	struct seeded random = seeded_new("scrape");
	struct text whole;

	fill();
	whole = text_of(registry);
	qt_free(qt_parse_ok(whole.data, whole.len));
	for (size_t i = 0; i < N_OF(caps); i++) {
		struct text text = read_pieces(caps[i], &random);

		cr_expect(text_equal(text, whole), "pieces of %zu bytes", caps[i]);
		free(text.data);
	}
	free(whole.data);
}

Test(scrape, an_empty_registry)
{
	struct seeded random = seeded_new("empty");
	struct text text = read_pieces(10, &random);

	cr_expect_eq(text.len, 0);
	free(text.data);
}

/* The snapshot is of the moment of the first read; what comes later is in the next. */
Test(scrape, values_of_one_moment)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "f", .help = "F.", .labels = QUIPU_NAMES("l")));
	quipu_scrape *scrape;
	struct text text = { calloc(1, 1), 0 };
	char piece[1000];
	size_t len;

	quipu_inc_at(family, "a");
	quipu_inc_at(family, "b");
	quipu_inc_at(family, "c");
	scrape = quipu_scrape_open(registry, NULL, NULL, NULL);
	quipu_inc_at(family, "c");
	cr_assert_eq(quipu_scrape_read(scrape, piece, 1, &len), QUIPU_OK);
	text_append(&text, piece, len);
	quipu_inc_at(family, "a");
	quipu_inc_at(family, "c");
	quipu_inc_at(family, "d");
	cr_expect_eq(quipu_family_remove(family, "b"), 1);
	while (quipu_scrape_read(scrape, piece, sizeof piece, &len) == QUIPU_OK)
		text_append(&text, piece, len);
	cr_expect_str_eq(text.data, "# HELP f F.\n# TYPE f counter\nf{l=\"a\"} 1\nf{l=\"c\"} 2\n");
	quipu_scrape_close(scrape);
	free(text.data);
	expect_text(registry,
		    "# HELP f F.\n# TYPE f counter\nf{l=\"a\"} 2\nf{l=\"c\"} 3\nf{l=\"d\"} 1\n");
}

/* The list that a scrape walks is replaced when it is full; what is removed after that is not
 * shown either. */
Test(scrape, removed_after_the_list_was_replaced)
{
	static const char *const values[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i" };
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "f", .help = "F.", .labels = QUIPU_NAMES("l")));
	quipu_scrape *scrape = quipu_scrape_open(registry, NULL, NULL, NULL);
	struct text text = { calloc(1, 1), 0 };
	char piece[1000];
	size_t len;

	for (size_t i = 0; i < 4; i++)
		quipu_inc_at(family, values[i]);
	cr_assert_eq(quipu_scrape_read(scrape, piece, 1, &len), QUIPU_OK);
	for (size_t i = 4; i < N_OF(values); i++)
		quipu_inc_at(family, values[i]);
	cr_expect_eq(quipu_family_remove(family, "c"), 1);
	cr_expect_eq(quipu_scrape_read(scrape, piece, sizeof piece, &len), QUIPU_OK);
	text_append(&text, piece, len);
	cr_expect_str_eq(text.data, " HELP f F.\n# TYPE f counter\nf{l=\"a\"} 1\n"
				    "f{l=\"b\"} 1\nf{l=\"d\"} 1\n");
	quipu_scrape_close(scrape);
	free(text.data);
}

/* Removing, unregistering and reusing what an open scrape lists harms nobody. */
Test(scrape, outlives_what_it_lists)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "f", .help = "F.", .labels = QUIPU_NAMES("l")));
	quipu_scrape *scrape = quipu_scrape_open(registry, NULL, NULL, NULL);
	struct text text = { calloc(1, 1), 0 };
	struct qt_exposition *shown;
	char piece[64], value[8];
	size_t len;

	for (int i = 0; i < 100; i++) {
		snprintf(value, sizeof value, "%d", i);
		quipu_inc_at(family, value);
	}
	cr_assert_eq(quipu_scrape_read(scrape, piece, sizeof piece, &len), QUIPU_OK);
	text_append(&text, piece, len);
	quipu_counter_family_clear(family);
	quipu_inc_at(family, "new");
	quipu_family_unregister(family);
	quipu_counter_new(registry, QUIPU_OPTS(.name = "f", .help = "Another."));
	while (quipu_scrape_read(scrape, piece, sizeof piece, &len) == QUIPU_OK)
		text_append(&text, piece, len);
	quipu_scrape_close(scrape);
	shown = qt_parse_ok(text.data, text.len);
	cr_expect_eq(shown->n_families, 1);
	cr_expect_str_eq(shown->families[0].help, "F.");
	qt_free(shown);
	free(text.data);
	settle();
	expect_text(registry, "# HELP f Another.\n# TYPE f counter\nf 0\n");
}

/* --- reading back ----------------------------------------------------------------------------- */

#define N_SERIES 20

struct kept {
	quipu_counter counter[N_SERIES];
	quipu_float_counter float_counter[N_SERIES];
	quipu_updown updown[N_SERIES];
	quipu_gauge gauge[N_SERIES];
	quipu_histogram histogram[N_SERIES];
};

static struct kept kept;

#define KEEP(kind, letter)                                                                         \
	do {                                                                                       \
		quipu_##kind##_family family = quipu_##kind##_family_new(                          \
			registry,                                                                  \
			QUIPU_OPTS(.name = letter, .help = "K.", .labels = QUIPU_NAMES("i")));     \
                                                                                                   \
		for (int i = 0; i < N_SERIES; i++) {                                               \
			snprintf(value, sizeof value, "%d", i);                                    \
			kept.kind[i] = quipu_at(family, value);                                    \
		}                                                                                  \
	} while (0)

static void keep_some(void)
{
	char value[8];

	KEEP(counter, "c");
	KEEP(float_counter, "f");
	KEEP(updown, "u");
	KEEP(gauge, "g");
	KEEP(histogram, "h");
}

static void *record_at_random(void *ctx)
{
	struct seeded random = *(struct seeded *)ctx;

	for (int n = 0; n < 20000; n++) {
		size_t i = seeded_below(&random, N_SERIES);
		double x = (double)seeded_below(&random, 1000) / 64; /* exact in any order */

		quipu_add(kept.counter[i], seeded_below(&random, 5));
		quipu_add(kept.float_counter[i], x);
		quipu_add(kept.updown[i], (int64_t)seeded_below(&random, 9) - 5);
		quipu_add(kept.gauge[i], x - 7);
		quipu_observe(kept.histogram[i], x);
	}
	return NULL;
}

static void compare_series(const struct qt_exposition *shown, int i)
{
	quipu_histogram_value value = quipu_read(kept.histogram[i]);
	char text[8];

	snprintf(text, sizeof text, "%d", i);
	cr_expect_eq(qt_u64(shown, "c", "i", text, NULL), quipu_read(kept.counter[i]));
	cr_expect_eq(qt_value(shown, "f", "i", text, NULL), quipu_read(kept.float_counter[i]));
	cr_expect_eq(qt_value(shown, "u", "i", text, NULL), (double)quipu_read(kept.updown[i]));
	cr_expect_eq(qt_value(shown, "g", "i", text, NULL), quipu_read(kept.gauge[i]));
	cr_expect_eq(qt_u64(shown, "h_count", "i", text, NULL), value.count);
	cr_expect_eq(qt_value(shown, "h_sum", "i", text, NULL), value.sum);
}

Test(scrape, says_what_reading_back_says)
{
	struct seeded random[3] = { seeded_new("read back"), { 22 }, { 333 } };
	struct qt_exposition *shown;
	pthread_t threads[3];

	keep_some();
	for (size_t i = 0; i < N_OF(threads); i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, record_at_random, &random[i]), 0);
	for (size_t i = 0; i < N_OF(threads); i++)
		pthread_join(threads[i], NULL);
	shown = exposed(registry);
	for (int i = 0; i < N_SERIES; i++)
		compare_series(shown, i);
	cr_expect_eq(qt_sum_u64(shown, "h_count", NULL), 60000);
	qt_free(shown);
}

/* --- another format --------------------------------------------------------------------------- */

static void count_family(void *state, quipu_out *out, const quipu_family_view *family)
{
	size_t *n = state;

	++*n;
	quipu_out_write(out, family->name.data, family->name.len);
	quipu_out_write(out, "\n", 1);
}

static void count_series(void *state, quipu_out *out, const quipu_family_view *family,
			 const quipu_series_view *series)
{
	(void)out;
	(void)family;
	cr_expect_gt(*(size_t *)state, 0);
	cr_expect_eq(series->created, 0, "nobody asked");
}

Test(scrape, a_format_of_the_programs_own)
{
	const quipu_format format = { .name = "names",
				      .content_type = "text/plain",
				      .state_size = sizeof(size_t),
				      .family = count_family,
				      .series = count_series };
	struct text text = { calloc(1, 1), 0 };

	fill();
	cr_expect_eq(quipu_write(registry, &format, text_append, &text), QUIPU_OK);
	cr_expect_str_eq(text.data, "c\nempty\ng\nh\ni_info\nu\n");
	free(text.data);
}

/* --- a fork in the middle --------------------------------------------------------------------- */

static bool is_gone(quipu_scrape *scrape)
{
	char piece[64];
	size_t len;
	bool gone = quipu_scrape_read(scrape, piece, sizeof piece, &len) == QUIPU_EGONE &&
		    len == 0 && quipu_scrape_read(scrape, piece, sizeof piece, &len) == QUIPU_EGONE;

	quipu_scrape_close(scrape);
	return gone;
}

static bool is_gone_and_next_good(quipu_scrape *scrape)
{
	struct text text = { calloc(1, 1), 0 };
	bool good = is_gone(scrape) && quipu_write(registry, NULL, text_append, &text) == QUIPU_OK;

	free(text.data);
	return good;
}

static void expect_in_child(bool (*expected)(quipu_scrape *scrape), quipu_scrape *scrape)
{
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit(!expected(scrape));
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* P6. What the snapshot lists is free to go in the child: it is not walked there any more. */
Test(scrape, of_a_parent)
{
	char piece[64];
	quipu_scrape *scrape;
	size_t len;

	fill();
	scrape = quipu_scrape_open(registry, NULL, NULL, NULL);
	cr_assert_eq(quipu_scrape_read(scrape, piece, sizeof piece, &len), QUIPU_OK);
	expect_in_child(is_gone_and_next_good, scrape);
	cr_expect_eq(quipu_scrape_read(scrape, piece, sizeof piece, &len), QUIPU_OK,
		     "the parent's goes on");
	quipu_scrape_close(scrape);
}

static bool released; /* written once, by the test */

static double value_when_released(void *unused)
{
	(void)unused;
	/* acquire: pairs with the release of the test */
	while (!__atomic_load_n(&released, __ATOMIC_ACQUIRE))
		usleep(1000);
	return 1;
}

/* P6. The thread that makes the value is the parent's: the child does not wait for it. */
Test(scrape, of_a_parent_waits_for_callbacks)
{
	quipu_scrape_opts opts = { .size = sizeof opts, .timeout_seconds = 1000 };
	char piece[64];
	quipu_scrape *scrape;
	quipu_error error;
	size_t len;

	quipu_gauge_callback(registry, QUIPU_OPTS(.name = "late", .help = "L."),
			     value_when_released, NULL);
	scrape = quipu_scrape_open(registry, NULL, &opts, NULL);
	cr_assert_eq(quipu_scrape_read(scrape, piece, sizeof piece, &len), QUIPU_EAGAIN);
	expect_in_child(is_gone, scrape);
	/* release: pairs with the acquire in value_when_released */
	__atomic_store_n(&released, true, __ATOMIC_RELEASE);
	while ((error = quipu_scrape_read(scrape, piece, sizeof piece, &len)) == QUIPU_EAGAIN)
		usleep(1000);
	cr_expect_eq(error, QUIPU_OK, "the parent's goes on");
	quipu_scrape_close(scrape);
}
