/* SPDX-License-Identifier: MIT */
/*
 * claims_test.c: which families would show a name in common: by a table for humans, and against
 * a plain list of all names that every format and scheme shows.
 */
#include "claims.h"

#include "base/alloc.h"
#include "exposed.h"
#include "support/scale.h"
#include "support/seeded.h"

#include <stdio.h>

/* --- one family against one ---------------------------------------------------------------- */

static bool clash(quipu_kind a_kind, const char *a, quipu_kind b_kind, const char *b,
		  struct qp_clash *found)
{
	struct qp_claims claims = { NULL, 0, 0 };
	struct qp_shown *shown;
	bool clashes;

	cr_assert(qp_shown_make(&shown, (quipu_str){ a, strlen(a) }, NULL, 0));
	cr_assert(qp_claims_reserve(&claims));
	qp_claims_add(&claims, a_kind, a, shown);
	clashes = qp_claims_find(&claims, b_kind, b, found);
	qp_claims_drop(&claims, a_kind, a, shown);
	cr_expect_eq(claims.n, 0);
	qp_claims_free(&claims);
	qp_free(shown);
	return clashes;
}

struct pair {
	quipu_kind a_kind;
	const char *a;
	quipu_kind b_kind;
	const char *b;
	const char *shown; /* by both; NULL: no clash */
};

#define COUNTER QUIPU_KIND_COUNTER
#define FLOAT QUIPU_KIND_FLOAT_COUNTER
#define UPDOWN QUIPU_KIND_UPDOWN
#define GAUGE QUIPU_KIND_GAUGE
#define HISTOGRAM QUIPU_KIND_HISTOGRAM
#define STATESET QUIPU_KIND_STATESET
#define INFO QUIPU_KIND_INFO
#define UNKNOWN QUIPU_KIND_UNKNOWN
#define SUMMARY QUIPU_KIND_SUMMARY

static const struct pair pairs[] = {
	{ GAUGE, "a", GAUGE, "a", "a" },
	{ GAUGE, "a", GAUGE, "b", NULL },
	/* OpenMetrics takes _total off and puts it on */
	{ COUNTER, "a_total", GAUGE, "a", "a" },
	{ COUNTER, "a_total", COUNTER, "a", "a" },
	{ FLOAT, "a", COUNTER, "a_total", "a" },
	{ COUNTER, "a", GAUGE, "a_total", "a_total" },
	{ COUNTER, "a_total", HISTOGRAM, "a", "a" },
	{ COUNTER, "a_total", GAUGE, "a_created", "a_created" },
	{ COUNTER, "a", UPDOWN, "a_created", "a_created" },
	{ COUNTER, "a_total", GAUGE, "a_total_created", NULL },
	{ GAUGE, "a_total", GAUGE, "a", NULL },
	{ COUNTER, "_total", GAUGE, "total", NULL },
	/* samples */
	{ HISTOGRAM, "a", GAUGE, "a_bucket", "a_bucket" },
	{ HISTOGRAM, "a", COUNTER, "a_sum", "a_sum" },
	{ HISTOGRAM, "a", COUNTER, "a_sum_total", "a_sum" },
	{ HISTOGRAM, "a", STATESET, "a_count", "a_count" },
	{ HISTOGRAM, "a", UNKNOWN, "a_created", "a_created" },
	{ HISTOGRAM, "a", GAUGE, "a_total", NULL },
	{ HISTOGRAM, "a", GAUGE, "a_counts", NULL },
	{ HISTOGRAM, "a", HISTOGRAM, "a_count", "a_count" },
	{ SUMMARY, "a", GAUGE, "a_sum", "a_sum" },
	{ SUMMARY, "a", GAUGE, "a_count", "a_count" },
	{ SUMMARY, "a", GAUGE, "a_created", "a_created" },
	{ SUMMARY, "a", GAUGE, "a_bucket", NULL },
	{ GAUGE, "a", GAUGE, "a_count", NULL },
	{ INFO, "a_info", GAUGE, "a", "a" },
	{ INFO, "a_info", GAUGE, "a_info", "a_info" },
	{ INFO, "a_info", COUNTER, "a_total", "a" },
	{ GAUGE, "a_info", GAUGE, "a", NULL },
	/* underscores */
	{ GAUGE, "a.b", GAUGE, "a_b", "a_b" },
	{ GAUGE, "a.b", GAUGE, "a-b", "a_b" },
	{ GAUGE, "9a", GAUGE, "_a", "_a" },
	{ GAUGE, "\303\251", GAUGE, "_", "_" },
	{ HISTOGRAM, "a.b", GAUGE, "a_b_sum", "a_b_sum" },
	{ HISTOGRAM, "a_b", GAUGE, "a.b.sum", "a_b_sum" },
	{ COUNTER, "a.total", GAUGE, "a", "a" },
	{ COUNTER, "a.b_total", GAUGE, "a_b", "a_b" },
	{ COUNTER, "a.b_total", GAUGE, "a.b", "a_b" },
	/* dots */
	{ GAUGE, "a.b", GAUGE, "a_dot_b", "a_dot_b" },
	{ GAUGE, "a-b", GAUGE, "a__b", "a__b" },
	{ COUNTER, "a.b_total", GAUGE, "a_dot_b__total", "a_dot_b__total" },
	{ COUNTER, "a.b_total", GAUGE, "a_dot_b_", "a_dot_b_" },
	{ GAUGE, "a.b", GAUGE, "a_dot__b", NULL },
	/* values */
	{ GAUGE, "a.b", GAUGE, "U__a_2e_b", "U__a_2e_b" },
	{ HISTOGRAM, "a.b", GAUGE, "U__a_2e_b_count", "U__a_2e_b_count" },
	{ GAUGE, "a.b", GAUGE, "U__a_2E_b", NULL },
	/* plain names stay as they are: no scheme makes these one */
	{ GAUGE, "a_b", GAUGE, "a__b", NULL },
	{ GAUGE, "a_b", GAUGE, "U__a__b", NULL },
	{ GAUGE, "a:b", GAUGE, "a_b", NULL },
	{ GAUGE, "a.b:c", GAUGE, "a_b:c", "a_b:c" },
	/* under different schemes these would meet; no scrape has two */
	{ GAUGE, "a.b", GAUGE, "a.dot.b", NULL },
};

Test(claims, pairs)
{
	for (size_t i = 0; i < N_OF(pairs); i++) {
		const struct pair *pair = &pairs[i];
		struct qp_clash found = { "", "" };

		cr_expect_eq(clash(pair->a_kind, pair->a, pair->b_kind, pair->b, &found),
			     pair->shown != NULL, "%s, %s", pair->a, pair->b);
		cr_expect_str_eq(found.shown, pair->shown ? pair->shown : "", "%s, %s", pair->a,
				 pair->b);
		cr_expect_str_eq(found.family, pair->shown ? pair->a : "");
		cr_expect_eq(clash(pair->b_kind, pair->b, pair->a_kind, pair->a, &found),
			     pair->shown != NULL, "%s, %s", pair->b, pair->a);
	}
}

/* --- many against one, by brute force -------------------------------------------------------- */

#define MAX_NAMES 6

struct names {
	char list[MAX_NAMES][200];
	size_t n;
};

static void note(struct names *names, const char *name, int len, const char *end)
{
	snprintf(names->list[names->n++], sizeof names->list[0], "%.*s%s", len, name, end);
}

static void note_samples(struct names *names, quipu_kind kind, const char *name, int len)
{
	if (kind == HISTOGRAM)
		note(names, name, len, "_bucket");
	if (kind == HISTOGRAM || kind == SUMMARY) {
		note(names, name, len, "_sum");
		note(names, name, len, "_count");
	}
	if (kind == HISTOGRAM || kind == SUMMARY || kind == COUNTER)
		note(names, name, len, "_created");
	if (kind == COUNTER)
		note(names, name, len, "_total");
}

static int without(const char *name, int len, const char *end)
{
	int n = (int)strlen(end);

	return len > n && memcmp(name + len - n, end, (size_t)n) == 0 ? len - n : len;
}

/* All names that a family of this kind is shown under in any format, by one scheme. */
static struct names names_of(quipu_kind kind, const char *name, quipu_escaping scheme)
{
	char text[150];
	int len = (int)qp_escape_shown(text, (quipu_str){ name, strlen(name) }, scheme,
				       QP_METRIC_NAME);
	struct names names = { .n = 0 };

	note(&names, text, len, "");
	if (kind == COUNTER)
		len = without(text, len, "_total");
	if (kind == INFO)
		len = without(text, len, "_info");
	note(&names, text, len, "");
	note_samples(&names, kind, text, len);
	return names;
}

static bool have_common(const struct names *a, const struct names *b)
{
	for (size_t i = 0; i < a->n; i++) {
		for (size_t j = 0; j < b->n; j++) {
			if (strcmp(a->list[i], b->list[j]) == 0)
				return true;
		}
	}
	return false;
}

struct family {
	quipu_kind kind;
	char name[24];
	struct qp_shown *shown;
	bool used;
};

static bool truly_clash(const struct family *a, const struct family *b)
{
	for (int scheme = 0; scheme <= QUIPU_ESCAPE_NONE; scheme++) {
		struct names of_a = names_of(a->kind, a->name, (quipu_escaping)scheme);
		struct names of_b = names_of(b->kind, b->name, (quipu_escaping)scheme);

		if (have_common(&of_a, &of_b))
			return true;
	}
	return false;
}

static void draw(struct seeded *random, struct family *family)
{
	static const char *const parts[] = { "a",	  "b",	      ".",	 "_",	   "-",
					     "_sum",	  "_total",   "_dot_",	 "_count", "_info",
					     "U__a_2e_b", "\303\251", "_created" };
	static const quipu_kind kinds[] = { COUNTER, GAUGE, HISTOGRAM, INFO, SUMMARY };
	size_t n = 1 + seeded_below(random, 3);

	family->kind = kinds[seeded_below(random, N_OF(kinds))];
	family->name[0] = '\0';
	while (n-- && strlen(family->name) < 12)
		strcat(family->name, parts[seeded_below(random, N_OF(parts))]);
	if (family->kind == INFO)
		strcat(family->name, "_info");
}

static bool clashes_with_any(const struct family *families, size_t n, const struct family *one)
{
	for (size_t i = 0; i < n; i++) {
		if (families[i].used && truly_clash(&families[i], one))
			return true;
	}
	return false;
}

static void drop(struct qp_claims *claims, struct family *family)
{
	qp_claims_drop(claims, family->kind, family->name, family->shown);
	qp_free(family->shown);
	family->used = false;
}

static void try_to_add(struct qp_claims *claims, struct family *families, size_t n,
		       const struct family *one, struct family *place)
{
	struct qp_clash found;
	bool clashes = qp_claims_find(claims, one->kind, one->name, &found);

	cr_assert_eq(clashes, clashes_with_any(families, n, one), "%s %d", one->name,
		     (int)one->kind);
	if (clashes)
		return;
	if (place->used)
		drop(claims, place);
	*place = *one;
	place->used = true;
	cr_assert(qp_claims_reserve(claims));
	cr_assert(qp_shown_make(&place->shown, (quipu_str){ place->name, strlen(place->name) },
				NULL, 0));
	qp_claims_add(claims, place->kind, place->name, place->shown);
}

Test(claims, says_what_a_list_of_all_names_says)
{
	struct seeded random = seeded_new("claims");
	struct qp_claims claims = { NULL, 0, 0 };
	static struct family families[30];

	for (uint64_t i = qt_scaled_count(20000); i > 0; i--) {
		struct family one = { .used = true };

		draw(&random, &one);
		try_to_add(&claims, families, N_OF(families), &one,
			   &families[seeded_below(&random, N_OF(families))]);
	}
	for (size_t i = 0; i < N_OF(families); i++) {
		if (families[i].used)
			drop(&claims, &families[i]);
	}
	cr_expect_eq(claims.n, 0);
	qp_claims_free(&claims);
}

/* --- asked for by name ---------------------------------------------------------------------- */

static bool is(quipu_kind kind, const char *shown, const char *asked)
{
	return qp_claims_is(kind, (quipu_str){ shown, strlen(shown) }, asked);
}

Test(claims, names_of_one_family)
{
	cr_expect(is(COUNTER, "a_total", "a_total"));
	cr_expect(is(COUNTER, "a_total", "a"));
	cr_expect(is(COUNTER, "a_total", "a_created"));
	cr_expect(is(COUNTER, "a", "a_total"));
	cr_expect(is(HISTOGRAM, "h", "h_bucket"));
	cr_expect(is(HISTOGRAM, "h", "h"));
	cr_expect(is(INFO, "i_info", "i"));
	cr_expect(is(INFO, "i_info", "i_info"));
	cr_expect_not(is(GAUGE, "a_total", "a"));
	cr_expect_not(is(GAUGE, "a", "a_total"));
	cr_expect_not(is(COUNTER, "a_total", "a_total_total"));
	cr_expect_not(is(COUNTER, "a_total", "a_"));
	cr_expect_not(is(HISTOGRAM, "h", "h_total"));
	cr_expect_not(is(HISTOGRAM, "h", ""));
	cr_expect_not(is(HISTOGRAM, "h", "hh"));
}
