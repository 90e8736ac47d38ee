/* SPDX-License-Identifier: MIT */
/*
 * births.c: threads are born, record and die in every way there is, while two others scrape.
 *
 * P2: what a thread recorded stays, however it ended. P3: no scrape falls. P4: count equals
 * sum in each. P5: shards are bounded by the peak of live threads, memory stays flat.
 */
#include "bracket.h"
#include "raw.h"
#include "torture.h"

#include <inttypes.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STEPS 10
#define SHARD_SIZE (UINT64_C(64) << 20)
#define DETACHED_AT_ONCE 8
#define DYING_AT_ONCE 32 /* detached threads that have said goodbye and still exist */

static const struct torture defaults = {
	.name = "births",
	.promises = "P2 P3 P4 P5: thread births and deaths while scraping",
	.threads = 64,
	.count = 100000,
};

/* How a thread ends. */
enum end { RETURN, EXIT, KEYS, RAW, DEFERRED, ASYNC, DETACHED };
static const char *const end_names[] = { "return", "exit",  "keys",	"raw",
					 "defer",  "async", "detached", NULL };

/* Of sixteen lives: most end plainly, some in each odd way. */
static const enum end ends[16] = { RETURN, EXIT,   RETURN, KEYS, RETURN, ASYNC,	 RETURN, DETACHED,
				   RETURN, RETURN, KEYS,   EXIT, RETURN, RETURN, RAW,	 DEFERRED };

struct life {
	struct bracket_cell *cell;
	pthread_t thread;
	enum end end;
	int live;
	int rounds[2]; /* of the two keys' destructors */
};

static struct bracket bracket;
static quipu_registry *registry;
static quipu_counter counter;
static quipu_float_counter floats;
static quipu_updown updown;
static quipu_histogram histogram;
static quipu_counter_family by_end;
static quipu_counter by_raw;
static pthread_key_t key[2]; /* made before and after the library's first use */
static unsigned detached_live;
static uint64_t cancelled;

static void step(struct life *life)
{
	bracket_start(life->cell, 1);
	quipu_inc(updown);
	quipu_inc(counter);
	quipu_inc(floats);
	quipu_observe(histogram, 1.0);
	/* liburcu forgets a thread in a TSD destructor, which a raw exit leaves out */
	if (life->end == RAW)
		quipu_inc(by_raw);
	else
		quipu_inc_at(by_end, end_names[life->end]);
	quipu_dec(updown);
	bracket_finish(life->cell, 1);
}

/* A sanitizer lets go of a thread in the last round of destructors, and has locks of its own that
 * an asynchronous cancel would leave behind. */
#ifdef TORTURE_SANITIZED
#define SANITIZED 1
#define ROUNDS (PTHREAD_DESTRUCTOR_ITERATIONS - 1)
#else
#define SANITIZED 0
#define ROUNDS PTHREAD_DESTRUCTOR_ITERATIONS
#endif

/* In all rounds of destructors, ours before and after whatever the library has. */
static void die_again(struct life *life, int which)
{
	step(life);
	if (++life->rounds[which] < ROUNDS)
		pthread_setspecific(key[which], life);
}

static void destroy_first(void *life)
{
	die_again(life, 0);
}

static void destroy_second(void *life)
{
	die_again(life, 1);
}

static void record_for_ever(struct life *life)
{
	int old;

	if (life->end == ASYNC && !SANITIZED)
		pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old);
	for (;;) {
		step(life);
		if (life->end == DEFERRED || SANITIZED)
			pthread_testcancel();
	}
}

static void end_detached(struct life *life)
{
	bracket_leave(life->cell);
	free(life);
	/* release: pairs with the acquire in wait_for_detached */
	__atomic_fetch_sub(&detached_live, 1, __ATOMIC_RELEASE);
}

static void *live(void *arg)
{
	struct life *life = arg;
	int i;

	if (life->end == DEFERRED || life->end == ASYNC)
		record_for_ever(life);
	for (i = 0; i < STEPS; i++)
		step(life);
	if (life->end == KEYS) {
		pthread_setspecific(key[0], life);
		pthread_setspecific(key[1], life);
	} else if (life->end == EXIT) {
		pthread_exit(NULL);
	} else if (life->end == RAW) {
		syscall(SYS_exit, 0);
	} else if (life->end == DETACHED) {
		end_detached(life);
	}
	return NULL;
}

static void wait_for_detached(unsigned at_most)
{
	/* acquire: pairs with the release in end_detached */
	while (__atomic_load_n(&detached_live, __ATOMIC_ACQUIRE) > at_most)
		torture_sleep_us(50);
}

/* 0 to 50 microseconds: somewhere in the first record, or in a later one. */
static void kill_life(struct life *life, uint64_t *random)
{
	uint64_t end = torture_now_us() + torture_random(random) % 50;

	while (torture_now_us() < end)
		;
	pthread_cancel(life->thread);
	cancelled++;
}

static void bury(struct life *life)
{
	if (!life->live)
		return;
	torture_join(life->thread);
	TORTURE_CHECK("P2",
		      life->end != KEYS || (life->rounds[0] == ROUNDS && life->rounds[1] == ROUNDS),
		      "destructors ran %d and %d rounds", life->rounds[0], life->rounds[1]);
	bracket_leave(life->cell);
	life->live = 0;
}

static enum end end_of(uint64_t i)
{
	enum end end = ends[i % 16];

#ifdef TORTURE_SANITIZED
	/* the sanitizers lose track of a thread that leaves by the system call */
	if (end == RAW)
		return RETURN;
#endif
	return end;
}

/* Nobody waits for it, so it gets a life of its own, which it frees. */
static void bear_detached(const struct life *life)
{
	struct life *own = malloc(sizeof *own);

	if (!own)
		torture_broken("out of memory");
	*own = *life;
	wait_for_detached(DETACHED_AT_ONCE - 1);
	/* relaxed: only counts */
	__atomic_fetch_add(&detached_live, 1, __ATOMIC_RELAXED);
	torture_spawn_detached(live, own);
}

static void bear(struct life *life, uint64_t i, uint64_t *random)
{
	life->end = end_of(i);
	life->rounds[0] = life->rounds[1] = 0;
	life->cell = bracket_join(&bracket);
	if (!life->cell)
		torture_broken("no cell left");
	life->live = life->end != DETACHED;
	if (!life->live) {
		bear_detached(life);
		return;
	}
	life->thread = torture_spawn(live, life);
	if (life->end == DEFERRED || life->end == ASYNC)
		kill_life(life, random);
}

static void *scrape_by_reading(void *arg)
{
	struct bracket_watch watch[2];

	(void)arg;
	bracket_watch(&watch[0], &bracket, "counter by quipu_read");
	bracket_watch(&watch[1], &bracket, "float counter by quipu_read");
	while (!torture_stopped()) {
		bracket_open(&watch[0]);
		TORTURE_BRACKET("P2", bracket_close(&watch[0], quipu_read(counter)));
		bracket_open(&watch[1]);
		TORTURE_BRACKET("P2", bracket_close(&watch[1], (uint64_t)quipu_read(floats)));
	}
	return NULL;
}

static uint64_t family_sum(const struct raw_scrape *scrape, const char *family)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < scrape->n; i++)
		if (!strcmp(scrape->samples[i].family, family))
			sum += scrape->samples[i].integer;
	return sum;
}

/* One scrape, five quantities, one bracket: every step records one of each. */
static void scrape_all(struct raw_scrape *scrape, struct bracket_watch *watch)
{
	const struct raw_sample *sample;
	int i;

	for (i = 0; i < 4; i++)
		bracket_open(&watch[i]);
	raw_take(scrape, registry);
	sample = raw_find(scrape, "births_total", NULL);
	TORTURE_BRACKET("P2", bracket_close(&watch[0], sample->integer));
	sample = raw_find(scrape, "births_float_total", NULL);
	TORTURE_BRACKET("P2", bracket_close(&watch[1], (uint64_t)sample->real));
	sample = raw_find(scrape, "births_seconds", NULL);
	TORTURE_BRACKET("P2", bracket_close(&watch[2], sample->count));
	TORTURE_CHECK("P4", (double)sample->count == sample->sum, "count %" PRIu64 ", sum %.17g",
		      sample->count, sample->sum);
	TORTURE_BRACKET("P2", bracket_close(&watch[3], family_sum(scrape, "births_by_end_total")));
	sample = raw_find(scrape, "births_now", NULL);
	TORTURE_CHECK("P3", sample->signed_integer >= 0, "%" PRId64 " steps in progress",
		      sample->signed_integer);
}

static void watch_all(struct bracket_watch *watch)
{
	bracket_watch(&watch[0], &bracket, "counter");
	bracket_watch(&watch[1], &bracket, "float counter");
	bracket_watch(&watch[2], &bracket, "histogram count");
	bracket_watch(&watch[3], &bracket, "counter by labels");
}

static void *scrape_by_writing(void *arg)
{
	struct raw_scrape scrape = { 0 };
	struct bracket_watch watch[4];

	watch_all(watch);
	while (!torture_stopped())
		scrape_all(&scrape, watch);
	raw_free(&scrape);
	*(uint64_t *)arg = watch[0].scrapes;
	return NULL;
}

static void make_metrics(void)
{
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "births_total", .help = "Steps."));
	floats = quipu_float_counter_new(
		registry, QUIPU_OPTS(.name = "births_float_total", .help = "Steps."));
	updown = quipu_updown_new(registry, QUIPU_OPTS(.name = "births_now", .help = "Steps."));
	histogram = quipu_histogram_new(registry,
					QUIPU_OPTS(.name = "births_seconds", .help = "Ones."));
	by_end = quipu_counter_family_new(registry, QUIPU_OPTS(.name = "births_by_end_total",
							       .help = "Steps.",
							       .labels = QUIPU_NAMES("end")));
	by_raw = quipu_at(by_end, end_names[RAW]);
	if (quipu_registry_status(registry, NULL) != QUIPU_OK)
		torture_broken("set-up failed");
}

static void check_memory(size_t mapped, size_t resident)
{
	uint64_t most = torture.threads + DETACHED_AT_ONCE + DYING_AT_ONCE;
	size_t grown = torture_mapped() - mapped, touched = torture_resident() - resident;

	TORTURE_CHECK("P5", grown < most * SHARD_SIZE,
		      "%zu MiB mapped, more than %" PRIu64 " shards", grown >> 20, most);
	printf("births: at most %zu shards, resident grew by %zd KiB in the second half\n",
	       grown / SHARD_SIZE, (ssize_t)touched / 1024);
	TORTURE_CHECK("P5", qt_watched() || (ssize_t)touched < 1 << 20,
		      "resident memory grew by %zu bytes", touched);
}

/* Everybody is dead: exact, but for the step in which an asynchronous cancel struck. */
static void check_totals(void)
{
	uint64_t open = bracket_started(&bracket) - bracket_done(&bracket);
	struct raw_scrape scrape = { 0 };
	struct bracket_watch watch[4];

	watch_all(watch);
	scrape_all(&scrape, watch);
	raw_free(&scrape);
	TORTURE_CHECK("P2", open <= cancelled, "%" PRIu64 " steps open after %" PRIu64 " cancels",
		      open, cancelled);
	TORTURE_CHECK("P2", quipu_read(updown) <= (int64_t)open, "updown rests at %" PRId64,
		      quipu_read(updown));
}

static void live_and_die(struct life *lives)
{
	uint64_t i, random = torture_seed(0);
	size_t mapped = torture_mapped(), resident = 0;

	for (i = 0; i < torture.count; i++) {
		struct life *life = &lives[i % torture.threads];

		bury(life);
		bear(life, i, &random);
		if (i == torture.count / 2)
			resident = torture_resident();
	}
	for (i = 0; i < torture.threads; i++)
		bury(&lives[i]);
	wait_for_detached(0);
	check_memory(mapped, resident);
}

int main(int argc, char **argv)
{
	static struct life lives[1024];
	pthread_t scrapers[2];
	uint64_t scrapes = 0;

	torture_begin(&defaults, argc, argv);
	if (!torture.threads || torture.threads > 1024)
		torture_broken("--threads goes from 1 to 1024");
	mallopt(M_ARENA_MAX, 1); /* arenas would look like shards */
	bracket_init(&bracket, torture.threads + DETACHED_AT_ONCE);
	pthread_key_create(&key[0], destroy_first);
	make_metrics();
	quipu_add(counter, 0);
	pthread_key_create(&key[1], destroy_second);
	scrapers[0] = torture_spawn(scrape_by_reading, NULL);
	scrapers[1] = torture_spawn(scrape_by_writing, &scrapes);
	live_and_die(lives);
	torture_stop();
	torture_join(scrapers[0]);
	torture_join(scrapers[1]);
	check_totals();
	quipu_registry_free(registry);
	qt_figure("records", bracket_done(&bracket));
	bracket_free(&bracket);
	qt_figure("threads", torture.count);
	qt_figure("scrapes", scrapes);
	return torture_end("%" PRIu64 " lives, %" PRIu64 " cancelled, %" PRIu64 " scrapes",
			   torture.count, cancelled, scrapes);
}
