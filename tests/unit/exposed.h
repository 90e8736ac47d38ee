/* SPDX-License-Identifier: MIT */
/*
 * exposed.h: what unit tests ask again and again: what does a registry show, what does it say
 * went wrong, has the library put away what was removed?
 */
#ifndef TESTS_EXPOSED_H
#define TESTS_EXPOSED_H

#include "base/lock.h"
#include "retire.h"
#include "support/parse.h"

#include <criterion/criterion.h>
#include <quipu/quipu.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Bytes as they came. */
struct text {
	char *data;
	size_t len;
};

static inline int text_append(void *ctx, const char *data, size_t len)
{
	struct text *text = ctx;
	char *more = realloc(text->data, text->len + len + 1);

	if (!more)
		return -1;
	memcpy(more + text->len, data, len);
	text->data = more;
	text->len += len;
	more[text->len] = '\0';
	return 0;
}

/* The registry as text, with all callbacks' values, however slow the machine; to be freed. */
static inline struct text text_of(quipu_registry *registry)
{
	struct text text = { calloc(1, 1), 0 };

	cr_assert_eq(quipu_write_with(registry, NULL, QUIPU_SCRAPE_OPTS(.timeout_seconds = 600),
				      text_append, &text),
		     QUIPU_OK);
	return text;
}

static inline bool text_equal(struct text a, struct text b)
{
	return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

/* The registry as the strict parser understands it; a fault ends the test. qt_free it. */
static inline struct qt_exposition *exposed(quipu_registry *registry)
{
	struct text text = text_of(registry);
	struct qt_exposition *exposition = qt_parse_ok(text.data, text.len);

	free(text.data);
	return exposition;
}

static inline void expect_text(quipu_registry *registry, const char *expected)
{
	struct text text = text_of(registry);

	cr_expect_str_eq(text.data, expected);
	free(text.data);
}

static inline void expect_samples(quipu_registry *registry, size_t n)
{
	struct qt_exposition *shown = exposed(registry);

	cr_expect_eq(shown->n_samples, n, "%zu samples instead of %zu", shown->n_samples, n);
	qt_free(shown);
}

/* The status is this error, and its text names the culprit. Clears it. */
static inline void expect_status(quipu_registry *registry, quipu_error error, const char *culprit)
{
	const char *where = "";
	quipu_error status = quipu_registry_status(registry, &where);

	cr_expect_eq(status, error, "status %d (%s: %s) instead of %d", status, where,
		     quipu_strerror(status), error);
	cr_expect(strstr(where, culprit), "\"%s\" does not name \"%s\"", where, culprit);
	quipu_registry_clear_status(registry);
}

static inline void expect_no_error(quipu_registry *registry)
{
	expect_status(registry, QUIPU_OK, "");
}

struct self_figure {
	const char *name;
	uint64_t value;
	bool found;
};

static inline void self_look(const char *name, const char *help, uint64_t value, void *ctx)
{
	struct self_figure *figure = ctx;

	(void)help;
	if (strcmp(name, figure->name) != 0)
		return;
	figure->value = value;
	figure->found = true;
}

/* One of the library's own figures. */
static inline uint64_t self_figure(const char *name)
{
	struct self_figure figure = { name, 0, false };

	quipu_self(self_look, &figure);
	cr_assert(figure.found, "no figure %s", name);
	return figure.value;
}

/* Nothing waits to be put away, and nobody is at it. */
static inline bool settled(void)
{
	bool none;

	qp_lock(&qp_catalog_lock);
	none = qp_retire_waiting() == 0;
	qp_unlock(&qp_catalog_lock);
	return none;
}

/* Waits until everything removed so far has been put away. */
static inline void settle(void)
{
	for (int i = 0; !settled(); i++) {
		cr_assert_lt(i, 60000, "the reaper does not come to an end");
		usleep(1000);
	}
}

#endif
