/* SPDX-License-Identifier: MIT */
/* claims.c: see claims.h. */
#include "claims.h"

#include "base/alloc.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define ANY_SCHEME (-1)
#define N_ROOTS 4 /* of a name that is not plain: as it is, and under each scheme */

/* --- endings -------------------------------------------------------------------------------- */

#define TOTAL 1u
#define CREATED 2u
#define INFO 4u
#define BUCKET 8u
#define COUNT 16u
#define SUM 32u

static const quipu_str endings[] = { { "_total", 6 },  { "_created", 8 }, { "_info", 5 },
				     { "_bucket", 7 }, { "_count", 6 },	  { "_sum", 4 } };

#define N_ENDINGS (sizeof endings / sizeof endings[0])

/* What is shown beside the root itself: bit i is ending i. */
static const unsigned endings_of[] = {
	[QUIPU_KIND_COUNTER] = TOTAL | CREATED,
	[QUIPU_KIND_FLOAT_COUNTER] = TOTAL | CREATED,
	[QUIPU_KIND_UPDOWN] = 0,
	[QUIPU_KIND_GAUGE] = 0,
	[QUIPU_KIND_HISTOGRAM] = BUCKET | COUNT | SUM | CREATED,
	[QUIPU_KIND_STATESET] = 0,
	[QUIPU_KIND_INFO] = INFO,
	[QUIPU_KIND_UNKNOWN] = 0,
	[QUIPU_KIND_SUMMARY] = COUNT | SUM | CREATED,
};

static bool ends_in(quipu_str name, quipu_str end)
{
	return name.len > end.len && memcmp(name.data + name.len - end.len, end.data, end.len) == 0;
}

/* The name without the ending that OpenMetrics takes off: counters' _total, infos' _info. */
static quipu_str root_of(quipu_kind kind, quipu_str name)
{
	size_t i;

	for (i = 0; i < N_ENDINGS; i++) {
		if ((1u << i & endings_of[kind] & (TOTAL | INFO)) && ends_in(name, endings[i]))
			name.len -= endings[i].len;
	}
	return name;
}

bool qp_claims_is(quipu_kind kind, quipu_str shown, const char *asked)
{
	quipu_str root = root_of(kind, shown);
	size_t len = strlen(asked), i;

	if (len < root.len || memcmp(asked, root.data, root.len) != 0)
		return false;
	for (i = 0; i < N_ENDINGS; i++) {
		if ((1u << i & endings_of[kind]) && strcmp(asked + root.len, endings[i].data) == 0)
			return true;
	}
	return len == root.len;
}

/* --- the list ---------------------------------------------------------------------------------- */

static int compare(quipu_str a, quipu_str b)
{
	int order = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);

	return order ? order : a.len < b.len ? -1 : a.len > b.len;
}

/* The first entry whose root is not before this one. */
static size_t lower_bound(const struct qp_claims *claims, quipu_str root)
{
	size_t low = 0, high = claims->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(claims->list[middle].root, root) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool qp_claims_reserve(struct qp_claims *claims)
{
	size_t capacity = claims->capacity ? claims->capacity * 2 : 16;
	struct qp_claim *list;

	if (claims->n + N_ROOTS <= claims->capacity)
		return true;
	list = qp_realloc(claims->list, capacity * sizeof list[0]);
	if (!list)
		return false;
	claims->list = list;
	claims->capacity = capacity;
	return true;
}

void qp_claims_free(struct qp_claims *claims)
{
	qp_free(claims->list);
	*claims = (struct qp_claims){ NULL, 0, 0 };
}

static void insert(struct qp_claims *claims, const struct qp_claim *claim)
{
	size_t at = lower_bound(claims, claim->root);

	memmove(&claims->list[at + 1], &claims->list[at],
		(claims->n - at) * sizeof claims->list[0]);
	claims->list[at] = *claim;
	claims->n++;
}

static void take_out(struct qp_claims *claims, const struct qp_claim *claim)
{
	size_t at = lower_bound(claims, claim->root);

	while (at < claims->n && claims->list[at].family != claim->family)
		at++;
	if (at == claims->n)
		return;
	claims->n--;
	memmove(&claims->list[at], &claims->list[at + 1],
		(claims->n - at) * sizeof claims->list[0]);
}

/* What a family claims: entries into made, and how many. */
static size_t claims_of(struct qp_claim made[N_ROOTS], quipu_kind kind, const char *name,
			const struct qp_shown *shown)
{
	const quipu_str whole = { name, strlen(name) };
	const bool plain = qp_name_plain(whole, QP_METRIC_NAME);
	const size_t n = plain ? 1 : N_ROOTS;
	size_t i;

	for (i = 0; i < n; i++) {
		quipu_escaping scheme = plain ? QUIPU_ESCAPE_NONE : (quipu_escaping)i;
		quipu_str root = root_of(kind, qp_shown_name(shown, scheme, whole));

		made[i] = (struct qp_claim){ root, plain ? ANY_SCHEME : (int)i, kind, name };
	}
	return n;
}

void qp_claims_add(struct qp_claims *claims, quipu_kind kind, const char *name,
		   const struct qp_shown *shown)
{
	struct qp_claim made[N_ROOTS];
	size_t n = claims_of(made, kind, name, shown), i;

	for (i = 0; i < n; i++)
		insert(claims, &made[i]);
}

void qp_claims_drop(struct qp_claims *claims, quipu_kind kind, const char *name,
		    const struct qp_shown *shown)
{
	struct qp_claim made[N_ROOTS];
	size_t n = claims_of(made, kind, name, shown), i;

	for (i = 0; i < n; i++)
		take_out(claims, &made[i]);
}

/* --- clashes ------------------------------------------------------------------------------------ */

/* Who claims this root under the scheme; if any of the endings is given, with one of them. */
static const struct qp_claim *look_up(const struct qp_claims *claims, quipu_str root, int scheme,
				      unsigned with)
{
	size_t at = lower_bound(claims, root);

	for (; at < claims->n && compare(claims->list[at].root, root) == 0; at++) {
		const struct qp_claim *claim = &claims->list[at];

		if (scheme != ANY_SCHEME && claim->scheme != ANY_SCHEME && claim->scheme != scheme)
			continue;
		if (!with || (endings_of[claim->kind] & with))
			return claim;
	}
	return NULL;
}

/* root is another's with an ending: a gauge h_sum, where h is a histogram. */
static const struct qp_claim *whose_sample(const struct qp_claims *claims, quipu_str root,
					   int scheme)
{
	const struct qp_claim *claim = NULL;
	size_t i;

	for (i = 0; i < N_ENDINGS && !claim; i++) {
		quipu_str shorter = { root.data, root.len - endings[i].len };

		if (ends_in(root, endings[i]))
			claim = look_up(claims, shorter, scheme, 1u << i);
	}
	return claim;
}

/* Another's root is this one with an ending. There is room for that behind root, and *shown is
 * what it came to. */
static const struct qp_claim *whose_name(const struct qp_claims *claims, char *root, size_t len,
					 quipu_kind kind, int scheme, quipu_str *shown)
{
	const struct qp_claim *claim = NULL;
	size_t i;

	for (i = 0; i < N_ENDINGS && !claim; i++) {
		if (!(1u << i & endings_of[kind]))
			continue;
		memcpy(root + len, endings[i].data, endings[i].len);
		*shown = (quipu_str){ root, len + endings[i].len };
		claim = look_up(claims, *shown, scheme, 0);
	}
	return claim;
}

static bool find_shown(const struct qp_claims *claims, quipu_kind kind, char *name, size_t len,
		       int scheme, struct qp_clash *clash)
{
	quipu_str shown = root_of(kind, (quipu_str){ name, len });
	const size_t root_len = shown.len;
	const struct qp_claim *claim = look_up(claims, shown, scheme, 0);

	if (!claim)
		claim = whose_sample(claims, shown, scheme);
	if (!claim)
		claim = whose_name(claims, name, root_len, kind, scheme, &shown);
	if (!claim)
		return false;
	clash->family = claim->family;
	snprintf(clash->shown, sizeof clash->shown, "%.*s", (int)shown.len, shown.data);
	return true;
}

bool qp_claims_find(const struct qp_claims *claims, quipu_kind kind, const char *name,
		    struct qp_clash *clash)
{
	const quipu_str whole = { name, strlen(name) };
	char shown[QP_ESCAPED_MAX(QP_NAME_MAX) + 16]; /* and an ending */
	int scheme;

	if (qp_name_plain(whole, QP_METRIC_NAME)) {
		memcpy(shown, name, whole.len);
		return find_shown(claims, kind, shown, whole.len, ANY_SCHEME, clash);
	}
	for (scheme = 0; scheme < N_ROOTS; scheme++) {
		size_t len = qp_escape_shown(shown, whole, (quipu_escaping)scheme, QP_METRIC_NAME);

		if (find_shown(claims, kind, shown, len, scheme, clash))
			return true;
	}
	return false;
}
