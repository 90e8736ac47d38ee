/* SPDX-License-Identifier: MIT */
/*
 * lives.c: what recording adds to a thread's life, and how long a new thread's first record takes.
 *
 *   bench_lives RECORDS SECONDS
 *
 * In turns: a thread that does nothing is started and joined; one that makes RECORDS records of
 * each of three series, a counter, a histogram and one found by its labels, is; then 64 at the same
 * time, without and with records, all of which wait for each other before they end. The first
 * thread takes a shard that is new, the later ones the shards of those that ended.
 *
 * Who attaches just when another thread does records into the overflow shard until he has his own
 * ("overflow_records"). By the clock a life depends on which processor the kernel wakes for it; processor time does not.
 */
#include "common.h"
#include "series.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define KEPT 64 /* "_64" in the names */
#define MOST_SAMPLES 200000
#define MOST_RECORDS 1000000000

static quipu_counter counter;
static quipu_histogram histogram;
static quipu_counter_family family;
static size_t records;
static pthread_barrier_t alive;

struct life {
	pthread_t thread;
	bool recording, waits;
	double first_ns, lookup_ns;
};

static void record(struct life *life)
{
	uint64_t start = bench_now(), first, second;
	size_t i;

	quipu_inc(counter);
	first = bench_now();
	quipu_inc_at(family, "gpt-4o", "openai", "success");
	second = bench_now();
	quipu_observe(histogram, 0.03);
	for (i = 1; i < records; i++) {
		quipu_inc(counter);
		quipu_observe(histogram, 0.03);
		quipu_inc_at(family, "gpt-4o", "openai", "success");
	}
	life->first_ns = (double)(first - start);
	life->lookup_ns = (double)(second - first);
}

static void *live(void *ctx)
{
	struct life *life = ctx;

	if (life->recording)
		record(life);
	if (life->waits)
		pthread_barrier_wait(&alive);
	return NULL;
}

/* Starts n and joins them. */
static void live_together(struct life *lives, size_t n, bool recording)
{
	size_t i;
	int error;

	for (i = 0; i < n; i++) {
		lives[i].recording = recording;
		lives[i].waits = n > 1;
		error = pthread_create(&lives[i].thread, NULL, live, &lives[i]);
		if (error)
			bench_fail("a thread: %s", strerror(error));
	}
	for (i = 0; i < n; i++)
		pthread_join(lives[i].thread, NULL);
}

/* --- rounds ------------------------------------------------------------------------------------ */

/* Of one thread's whole life: by the clock, and of the processors. */
struct lengths {
	struct bench_samples us, cpu_us;
};

struct figures {
	struct lengths empty, recording;
	struct bench_samples first, lookup;
};

static struct figures figures_new(void)
{
	struct figures figures;
	struct bench_samples *all[] = { &figures.empty.us,     &figures.empty.cpu_us,
					&figures.recording.us, &figures.recording.cpu_us,
					&figures.first,	       &figures.lookup };
	size_t i;

	for (i = 0; i < sizeof all / sizeof all[0]; i++)
		*all[i] = bench_samples_new(MOST_SAMPLES);
	return figures;
}

static double cpu_us(void)
{
	struct timespec used;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (double)used.tv_sec * 1e6 + (double)used.tv_nsec / 1e3;
}

static void measure(struct lengths *lengths, struct life *lives, size_t n, bool recording)
{
	double cpu = cpu_us();
	uint64_t start = bench_now();

	live_together(lives, n, recording);
	bench_sample(&lengths->us, bench_ms_since(start) * 1e3 / (double)n);
	bench_sample(&lengths->cpu_us, (cpu_us() - cpu) / (double)n);
}

static void live_round(struct figures *figures, size_t n)
{
	struct life lives[KEPT];
	size_t i;

	measure(&figures->empty, lives, n, false);
	measure(&figures->recording, lives, n, true);
	for (i = 0; i < n; i++) {
		bench_sample(&figures->first, lives[i].first_ns);
		bench_sample(&figures->lookup, lives[i].lookup_ns);
	}
}

static void tell(struct figures *figures, const char *suffix)
{
	const struct {
		const char *name, *unit;
		struct bench_samples *samples;
	} all[] = { { "empty", "us", &figures->empty.us },
		    { "empty_cpu", "us", &figures->empty.cpu_us },
		    { "recording", "us", &figures->recording.us },
		    { "recording_cpu", "us", &figures->recording.cpu_us },
		    { "first_record", "ns", &figures->first },
		    { "first_lookup", "ns", &figures->lookup } };
	char name[48];
	size_t i;

	for (i = 0; i < sizeof all / sizeof all[0]; i++) {
		snprintf(name, sizeof name, "%s%s_%s", all[i].name, suffix, all[i].unit);
		bench_json_real(name, bench_share(all[i].samples, 0.5));
	}
}

static void make(quipu_registry *registry)
{
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "a_total", .help = "A."));
	histogram = quipu_histogram_new(registry, QUIPU_OPTS(.name = "b_seconds", .help = "B."));
	family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "c_total", .help = "C.",
				     .labels = QUIPU_NAMES("model", "provider", "status")));
	quipu_release(quipu_at(family, "gpt-4o", "openai", "success"));
	bench_check(registry);
	pthread_barrier_init(&alive, NULL, KEPT);
}

int main(int argc, char **argv)
{
	struct figures alone = figures_new(), together = figures_new(), new = figures_new();
	uint64_t end;

	bench_arguments(argc, argv, 2, 2, "RECORDS SECONDS");
	records = bench_count(1, 1, MOST_RECORDS);
	end = bench_now() + (uint64_t)(bench_seconds(2) * 1e9);
	make(quipu_default_registry());
	live_round(&new, KEPT); /* and all shards that there will be */
	do {
		size_t i;

		for (i = 0; i < KEPT; i++)
			live_round(&alone, 1);
		live_round(&together, KEPT);
	} while (bench_now() < end);
	bench_json_begin();
	tell(&alone, "");
	tell(&together, "_64");
	bench_json_real("first_record_new_shard_ns", bench_share(&new.first, 0.5));
	bench_json_count("shards", bench_self("shards"));
	bench_json_count("overflow_records", bench_self("overflow_records"));
	bench_json_count("lives", alone.recording.us.n);
	bench_json_end();
	return 0;
}
