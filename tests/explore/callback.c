/* SPDX-License-Identifier: MIT */
/*
 * callback.c: a callback is removed while a scrape has it called on the library's thread. When the
 * removal returns it is not running and is not called any more (C2); the scrape ends,
 * without its value if need be (C3).
 *
 * late: the callback takes longer than the scrape may; the registry is freed while it still runs,
 * which waits for it, and only for it.
 */
#include "look.h"
#include "scenarios.h"
#include "self.h"

static quipu_registry *registry;
static quipu_callback callback;
static bool torn_down;
static int touched; /* a point in the middle of the callback */

static double value(void *unused)
{
	(void)unused;
	EXPLORE_CHECK("C2", !torn_down, "called after it was removed");
	__atomic_store_n(&touched, 1, __ATOMIC_RELAXED); /* relaxed: to be interrupted at */
	EXPLORE_CHECK("C2", !torn_down, "still running when it was removed");
	return 1;
}

static void set_up(void)
{
	registry = look_set_up();
	callback = quipu_gauge_callback(registry, QUIPU_OPTS(.name = "calls", .help = "Called."),
					value, NULL);
	if (!callback.id)
		explore_broken("no callback");
}

static int swallow(void *unused, const char *data, size_t len)
{
	(void)unused, (void)data, (void)len;
	return 0;
}

static void scrape(void)
{
	quipu_error error = quipu_write(registry, &quipu_format_text, swallow, NULL);

	EXPLORE_CHECK("C3", error == QUIPU_OK, "a scrape ends with %s", quipu_strerror(error));
}

static void remove_callback(void)
{
	__atomic_store_n(&touched, 2, __ATOMIC_RELAXED); /* relaxed: as above */
	quipu_callback_remove(registry, callback);
	torn_down = true;
}

const struct explore_scenario explore_callback = {
	.name = "callback",
	.promises = "C2 C3: a callback that was removed is not called",
	.set_up = set_up,
	.threads = { { "scraper", scrape }, { "remover", remove_callback } },
};

/* --- late ----------------------------------------------------------------------------------- */

static bool scraped, released;

static bool is_scraped(void)
{
	return scraped;
}

static bool is_released(void)
{
	return released;
}

static double value_late(void *unused)
{
	(void)unused;
	explore_wait(is_released);
	EXPLORE_CHECK("C2", !torn_down, "still running when its registry was freed");
	return 1;
}

static void set_up_late(void)
{
	registry = look_set_up();
	callback = quipu_gauge_callback(registry, QUIPU_OPTS(.name = "calls", .help = "Called."),
					value_late, NULL);
}

static void scrape_and_free(void)
{
	quipu_scrape_opts opts = { .size = sizeof opts, .timeout_seconds = 1 };
	quipu_error error = quipu_write_with(registry, &quipu_format_text, &opts, swallow, NULL);

	EXPLORE_CHECK("C3", error == QUIPU_OK, "a scrape ends with %s", quipu_strerror(error));
	explore_saw(qp_self_read(QUIPU_SELF_late_callbacks) > 0);
	scraped = true;
	quipu_registry_free(registry);
	EXPLORE_CHECK("C2", released, "freed while a callback of it runs");
	torn_down = true;
}

static void release(void)
{
	explore_wait(is_scraped);
	released = true;
}

const struct explore_scenario explore_late = {
	.name = "late",
	.promises = "C2 C3: a registry is freed while a late callback runs",
	.set_up = set_up_late,
	.threads = { { "scraper", scrape_and_free }, { "releaser", release } },
	.outcomes = 1u << 1,
};
