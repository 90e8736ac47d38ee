/* SPDX-License-Identifier: MIT */
/*
 * record.h: the record path, inline: what runs in a hot loop and nothing else.
 *
 * Writers:  only the thread itself writes its shard; nobody else ever does.
 * Readers:  a scrape loads words and cells whole, at any moment.
 * Publication: none needed; every value is one aligned 8-byte word or one aligned
 *           16-byte cell and is stored whole, so any moment is a good one to read it.
 * Reclamation: a shard is never unmapped, so a stale handle cannot fault.
 *
 * R1. A slot's address is base + offset for ever: no growth check, one indirection.
 * R2. base is NULL when the thread has no shard yet, and while it is in the middle
 *     of an update that takes several instructions. A signal handler that records
 *     meanwhile sees NULL, takes the call and lands in the shared overflow shard:
 *     nothing is lost and nothing is torn.
 * R3. An integer add is one instruction, so a handler can only come before or after.
 * R4. A histogram's cell {count, sum} is loaded and stored whole, so the sum a scrape
 *     reads is the sum of exactly the observations in the count it reads (P4).
 *
 * Threads: every function here may be called from any thread and, with a kept
 *   handle, from a signal handler. Fibers must not move to another thread in the
 *   middle of a call.
 * Cost: see BENCHMARKS.md. The first record of a thread attaches it to a shard
 *   (microseconds, mmap, no malloc). No lock, no atomic read-modify-write, no
 *   allocation, no system call after that; gauges are the exception (one shared
 *   cell, so add is a compare-and-swap).
 *   A handler must not leave by siglongjmp: if it interrupted an update, its thread would record
 *   into the overflow shard from then on, correctly and slowly.
 * Fails: never. A refused value (NaN, a negative amount on a counter) is dropped
 *   and counted; gauges take every double. A state that there is not is ignored.
 */
#ifndef QUIPU_RECORD_H
#define QUIPU_RECORD_H

#include <quipu/types.h>

#include <string.h>

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Where this thread's shard begins, or NULL (R2). Initial-exec: one load, no call. */
extern __thread char *quipu_priv_base __attribute__((tls_model("initial-exec")));

/* The way out for everything that is not the common case; see core/record.c. */
void quipu_priv_counter_slow(quipu_counter counter, uint64_t n);
void quipu_priv_float_counter_slow(quipu_float_counter counter, double n);
void quipu_priv_updown_slow(quipu_updown updown, int64_t n);
void quipu_priv_histogram_slow(quipu_histogram histogram, double value);

/* As good as certain, so that the common case falls straight through: at the nine in ten of plain
 * __builtin_expect, and with the call marked cold, gcc makes loops that jump twice a turn. */
#if defined(__has_builtin)
#if __has_builtin(__builtin_expect_with_probability)
#define QUIPU_PRIV_EXPECT(x, value) __builtin_expect_with_probability(!!(x), value, 1.0)
#endif
#endif
#ifndef QUIPU_PRIV_EXPECT
#define QUIPU_PRIV_EXPECT(x, value) __builtin_expect(!!(x), value)
#endif
#define QUIPU_PRIV_LIKELY(x) QUIPU_PRIV_EXPECT(x, 1)
#define QUIPU_PRIV_UNLIKELY(x) QUIPU_PRIV_EXPECT(x, 0)

#if defined(__SANITIZE_THREAD__)
#define QUIPU_PRIV_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define QUIPU_PRIV_TSAN 1
#endif
#endif

/* Begins and ends an update of several instructions (R2). */
static inline void quipu_priv_guard(void)
{
	/* relaxed: only a handler on this same thread looks, and the fence orders it */
	__atomic_store_n(&quipu_priv_base, (char *)0, __ATOMIC_RELAXED);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static inline void quipu_priv_unguard(char *base)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	/* relaxed: as above */
	__atomic_store_n(&quipu_priv_base, base, __ATOMIC_RELAXED);
}

/* Adds to a word of the own shard: one instruction where the machine has one (R3). */
static inline void quipu_priv_word_add(char *base, uint32_t offset, uint64_t n)
{
	uint64_t *word = (uint64_t *)(void *)(base + offset);
#if defined(QUIPU_PRIV_TSAN)
	/* release: as below, in a form that ThreadSanitizer understands */
	__atomic_fetch_add(word, n, __ATOMIC_RELEASE);
#elif defined(__x86_64__)
	/* The address goes through one register: an index register costs a processor that forwards
	 * stores without latency (Golden Cove and later) 1.5 ns when one slot is hit repeatedly. */
	__asm__ volatile("{addq %2, (%1)|add QWORD PTR [%1], %2}"
			 : "+m"(*word)
			 : "r"(word), "er"(n)
			 : "cc");
#else
	quipu_priv_guard();
	/* relaxed load: single writer. Release store: an increment is visible before a
	 * later decrement is (up-down counters) */
	__atomic_store_n(word, __atomic_load_n(word, __ATOMIC_RELAXED) + n, __ATOMIC_RELEASE);
	quipu_priv_unguard(base);
#endif
}

/* The bits of a double, as a signed number: above QUIPU_PRIV_INFINITY are the NaNs, below 0 what
 * has its sign set. Comparing bits survives -ffast-math. */
#define QUIPU_PRIV_INFINITY INT64_C(0x7ff0000000000000)

static inline int64_t quipu_priv_bits(double value)
{
	int64_t bits;

	memcpy(&bits, &value, sizeof bits);
	return bits;
}

/* --- counter ------------------------------------------------------------------ */

/* Adds n. An n of 2^63 or more is a negative number gone astray: refused, counted. Beyond
 * 2^64 - 1 it goes on from 0, which scrapers take for a restart. */
static inline void quipu_counter_add(quipu_counter counter, uint64_t n)
{
	char *base = quipu_priv_base;

	if (QUIPU_PRIV_UNLIKELY(!base || (int64_t)n < 0)) {
		quipu_priv_counter_slow(counter, n);
		return;
	}
	quipu_priv_word_add(base, counter.offset, n);
}

static inline void quipu_counter_inc(quipu_counter counter)
{
	quipu_counter_add(counter, 1);
}

/* --- float counter -------------------------------------------------------------- */

static inline void quipu_float_counter_add(quipu_float_counter counter, double n)
{
	char *base = quipu_priv_base;
	uint64_t *word, bits;
	double sum;

	/* one comparison: NaN, and whatever has its sign set (the call sorts out -0) */
	if (QUIPU_PRIV_UNLIKELY(!base ||
				(uint64_t)quipu_priv_bits(n) > (uint64_t)QUIPU_PRIV_INFINITY)) {
		quipu_priv_float_counter_slow(counter, n);
		return;
	}
	quipu_priv_guard();
	word = (uint64_t *)(void *)(base + counter.offset);
#if defined(QUIPU_PRIV_TSAN)
	/* relaxed: ThreadSanitizer does not know that a shard's former owner is dead */
	bits = __atomic_load_n(word, __ATOMIC_RELAXED);
	memcpy(&sum, &bits, sizeof sum);
#else
	memcpy(&sum, word, sizeof sum);
#endif
	sum += n;
	memcpy(&bits, &sum, sizeof bits);
	/* relaxed: single writer, one whole word (R4's little sister) */
	__atomic_store_n(word, bits, __ATOMIC_RELAXED);
	quipu_priv_unguard(base);
}

static inline void quipu_float_counter_inc(quipu_float_counter counter)
{
	quipu_float_counter_add(counter, 1);
}

/* --- up-down counter -------------------------------------------------------------- */

/* Two monotone words, decrements then increments: a scrape reads every decrement
 * before any increment and so never shows a value below one that was. */
#define QUIPU_PRIV_UPDOWN_DEC 0
#define QUIPU_PRIV_UPDOWN_INC 8

static inline void quipu_updown_add(quipu_updown updown, int64_t n)
{
	char *base = quipu_priv_base;

	if (QUIPU_PRIV_UNLIKELY(!base)) {
		quipu_priv_updown_slow(updown, n);
		return;
	}
	if (n >= 0)
		quipu_priv_word_add(base, updown.offset + QUIPU_PRIV_UPDOWN_INC, (uint64_t)n);
	else
		quipu_priv_word_add(base, updown.offset + QUIPU_PRIV_UPDOWN_DEC, -(uint64_t)n);
}

static inline void quipu_updown_inc(quipu_updown updown)
{
	quipu_updown_add(updown, 1);
}

static inline void quipu_updown_dec(quipu_updown updown)
{
	quipu_updown_add(updown, -1);
}

/* --- gauge -------------------------------------------------------------------------- */

static inline void quipu_gauge_set(quipu_gauge gauge, double value)
{
	uint64_t bits;

	if (QUIPU_PRIV_UNLIKELY(!gauge.cell))
		return;
	memcpy(&bits, &value, sizeof bits);
	/* relaxed: the last value wins, and it orders nothing else */
	__atomic_store_n(gauge.cell, bits, __ATOMIC_RELAXED);
}

static inline void quipu_gauge_add(quipu_gauge gauge, double amount)
{
	uint64_t old, bits;
	double sum;

	if (QUIPU_PRIV_UNLIKELY(!gauge.cell))
		return;
	/* relaxed, both: one cell that orders nothing else */
	old = __atomic_load_n(gauge.cell, __ATOMIC_RELAXED);
	do {
		memcpy(&sum, &old, sizeof sum);
		sum += amount;
		memcpy(&bits, &sum, sizeof bits);
	} while (!__atomic_compare_exchange_n(gauge.cell, &old, bits, 1, __ATOMIC_RELAXED,
					      __ATOMIC_RELAXED));
}

static inline void quipu_gauge_inc(quipu_gauge gauge)
{
	quipu_gauge_add(gauge, 1);
}

static inline void quipu_gauge_dec(quipu_gauge gauge)
{
	quipu_gauge_add(gauge, -1);
}

/* Sets the gauge to the present Unix time in seconds. Cost: a clock read. */
void quipu_set_to_now(quipu_gauge gauge);

/* --- stateset ------------------------------------------------------------------------- */

/* State i holds and no other does; a scrape never sees two or none. */
static inline void quipu_stateset_select(quipu_stateset stateset, uint32_t i)
{
	if (QUIPU_PRIV_UNLIKELY(!stateset.cell || i >= stateset.n_states))
		return;
	/* relaxed: one word, orders nothing else */
	__atomic_store_n(stateset.cell, UINT64_C(1) << i, __ATOMIC_RELAXED);
}

/* State i holds or not, whatever the others do. */
static inline void quipu_stateset_set(quipu_stateset stateset, uint32_t i, int holds)
{
	if (QUIPU_PRIV_UNLIKELY(!stateset.cell || i >= stateset.n_states))
		return;
	/* relaxed, both: one word, orders nothing else */
	if (holds)
		__atomic_fetch_or(stateset.cell, UINT64_C(1) << i, __ATOMIC_RELAXED);
	else
		__atomic_fetch_and(stateset.cell, ~(UINT64_C(1) << i), __ATOMIC_RELAXED);
}

/* --- histogram -------------------------------------------------------------------------- */

/*
 * Bucket search in O(1): the value's exponent and top mantissa bits choose an entry;
 * the entry's one bound decides between two neighbouring cells. Bounds are upper
 * bounds and belong to their bucket (v <= bound), as Prometheus defines it.
 */
struct quipu_priv_entry {
	double bound;  /* the one bound inside this range of values, or +Inf */
	uint32_t cell; /* byte offset of the cell for values up to bound */
	uint32_t pad;
};

struct quipu_priv_layout {
	int64_t first; /* key of entry[0]: (bits of a double) >> shift */
	int64_t last;  /* index of the last entry */
	uint32_t shift;
	uint32_t n_cells;
	uint64_t top; /* bits of the largest value that the table is for */
	const struct quipu_priv_entry *entry;
};

/* The byte offset, in its range, of the cell that value belongs to; from 0 to top. */
static inline uint32_t quipu_priv_layout_find(const struct quipu_priv_layout *layout, double value)
{
	const struct quipu_priv_entry *entry;
	int64_t key;

	memcpy(&key, &value, sizeof key);
	key = (key >> layout->shift) - layout->first;
	key = key < 0 ? 0 : key;
	key = key > layout->last ? layout->last : key;
	entry = &layout->entry[key];
	return entry->cell + (value > entry->bound ? 16u : 0u);
}

#if defined(__x86_64__)
#ifdef __AVX__
#define QUIPU_PRIV_MOVDQA(to, from) "{vmovdqa " from ", " to "|vmovdqa " to ", " from "}"
#define QUIPU_PRIV_ADDSD(to, n) "{vaddsd " n ", " to ", " to "|vaddsd " to ", " to ", " n "}"
#else
#define QUIPU_PRIV_MOVDQA(to, from) "{movdqa " from ", " to "|movdqa " to ", " from "}"
#define QUIPU_PRIV_ADDSD(to, n) "{addsd " n ", " to "|addsd " to ", " n "}"
#endif
/* One aligned 16-byte load, one aligned 16-byte store: single-copy atomic on every
 * x86-64 with AVX. Inline assembly because compilers split or fold vector accesses, and
 * would clear the other half of the value's register before they add it. */
static inline void quipu_priv_cell_add(char *at, double value)
{
	__m128i cell, count, sum;

	__asm__ volatile(QUIPU_PRIV_MOVDQA("%0", "%1") : "=x"(cell) : "m"(*(__m128i *)(void *)at));
	count = _mm_add_epi64(cell, _mm_set_epi64x(0, 1));
	sum = _mm_shuffle_epi32(cell, _MM_SHUFFLE(3, 2, 3, 2));
	__asm__(QUIPU_PRIV_ADDSD("%0", "%1") : "+x"(sum) : "x"(value));
	cell = _mm_unpacklo_epi64(count, sum);
	__asm__ volatile(QUIPU_PRIV_MOVDQA("%0", "%1") : "=m"(*(__m128i *)(void *)at) : "x"(cell));
}
#elif defined(__aarch64__)
struct quipu_priv_pair {
	uint64_t count, sum;
};

/* LDP and STP of an aligned pair are single-copy atomic with LSE2. */
static inline void quipu_priv_cell_add(char *at, double value)
{
	uint64_t count, bits;
	double sum;

	__asm__ volatile("ldp %0, %1, %2"
			 : "=r"(count), "=r"(bits)
			 : "Q"(*(struct quipu_priv_pair *)(void *)at));
	memcpy(&sum, &bits, sizeof sum);
	sum += value;
	memcpy(&bits, &sum, sizeof bits);
	count++;
	__asm__ volatile("stp %1, %2, %0"
			 : "=Q"(*(struct quipu_priv_pair *)(void *)at)
			 : "r"(count), "r"(bits));
}
#else
#error "quipu supports x86-64 and AArch64"
#endif

/* Observes a value in the histogram's base unit (seconds for durations). */
static inline void quipu_histogram_observe(quipu_histogram histogram, double value)
{
	char *base = quipu_priv_base;
	uint32_t cell;

	/* one comparison: NaN, whatever has its sign set, and what is above the table */
	if (QUIPU_PRIV_UNLIKELY(!base || !histogram.layout ||
				(uint64_t)quipu_priv_bits(value) > histogram.layout->top)) {
		quipu_priv_histogram_slow(histogram, value);
		return;
	}
	cell = quipu_priv_layout_find(histogram.layout, value);
	quipu_priv_guard();
	quipu_priv_cell_add(base + histogram.offset + cell, value);
	quipu_priv_unguard(base);
}

/* Observes a duration in nanoseconds; it is kept and shown in seconds. The division
 * is correctly rounded, so 5000000 ns fall into the bucket whose bound is 0.005. */
static inline void quipu_histogram_observe_ns(quipu_histogram histogram, uint64_t ns)
{
	quipu_histogram_observe(histogram, (double)ns / 1e9);
}

/* --- summary ------------------------------------------------------------------------------ */

/* Observes a value; the same work as for a histogram, whatever the quantiles. */
static inline void quipu_summary_observe(quipu_summary summary, double value)
{
	quipu_histogram_observe(summary.cells, value);
}

static inline void quipu_summary_observe_ns(quipu_summary summary, uint64_t ns)
{
	quipu_histogram_observe_ns(summary.cells, ns);
}

/* --- grids -------------------------------------------------------------------------------- */

/* Byte offset of the series at the given coordinates from the grid's first series, or
 * -1 where a coordinate is out of range or their number is wrong. */
static inline int64_t quipu_priv_grid_find(const struct quipu_priv_grid *shape, const uint32_t *at,
					   uint32_t n)
{
	uint32_t index = 0, i;

	if (QUIPU_PRIV_UNLIKELY(n != shape->n_axes))
		return -1;
	for (i = 0; i < n; i++) {
		if (QUIPU_PRIV_UNLIKELY(at[i] >= shape->size[i]))
			return -1;
		index = index * shape->size[i] + at[i];
	}
	return (int64_t)index * shape->stride;
}

#define QUIPU_PRIV_GRID_AT(kind)                                                                   \
	static inline quipu_##kind quipu_##kind##_grid_at(quipu_##kind##_grid grid,                \
							  const uint32_t *at, uint32_t n)          \
	{                                                                                          \
		int64_t distance = quipu_priv_grid_find(&grid.shape, at, n);                       \
		quipu_##kind sink;                                                                 \
                                                                                                   \
		if (QUIPU_PRIV_UNLIKELY(distance < 0)) {                                           \
			memset(&sink, 0, sizeof sink);                                             \
			return sink;                                                               \
		}                                                                                  \
		grid.first.offset += (uint32_t)distance;                                           \
		return grid.first;                                                                 \
	}
QUIPU_PRIV_GRID_AT(counter)
QUIPU_PRIV_GRID_AT(float_counter)
QUIPU_PRIV_GRID_AT(updown)
QUIPU_PRIV_GRID_AT(histogram)
#undef QUIPU_PRIV_GRID_AT

#ifdef __cplusplus
}
#endif
#endif
