/* SPDX-License-Identifier: MIT */
/*
 * common.h: what every measuring program needs: arguments, the clock, medians, one line of JSON.
 *
 * A program that goes wrong says so on stderr and ends: with status 1; with 2 and its usage for a
 * wrong argument; with 3 where the machine does not have what it was asked for.
 */
#ifndef BENCH_COMMON_H
#define BENCH_COMMON_H

#include <stdint.h>
#include <stdlib.h>
#include <time.h>

/* --- arguments: by their number, 1 is the first ----------------------------------------------- */

/* Usage is what follows the program's name; there must be least to most arguments. */
void bench_arguments(int argc, char **argv, int least, int most, const char *usage);
_Noreturn void bench_usage(void);

/* NULL where there are not so many. */
const char *bench_text(int i);
size_t bench_count(int i, size_t least, size_t most);
double bench_seconds(int i);

/* Which one of these, a list that ends in NULL. */
size_t bench_word(int i, const char *const *words);

/* --- ends -------------------------------------------------------------------------------------- */

_Noreturn void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void bench_lack(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Memory that is there, zeroed. */
void *bench_alloc(size_t n, size_t size);

/* Ends the program where so many bytes are more than half of the memory that is free. */
void bench_demand(size_t bytes);

/* --- time -------------------------------------------------------------------------------------- */

static inline uint64_t bench_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static inline double bench_ms_since(uint64_t start)
{
	return (double)(bench_now() - start) / 1e6;
}

/* --- samples: a bounded number of them, what comes later is left out ------------------------------ */

struct bench_samples {
	double *list;
	size_t n, most;
};

struct bench_samples bench_samples_new(size_t most);
void bench_sample(struct bench_samples *samples, double value);

/* Sorts them; share 0 is the least, 0.5 the median, 1 the most. There must be one. */
double bench_share(struct bench_samples *samples, double share);

/* --- JSON: one object on one line --------------------------------------------------------------- */

void bench_json_begin(void);
void bench_json_real(const char *name, double value);
void bench_json_count(const char *name, uint64_t value);
void bench_json_end(void);

#endif
