/* SPDX-License-Identifier: MIT */
/*
 * c2_monotonic.c: the clock of timers goes back, or leaps, as no kernel's does but a simulator's
 * or a broken machine's may.
 *
 * C2, P3: no duration is negative or absurd: one that would be is 0. Nothing expires because time
 * went back; scrapes and summaries go on. (Timers do not read the processor's counter themselves,
 * so migration and a wrong frequency are the kernel's matter.)
 */
#include "fake.h"
#include "torture.h"

#include <inttypes.h>
#include <stdio.h>
#include <quipu/quipu.h>
#include <string.h>

#define SECOND INT64_C(1000000000)

static const struct torture defaults = {
	.name = "monotonic",
	.promises = "P3 C2: the clock of timers misbehaves",
	.count = 2000, /* timers */
};

static quipu_registry *registry;
static quipu_histogram histogram;
static quipu_summary summary;
static quipu_counter_family idle;
static char text[1 << 16];
static size_t len;

static int keep(void *ctx, const char *data, size_t n)
{
	(void)ctx;
	if (len + n >= sizeof text)
		return -1;
	memcpy(text + len, data, n);
	len += n;
	text[len] = '\0';
	return 0;
}

static void scrape(void)
{
	len = 0;
	if (quipu_write(registry, NULL, keep, NULL))
		torture_broken("no scrape");
}

/* From one time to another; what it says is the difference, or 0. */
static void check_timer(int64_t from, int64_t to)
{
	const int64_t slack = 10 * SECOND;
	quipu_timer timer;
	uint64_t ns;

	fake_monotonic(from);
	timer = quipu_timer_start();
	fake_monotonic(to);
	ns = quipu_timer_observe(timer, histogram);
	if (to < from - slack)
		TORTURE_CHECK("C2", ns == 0, "%" PRIu64 " ns backwards", ns);
	TORTURE_CHECK("C2", ns <= (uint64_t)(to > from ? to - from : 0) + (uint64_t)slack,
		      "%" PRIu64 " ns from %" PRId64 " to %" PRId64, ns, from, to);
}

static void scope(void)
{
	QUIPU_TIME_SCOPE(histogram);
	fake_monotonic(0);
}

static void check_timers(void)
{
	uint64_t i, random = torture_seed(0);

	for (i = 0; i < torture.count; i++)
		check_timer((int64_t)(torture_random(&random) % 4000) * SECOND,
			    (int64_t)(torture_random(&random) % 4000) * SECOND);
	fake_monotonic(3600 * SECOND);
	scope(); /* ends an hour before it began */
	TORTURE_CHECK("C2",
		      quipu_histogram_read(histogram).sum < 4010.0 * (double)torture.count &&
			      quipu_histogram_read(histogram).sum >= 0,
		      "durations add up to %g s", quipu_histogram_read(histogram).sum);
	TORTURE_CHECK("P2", quipu_histogram_read(histogram).count == torture.count + 1,
		      "not every duration was observed");
}

/* Idle for 100 s at most: seen at 1000 s, at 10 s, at 1000 s again, at 1200 s. */
static void check_idle(void)
{
	int i;

	fake_monotonic(1000 * SECOND);
	quipu_inc_at(idle, "x");
	scrape();
	fake_monotonic(10 * SECOND);
	for (i = 0; i < 50; i++) {
		scrape();
		torture_sleep_us(2000); /* so that it could go */
	}
	TORTURE_CHECK("C2", strstr(text, "idle_total{set=\"x\"} 1\n"), "expired in the past");
	fake_monotonic(1050 * SECOND);
	scrape();
	TORTURE_CHECK("C2", strstr(text, "idle_total{set=\"x\"} 1\n"), "expired too early");
	fake_monotonic(1200 * SECOND);
	for (i = 0; i < 1000 && strstr(text, "idle_total{set=\"x\"}"); i++) {
		torture_sleep_us(2000); /* a grace period */
		scrape();
	}
	TORTURE_CHECK("C2", !strstr(text, "idle_total{set=\"x\"}"), "does not expire any more");
}

/* The window of a summary holds what was observed, whichever way the clock went. */
static void check_summary(void)
{
	static const int64_t at[] = { 5000, 100, 5001, 0, 5002, 20000, 4000 };
	size_t i;

	for (i = 0; i < sizeof at / sizeof *at; i++) {
		fake_monotonic(at[i] * SECOND);
		quipu_observe(summary, 1);
		scrape();
		TORTURE_CHECK("C2",
			      strstr(text, "recent{quantile=\"0.5\"} 0.98") ||
				      strstr(text, "recent{quantile=\"0.5\"} 1"),
			      "no quantile at %" PRId64 " s:\n%s", at[i], text);
	}
}

static void check_self(void)
{
	double seconds = -1;
	char *at;

	quipu_self_collector(registry);
	scrape();
	scrape();
	at = strstr(text, "\nquipu_scrape_duration_seconds_sum ");
	if (!at || sscanf(at, "\nquipu_scrape_duration_seconds_sum %lf", &seconds) != 1)
		torture_broken("no sum of scrapes' durations:\n%s", text);
	TORTURE_CHECK("C2", seconds >= 0 && seconds < 1e6, "scrapes took %g s", seconds);
}

/* A clock that goes back in the middle of a scrape. */
static double go_back(void *ctx)
{
	(void)ctx;
	fake_monotonic(-5 * SECOND);
	return 1;
}

int main(int argc, char **argv)
{
	quipu_callback callback;

	torture_begin(&defaults, argc, argv);
	registry = quipu_registry_new(NULL);
	histogram = quipu_histogram_new(registry, QUIPU_OPTS(.name = "d_seconds", .help = "D."));
	summary = quipu_summary_new(registry, QUIPU_OPTS(.name = "recent", .help = "R."));
	idle = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "idle_total", .help = "I.",
							     .labels = QUIPU_NAMES("set"),
							     .idle_seconds = 100));
	check_timers();
	check_idle();
	check_summary();
	fake_monotonic(0);
	callback = quipu_gauge_callback(registry, QUIPU_OPTS(.name = "back", .help = "B."), go_back,
					NULL);
	scrape();
	quipu_callback_remove(registry, callback);
	check_self();
	quipu_registry_free(registry);
	return torture_end("%" PRIu64 " timers", torture.count);
}
