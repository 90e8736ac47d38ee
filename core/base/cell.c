/* SPDX-License-Identifier: MIT */
/* cell.c: the only inline assembly outside the public record path. See cell.h. */
#include "cell.h"

#include <string.h>

bool qp_cell_whole;

#if defined(__x86_64__)

void qp_cell_detect(void)
{
	__builtin_cpu_init();
	qp_cell_whole = __builtin_cpu_supports("avx");
}

/* Stores desired if *at still is *expected; else loads *at into *expected. */
static bool exchange(struct qp_cell *at, struct qp_cell *expected, struct qp_cell desired)
{
	uint64_t low = expected->count, high, new_high;
	bool done;

	memcpy(&high, &expected->sum, sizeof high);
	memcpy(&new_high, &desired.sum, sizeof new_high);
	/* a locked instruction: sequentially consistent, more than is needed */
	__asm__ volatile("lock cmpxchg16b %1"
			 : "=@ccz"(done), "+m"(*at), "+a"(low), "+d"(high)
			 : "b"(desired.count), "c"(new_high)
			 : "memory");
	expected->count = low;
	memcpy(&expected->sum, &high, sizeof high);
	return done;
}

static struct qp_cell load_whole(const struct qp_cell *at)
{
	struct qp_cell cell;

	__asm__ volatile("movdqa %1, %%xmm0\n\tmovdqa %%xmm0, %0" : "=m"(cell) : "m"(*at) : "xmm0");
	return cell;
}

#elif defined(__aarch64__)
#include <sys/auxv.h>

#ifndef HWCAP_USCAT
#define HWCAP_USCAT (1 << 25)
#endif

void qp_cell_detect(void)
{
	qp_cell_whole = (getauxval(AT_HWCAP) & HWCAP_USCAT) != 0;
}

static bool exchange(struct qp_cell *at, struct qp_cell *expected, struct qp_cell desired)
{
	uint64_t low, high, want_high, new_high;
	uint32_t differs;

	memcpy(&want_high, &expected->sum, sizeof want_high);
	memcpy(&new_high, &desired.sum, sizeof new_high);
	/* acquire and release: more than is needed. What was read is written back when it differs:
	 * only a store proves that the pair was read whole. One block, so that nothing of the
	 * compiler's comes between load and store and breaks the reservation for ever. */
	__asm__ volatile("1:	ldaxp	%0, %1, %3\n"
			 "	cmp	%0, %4\n"
			 "	ccmp	%1, %5, #0, eq\n"
			 "	cset	%w2, ne\n"
			 "	csel	x8, %0, %6, ne\n"
			 "	csel	x9, %1, %7, ne\n"
			 "	stlxp	w10, x8, x9, %3\n"
			 "	cbnz	w10, 1b"
			 : "=&r"(low), "=&r"(high), "=&r"(differs), "+Q"(*at)
			 : "r"(expected->count), "r"(want_high), "r"(desired.count), "r"(new_high)
			 : "x8", "x9", "x10", "cc", "memory");
	expected->count = low;
	memcpy(&expected->sum, &high, sizeof high);
	return !differs;
}

static struct qp_cell load_whole(const struct qp_cell *at)
{
	struct qp_cell cell;
	uint64_t high;

	__asm__ volatile("ldp %0, %1, %2" : "=r"(cell.count), "=r"(high) : "Q"(*at));
	memcpy(&cell.sum, &high, sizeof high);
	return cell;
}

#endif

struct qp_cell qp_cell_load(const struct qp_cell *at)
{
	struct qp_cell seen = { 0, 0 };

	if (qp_cell_whole)
		return load_whole(at);
	/* exchange a value for itself: the only whole read such a machine has */
	while (!exchange((struct qp_cell *)(uintptr_t)at, &seen, seen)) {
	}
	return seen;
}

static inline void add_cell(struct qp_cell *sum, struct qp_cell cell)
{
	if (cell.count == 0)
		return;
	sum->count += cell.count;
	sum->sum += cell.sum;
}

void qp_cells_add(struct qp_cell *sums, const struct qp_cell *from, size_t n)
{
	size_t i;

	for (i = 0; i < n && qp_cell_whole; i++)
		add_cell(&sums[i], load_whole(&from[i]));
	for (; i < n; i++)
		add_cell(&sums[i], qp_cell_load(&from[i]));
}

void qp_cell_add_shared(struct qp_cell *at, uint64_t count, double sum)
{
	struct qp_cell old = { 0, 0 }, new;

	do {
		new.count = old.count + count;
		new.sum = old.sum + sum;
	} while (!exchange(at, &old, new));
}
