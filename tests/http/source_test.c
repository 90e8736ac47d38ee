/* SPDX-License-Identifier: MIT */
/* source_test.c: the bytes of an answer step by step: what is compressed and what is not, how
 * time cuts the work, and how much memory it takes. */
#include "fake_scrape.h"
#include "kit.h"
#include "source.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#define MOST (256 * 1024 + 1)
#define PIECE 65536
#define FOR_EVER UINT64_MAX

struct made {
	struct qp_source *source;
	struct qp_window window;
};

static const struct qp_coding *coding(const char *name)
{
	struct qp_words field = { name, strlen(name) };

	return qp_coding_choose(&field, 1);
}

static const struct qp_coding *const *codings(void)
{
	static const struct qp_coding *all[3];
	size_t n = 0;

	if (coding("gzip"))
		all[n++] = coding("gzip");
	if (coding("zstd"))
		all[n++] = coding("zstd");
	all[n] = NULL;
	return all;
}

static struct made make(size_t body, unsigned pauses, const struct qp_coding *by)
{
	struct qp_wanted wanted = { .format = &quipu_format_text, .coding = by };
	struct fake_plan plan = fake_default_plan();
	struct made made = { 0 };

	plan.body = body;
	plan.pauses = pauses;
	fake_reset();
	fake_plan(plan);
	CHECK(qp_window_reserve(&made.window, PIECE));
	made.source = qp_source_open(fake_registry(), &wanted, 1, NULL, NULL);
	CHECK(made.source != NULL);
	return made;
}

static void unmake(struct made *made)
{
	qp_source_close(made->source);
	qp_window_free(&made->window);
	CHECK_INT(fake_facts().opened, fake_facts().closed);
}

static enum qp_progress fill(struct made *made, uint64_t until)
{
	return qp_source_fill(made->source, &made->window, MOST, until);
}

static bool is_plain(const struct qp_window *window, size_t len)
{
	if (qp_window_len(window) != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (qp_window_data(window)[i] != fake_byte(i))
			return false;
	}
	return true;
}

/* --- what is compressed ------------------------------------------------------------------ */

static void check_size(size_t body, const struct qp_coding *by, bool compressed)
{
	struct made made = make(body, 0, by);

	CHECK_INT(fill(&made, FOR_EVER), QP_PROGRESS_END);
	CHECK_INT(made.source->coding != NULL, compressed);
	CHECK_INT(is_plain(&made.window, body), !compressed);
	if (compressed)
		CHECK(qp_window_len(&made.window) > 0 && qp_window_len(&made.window) < body + 100);
	unmake(&made);
}

static void sizes(void)
{
	for (const struct qp_coding *const *by = codings(); *by; by++) {
		check_size(0, *by, false);
		check_size(1, *by, false);
		check_size(1023, *by, false);
		check_size(1024, *by, true);
		check_size(100000, *by, true);
	}
	check_size(1024, NULL, false);
	check_size(100000, NULL, false);
}

static void *no_memory(void)
{
	return NULL;
}

/* No memory for a coder: it goes out as it is, and nothing of it is lost. */
static void no_coder(void)
{
	static const struct qp_coding none = { .name = "none", .open = no_memory };

	check_size(1000, &none, false);
	check_size(1024, &none, false);
	check_size(200000, &none, false);
}

/* --- how time cuts the work -------------------------------------------------------------- */

static unsigned count_steps(struct made *made)
{
	enum qp_progress progress;
	unsigned steps = 0;

	while ((progress = fill(made, 0)) == QP_PROGRESS_LATER)
		steps++;
	CHECK_INT(progress, QP_PROGRESS_END);
	return steps;
}

/* No time at all is still one step each. */
static void no_time(void)
{
	struct made made = make(200000, 0, NULL);

	CHECK(count_steps(&made) >= 20);
	CHECK(is_plain(&made.window, 200000));
	unmake(&made);
	for (const struct qp_coding *const *by = codings(); *by; by++) {
		made = make(200000, 0, *by);
		CHECK(count_steps(&made) >= 20);
		unmake(&made);
	}
}

/* The core has cut a step in parts: that is all for this time, whatever time there is. */
static void pauses(void)
{
	struct made made = make(5000, 7, NULL);

	for (int i = 0; i < 7; i++) {
		CHECK_INT(fill(&made, FOR_EVER), QP_PROGRESS_LATER);
		CHECK_INT(qp_window_len(&made.window), 0);
	}
	CHECK_INT(fill(&made, FOR_EVER), QP_PROGRESS_END);
	CHECK(is_plain(&made.window, 5000));
	unmake(&made);
	for (const struct qp_coding *const *by = codings(); *by; by++) {
		made = make(5000, 7, *by);
		for (int i = 0; i < 7; i++)
			CHECK_INT(fill(&made, FOR_EVER), QP_PROGRESS_LATER);
		CHECK_INT(fill(&made, FOR_EVER), QP_PROGRESS_END);
		unmake(&made);
	}
}

/* --- how much memory it takes ------------------------------------------------------------ */

static size_t in_use(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

/* Of all that one scrape needs in here when its body does not fit. */
static void memory(void)
{
	for (const struct qp_coding *const *by = codings();; by++) {
		size_t before = in_use(), most = 0;
		struct made made = make(100000000, 0, *by);
		enum qp_progress progress;

		do {
			progress = fill(&made, 0);
			most = most > in_use() - before ? most : in_use() - before;
		} while (progress == QP_PROGRESS_LATER);
		CHECK_INT(progress, QP_PROGRESS_FULL);
		printf("  %s: %zu KiB\n", *by ? (*by)->name : "as it is", most / 1024);
		CHECK(most > 256 * 1024 && most < 1024 * 1024);
		unmake(&made);
		if (!*by)
			break;
	}
}

static const struct kit_case cases[] = {
	{ "sizes", sizes },   { "no_coder", no_coder }, { "no_time", no_time },
	{ "pauses", pauses }, { "memory", memory },
};
KIT_MAIN(cases)
