/* SPDX-License-Identifier: MIT */
/* error_test.c: the first error is kept; the error function is called, rarely, without locks. */
#include "exposed.h"
#include "registry.h"

#include <pthread.h>
#include <stdio.h>

static const quipu_opts good = { .size = sizeof good, .name = "fine", .help = "H." };

static void fail(quipu_registry *registry, const char *name)
{
	quipu_counter_new(registry, QUIPU_OPTS(.name = name, .help = "H."));
}

static void fail_otherwise(quipu_registry *registry)
{
	quipu_counter_new(registry, QUIPU_OPTS(.name = "helpless"));
}

Test(error, the_first_is_kept)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	const char *where;

	expect_no_error(registry);
	fail(registry, "first \xff one");
	fail(registry, "second \xff one");
	fail_otherwise(registry);
	cr_expect_eq(quipu_registry_status(registry, NULL), QUIPU_ENAME);
	expect_status(registry, QUIPU_ENAME, "first \xff one");
	cr_expect_eq(quipu_registry_status(registry, &where), QUIPU_OK);
	cr_expect_str_eq(where, "");
	fail_otherwise(registry);
	expect_status(registry, QUIPU_EHELP, "helpless");
	quipu_registry_free(registry);
}

Test(error, texts)
{
	static const char *const texts[] = {
#define TEXT(name, text) text,
		QUIPU_ERROR_MAP(TEXT)
#undef TEXT
	};

	for (int i = 0; i < QUIPU_N_ERRORS; i++)
		cr_expect_str_eq(quipu_strerror(i), texts[i]);
	cr_expect_str_eq(quipu_strerror(-1), "unknown error");
	cr_expect_str_eq(quipu_strerror(QUIPU_N_ERRORS), "unknown error");
	cr_expect_eq(QUIPU_OK, 0);
}

/* --- the error function ----------------------------------------------------------------------- */

struct heard {
	unsigned calls[QUIPU_N_ERRORS];
	char last[256];
	pthread_t thread;
	quipu_registry *registry;
	int depth;
};

static void hear(quipu_error error, const char *where, void *ctx)
{
	struct heard *heard = ctx;

	heard->calls[error]++;
	heard->thread = pthread_self();
	snprintf(heard->last, sizeof heard->last, "%s", where);
}

Test(error, told_at_once_and_on_this_thread)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	struct heard heard = { .depth = 0 };

	quipu_registry_on_error(registry, hear, &heard);
	quipu_counter_new(registry, &good);
	fail(registry, "a \xff name");
	cr_expect_eq(heard.calls[QUIPU_ENAME], 1);
	cr_expect_eq(heard.calls[QUIPU_OK], 0);
	cr_expect(strstr(heard.last, "a \xff name"));
	cr_expect(pthread_equal(heard.thread, pthread_self()));
	quipu_registry_free(registry);
}

/* Each kind of error at most once a second; another kind at once. The clock is turned back by
 * hand where a second should pass. */
Test(error, told_rarely)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	struct heard heard = { .depth = 0 };

	quipu_registry_on_error(registry, hear, &heard);
	for (int i = 0; i < 1000; i++)
		fail(registry, "a \xff name");
	cr_expect_geq(heard.calls[QUIPU_ENAME], 1);
	cr_expect_leq(heard.calls[QUIPU_ENAME], 3);
	fail_otherwise(registry);
	cr_expect_eq(heard.calls[QUIPU_EHELP], 1);
	registry->last_call_ns[QUIPU_EHELP] -= 1000000000;
	fail_otherwise(registry);
	cr_expect_eq(heard.calls[QUIPU_EHELP], 2);
	quipu_registry_on_error(registry, NULL, NULL);
	registry->last_call_ns[QUIPU_EHELP] = 0;
	fail_otherwise(registry);
	cr_expect_eq(heard.calls[QUIPU_EHELP], 2);
	quipu_registry_free(registry);
}

/* A new function hears from the start on, not only after the first one's second. */
Test(error, what_nobody_heard_does_not_count)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	struct heard heard = { .depth = 0 };

	fail(registry, "a \xff name");
	quipu_registry_on_error(registry, hear, &heard);
	fail(registry, "a \xff name");
	cr_expect_eq(heard.calls[QUIPU_ENAME], 1);
	quipu_registry_free(registry);
}

/* No lock is held: everything else may be called from there. */
static void use_everything(quipu_error error, const char *where, void *ctx)
{
	struct heard *heard = ctx;
	quipu_counter counter;

	hear(error, where, ctx);
	if (heard->depth++ > 0)
		return;
	counter = quipu_counter_new(heard->registry, &good);
	quipu_inc(counter);
	fail_otherwise(heard->registry);
	cr_expect_eq(quipu_registry_status(heard->registry, NULL), QUIPU_ENAME);
	quipu_registry_clear_status(heard->registry);
	free(text_of(heard->registry).data);
	quipu_registry_unregister(heard->registry, "fine");
}

Test(error, the_function_may_use_the_library)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	struct heard heard = { .registry = registry };

	quipu_registry_on_error(registry, use_everything, &heard);
	fail(registry, "a \xff name");
	cr_expect_eq(heard.calls[QUIPU_ENAME], 1);
	cr_expect_eq(heard.calls[QUIPU_EHELP], 1);
	expect_no_error(registry);
	expect_text(registry, "");
	quipu_registry_free(registry);
}

/* What is only counted while recording is told as well, and is no failure of set-up. */
Test(error, a_full_family_is_told_but_is_no_failure)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_counter_family family = quipu_counter_family_new(
		registry,
		QUIPU_OPTS(.name = "f", .help = "H.", .labels = QUIPU_NAMES("l"), .max_series = 1));
	struct heard heard = { .depth = 0 };

	quipu_registry_on_error(registry, hear, &heard);
	quipu_at(family, "a");
	cr_expect_eq(heard.calls[QUIPU_EFULL], 0);
	quipu_at(family, "b");
	cr_expect_eq(heard.calls[QUIPU_EFULL], 1);
	cr_expect(strstr(heard.last, "\"f\""));
	expect_no_error(registry);
	quipu_registry_free(registry);
}
