/* SPDX-License-Identifier: MIT */
/*
 * l4_after_shutdown.c: everything used after its end: handles and families of a registry that was
 * freed, servers stopped in odd places, a second start, the default registry emptied and used
 * again, all of it while the process exits.
 *
 * Nothing crashes and nothing waits for ever. What is recorded into what is gone reaches nobody
 * (metric.h: there is no error of its own), and there is nothing in it to find or remove. What is
 * made afterwards is right. Documented as wrong, and not tried: a registry itself after it was
 * freed, a server stopped twice or in its own ready().
 */
#include "http/kit.h"
#include "raw.h"
#include "scale.h"
#include "torture.h"

#include <quipu/quipu.h>

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE 30
#define GET "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"

static const struct torture defaults = {
	.name = "after_shutdown",
	.promises = "P2 P6: everything used after its end",
	.threads = 2,
	.count = 50,
};

/* One of each kind, in one registry. */
struct all {
	quipu_registry *registry;
	quipu_counter counter;
	quipu_float_counter floats;
	quipu_updown updown;
	quipu_gauge gauge;
	quipu_histogram histogram;
	quipu_counter_family family;
	quipu_histogram_family histograms;
	quipu_counter kept; /* of family */
};

static void make(struct all *all, quipu_registry *registry)
{
	all->registry = registry;
	all->counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "after_total", .help = "1."));
	all->floats = quipu_float_counter_new(
		registry, QUIPU_OPTS(.name = "after_float_total", .help = "1."));
	all->updown = quipu_updown_new(registry, QUIPU_OPTS(.name = "after_now", .help = "1."));
	all->gauge = quipu_gauge_new(registry, QUIPU_OPTS(.name = "after_last", .help = "1."));
	all->histogram =
		quipu_histogram_new(registry, QUIPU_OPTS(.name = "after_sizes", .help = "1."));
	all->family = quipu_counter_family_new(
		registry,
		QUIPU_OPTS(.name = "after_by_total", .help = "1.", .labels = QUIPU_NAMES("a")));
	all->histograms = quipu_histogram_family_new(
		registry,
		QUIPU_OPTS(.name = "after_sizes_by", .help = "1.", .labels = QUIPU_NAMES("a")));
	all->kept = quipu_at(all->family, "kept");
	TORTURE_CHECK("P5", quipu_registry_status(registry, NULL) == QUIPU_OK, "no room: %s",
		      quipu_strerror(quipu_registry_status(registry, NULL)));
}

static void record(const struct all *all)
{
	quipu_inc(all->counter);
	quipu_inc(all->floats);
	quipu_inc(all->updown);
	quipu_set(all->gauge, 1);
	quipu_observe(all->histogram, 1);
	quipu_inc_at(all->family, "looked-up");
	quipu_observe_at(all->histograms, 1, "looked-up");
	quipu_inc(all->kept);
}

static void expect_in_scrape(quipu_registry *registry, uint64_t n)
{
	struct raw_scrape scrape = { 0 };
	const struct raw_sample *sizes;

	raw_take(&scrape, registry);
	sizes = raw_find(&scrape, "after_sizes", NULL);
	TORTURE_CHECK("P2", raw_find(&scrape, "after_total", NULL)->integer == n,
		      "counter %" PRIu64 " of %" PRIu64,
		      raw_find(&scrape, "after_total", NULL)->integer, n);
	TORTURE_CHECK("P2", sizes->count == n && sizes->sum == (double)n, "histogram");
	TORTURE_CHECK("P2", raw_find(&scrape, "after_by_total", "kept")->integer == n, "kept");
	TORTURE_CHECK("P2", raw_find(&scrape, "after_by_total", "looked-up")->integer == n,
		      "by label");
	raw_free(&scrape);
}

/* Everything that a program may still do with what it has. */
static void use_what_is_gone(const struct all *all)
{
	quipu_counter none;

	record(all);
	none = quipu_at(all->family, "new");
	quipu_inc(none);
	TORTURE_CHECK("P6", quipu_read(none) == 0, "a family that is gone made a series");
	quipu_release(none);
	TORTURE_CHECK("P6", quipu_family_remove(all->family, "kept") == 0,
		      "removed from a family that is gone");
	quipu_family_unregister(all->family);
	quipu_family_clear(all->family);
	record(all);
}

/* Nobody records through these handles any more: their slots may be others' then. */
static void release(const struct all *all)
{
	quipu_release(all->kept);
	quipu_release(all->counter);
	quipu_release(all->floats);
	quipu_release(all->updown);
	quipu_release(all->gauge);
	quipu_release(all->histogram);
}

/* --- registries ------------------------------------------------------------------------------- */

/* The next one gets the same slots, and nothing of what came late for the first. */
static void registry_freed(void)
{
	struct all first, second;

	make(&first, quipu_registry_new(NULL));
	record(&first);
	expect_in_scrape(first.registry, 1);
	quipu_registry_free(first.registry);
	make(&second, quipu_registry_new(NULL));
	record(&first);
	record(&second);
	use_what_is_gone(&first);
	release(&first);
	expect_in_scrape(second.registry, 1);
	quipu_registry_free(second.registry);
	use_what_is_gone(&second);
	release(&second);
	quipu_registry_free(NULL);
}

/* Emptied, not freed: it goes on, from nothing. */
static void default_registry_emptied(void)
{
	quipu_registry *registry = quipu_default_registry();
	struct all before, after;

	make(&before, registry);
	record(&before);
	quipu_registry_free(registry);
	TORTURE_CHECK("P6", quipu_default_registry() == registry, "another default registry");
	make(&after, registry);
	record(&after);
	use_what_is_gone(&before);
	release(&before);
	expect_in_scrape(registry, 1);
	quipu_registry_free(registry);
	use_what_is_gone(&after);
	release(&after);
}

/* --- servers ---------------------------------------------------------------------------------- */

static quipu_http *to_stop;
static int stopped;

static double stop_from_callback(void *unused)
{
	(void)unused;
	/* exchange: only one stops it; acq_rel orders with the test's load */
	if (!__atomic_exchange_n(&stopped, 1, __ATOMIC_ACQ_REL))
		quipu_http_stop(to_stop);
	return 1;
}

/* The callback that a scrape of the server waits for stops the server. */
static void stopped_from_callback(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	struct client client;

	stopped = 0;
	quipu_gauge_callback(registry, QUIPU_OPTS(.name = "after_stop", .help = "Stops."),
			     stop_from_callback, NULL);
	to_stop = kit_start(registry, QUIPU_HTTP_OPTS(.path = NULL));
	client = kit_connect(to_stop);
	kit_send(&client, GET);
	TORTURE_CHECK("P6", kit_next(&client, false) <= 0, "a stopped server answers");
	kit_close(&client);
	quipu_registry_free(registry); /* waits for the callback */
	TORTURE_CHECK("P6", stopped, "the callback did not run");
}

/* On the same address, again and again; and NULL. */
static void started_again(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_http *server = kit_start(registry, QUIPU_HTTP_OPTS(.listen = KIT_LISTEN));
	char address[64];
	int i;

	strcpy(address, quipu_http_address(server));
	for (i = 0; i < 5; i++) {
		quipu_http_stop(server);
		server = kit_start(registry, QUIPU_HTTP_OPTS(.listen = address));
		TORTURE_CHECK("P6", kit_status(server, GET) == 200, "the second start serves");
	}
	quipu_http_stop(server);
	quipu_http_stop(NULL);
	quipu_http_close(NULL);
	quipu_registry_free(registry);
}

/* --- the end of the process ------------------------------------------------------------------- */

static struct all at_exit_all;
static quipu_http *at_exit_server;

static void stop_at_exit(void)
{
	struct all again;

	if (kit_status(at_exit_server, GET) != 200)
		_exit(3);
	quipu_http_stop(at_exit_server);
	quipu_registry_free(at_exit_all.registry);
	use_what_is_gone(&at_exit_all);		/* others record through its handles: kept */
	make(&again, quipu_registry_new(NULL)); /* even now */
	record(&again);
	expect_in_scrape(again.registry, 1);
	quipu_registry_free(again.registry);
	use_what_is_gone(&again);
	release(&again);
}

/* Does not end before the process does. */
static void *record_for_ever(void *unused)
{
	for (;;)
		record(&at_exit_all);
	return unused;
}

static double answer(void *unused)
{
	(void)unused;
	return 42;
}

/* Returns from main, so to speak, while threads record. */
_Noreturn static void live_and_exit(void)
{
	unsigned i;

	alarm(PATIENCE);
	make(&at_exit_all, quipu_registry_new(NULL));
	quipu_gauge_callback(at_exit_all.registry, QUIPU_OPTS(.name = "after_42", .help = "42."),
			     answer, NULL);
	at_exit_server = kit_start(at_exit_all.registry, QUIPU_HTTP_OPTS(.path = NULL));
	atexit(stop_at_exit);
	for (i = 0; i < torture.threads; i++)
		torture_spawn_detached(record_for_ever, NULL);
	torture_sleep_us(1000);
	exit(0);
}

static void exits(void)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		torture_broken("fork: %s", strerror(errno));
	if (child == 0)
		live_and_exit();
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			torture_broken("waitpid: %s", strerror(errno));
	TORTURE_CHECK("P6", !WIFSIGNALED(status), "died of signal %d while it ended%s",
		      WTERMSIG(status), WTERMSIG(status) == SIGALRM ? ": it hung" : "");
	TORTURE_CHECK("P6", WEXITSTATUS(status) == 0, "ended with %d", WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
	uint64_t i;

	torture_begin(&defaults, argc, argv);
	for (i = 0; i < torture.count; i++)
		exits(); /* first: a child of a process without threads */
	for (i = 0; i < torture.count; i++) {
		registry_freed();
		default_registry_emptied();
		stopped_from_callback();
		started_again();
	}
	qt_figure("children", torture.count);
	return torture_end("%" PRIu64 " times", torture.count);
}
