/* SPDX-License-Identifier: MIT */
/*
 * locks_load.c: programs that lock all the time, and how much they get done. They compute some 50 ns
 * inside and 200 ns outside, so that a thread takes three to four million locks a second.
 *
 *   one, few, many  threads add to 1, 16 or 1024 cells in random order, each under its own mutex
 *   queue           half of the threads put, the others take: a ring of 64 under a mutex, with a
 *                   condition for "not full" and one for "not empty"; nothing is computed
 *   cache           reads of a table under one read-write lock, and a write in a hundred
 *
 * Writers and readers of all that is shared: whoever holds its lock. done: its own thread.
 */
#include "common.h"
#include "crew.h"
#include "locks.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#define MOST_THREADS 256
#define MOST_CELLS 1024
#define RING 64
#define TABLE 4096
#define INSIDE 40 /* steps of computation, each some 1.2 ns */
#define OUTSIDE 160
#define LOOK 64 /* operations between two looks at the clock */

struct cell {
	_Alignas(64) pthread_mutex_t lock;
	uint64_t count, last;
};

struct done {
	_Alignas(64) uint64_t n;
};

static struct done done[MOST_THREADS];
static uint64_t over_ns;

static inline uint64_t draw(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return *state >> 33;
}

/* Every step needs the one before. */
static inline uint64_t compute(uint64_t value, int steps)
{
	int i;

	for (i = 0; i < steps; i++)
		value = value * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return value;
}

/* --- cells ---------------------------------------------------------------------------------- */

static struct cell cells[MOST_CELLS];

static void add_to_cells(size_t thread, void *ctx)
{
	size_t n_cells = *(const size_t *)ctx;
	uint64_t state = thread;
	int i;

	do {
		for (i = 0; i < LOOK; i++) {
			struct cell *cell = &cells[draw(&state) % n_cells];

			pthread_mutex_lock(&cell->lock);
			cell->count++;
			cell->last = compute(cell->last, INSIDE);
			pthread_mutex_unlock(&cell->lock);
			state = compute(state, OUTSIDE);
		}
		done[thread].n += LOOK;
	} while (bench_now() < over_ns);
}

static void open_cells(void)
{
	size_t i;

	for (i = 0; i < MOST_CELLS; i++)
		pthread_mutex_init(&cells[i].lock, NULL);
}

/* --- queue ---------------------------------------------------------------------------------- */

static struct {
	pthread_mutex_t lock;
	pthread_cond_t not_empty, not_full;
	uint64_t item[RING], put, taken;
	bool closed;
} queue = { .lock = PTHREAD_MUTEX_INITIALIZER,
	    .not_empty = PTHREAD_COND_INITIALIZER,
	    .not_full = PTHREAD_COND_INITIALIZER };

/* False when the queue is closed. */
static bool put(uint64_t item)
{
	bool open;

	pthread_mutex_lock(&queue.lock);
	while (queue.put - queue.taken == RING && !queue.closed)
		pthread_cond_wait(&queue.not_full, &queue.lock);
	open = !queue.closed;
	if (open)
		queue.item[queue.put++ % RING] = item;
	pthread_mutex_unlock(&queue.lock);
	pthread_cond_signal(&queue.not_empty);
	return open;
}

static bool take(uint64_t *item)
{
	bool found;

	pthread_mutex_lock(&queue.lock);
	while (queue.put == queue.taken && !queue.closed)
		pthread_cond_wait(&queue.not_empty, &queue.lock);
	found = queue.put != queue.taken;
	if (found)
		*item = queue.item[queue.taken++ % RING];
	pthread_mutex_unlock(&queue.lock);
	pthread_cond_signal(&queue.not_full);
	return found;
}

static void close_queue(void)
{
	pthread_mutex_lock(&queue.lock);
	queue.closed = true;
	pthread_mutex_unlock(&queue.lock);
	pthread_cond_broadcast(&queue.not_empty);
	pthread_cond_broadcast(&queue.not_full);
}

static void pass_items(size_t thread, void *ctx)
{
	uint64_t item = 0;

	(void)ctx;
	if (thread % 2) {
		while (take(&item))
			done[thread].n++;
		return;
	}
	while (put(item)) {
		if (++item % LOOK == 0 && bench_now() >= over_ns)
			close_queue();
	}
}

/* --- cache ---------------------------------------------------------------------------------- */

static struct {
	pthread_rwlock_t lock;
	uint64_t value[TABLE];
} cache = { .lock = PTHREAD_RWLOCK_INITIALIZER };

static uint64_t look_up(uint64_t key)
{
	uint64_t sum;

	pthread_rwlock_rdlock(&cache.lock);
	sum = compute(cache.value[key % TABLE], INSIDE);
	pthread_rwlock_unlock(&cache.lock);
	return sum;
}

static void change(uint64_t key)
{
	pthread_rwlock_wrlock(&cache.lock);
	cache.value[key % TABLE]++;
	pthread_rwlock_unlock(&cache.lock);
}

static void use_cache(size_t thread, void *ctx)
{
	volatile uint64_t sum = 0;
	uint64_t state = thread, key;
	int i;

	(void)ctx;
	do {
		for (i = 0; i < LOOK; i++) {
			key = draw(&state);
			if (key % 100 == 0)
				change(key);
			else
				sum = sum + look_up(key);
			state = compute(state, OUTSIDE);
		}
		done[thread].n += LOOK;
	} while (bench_now() < over_ns);
}

/* --- the program ---------------------------------------------------------------------------- */

static const struct {
	void (*work)(size_t thread, void *ctx);
	size_t n_cells;
} loads[] = { { add_to_cells, 1 },
	      { add_to_cells, 16 },
	      { add_to_cells, MOST_CELLS },
	      { pass_items, 0 },
	      { use_cache, 0 } };

static double all_cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static uint64_t sum_up(size_t threads)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < threads; i++)
		n += done[i].n;
	return n;
}

void locks_load(void)
{
	static const char *const words[] = { "one", "few", "many", "queue", "cache", NULL };
	size_t what = bench_word(2, words), threads, n_cells = loads[what].n_cells;
	struct bench_crew *crew;
	uint64_t began, n;
	double seconds, cpu;

	if (!bench_text(4))
		bench_usage();
	threads = bench_count(3, 2, MOST_THREADS);
	seconds = bench_seconds(4);
	open_cells();
	crew = bench_crew_start(threads);
	cpu = all_cpu_ns();
	began = bench_now();
	over_ns = began + (uint64_t)(seconds * 1e9);
	bench_crew_do(crew, loads[what].work, &n_cells);
	seconds = (double)(bench_now() - began) / 1e9;
	cpu = all_cpu_ns() - cpu;
	bench_crew_end(crew);
	n = sum_up(threads);
	bench_json_begin();
	bench_json_real("rate", (double)n / seconds);
	bench_json_real("cpu_ns", cpu / (double)n);
	bench_json_end();
}
