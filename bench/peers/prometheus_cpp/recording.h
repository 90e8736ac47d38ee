/* SPDX-License-Identifier: MIT */
/*
 * recording.h: the loop of the record operation (bench/README.md, "Record") in C++.
 *
 * An operation is called with its number, which the caller reduces modulo contents::kN where it
 * goes through an order.
 */
#pragma once

#include <pthread.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <thread>
#include <vector>

namespace recording
{

constexpr uint32_t kBatch = 1024;   /* between two looks at the clock */
constexpr uint32_t kApart = 4099;   /* between two threads' starts in the order */
constexpr double kWarmBatches = 16; /* at least, in the warm-up */

struct Result {
	double rate;   /* operations a second, of all threads together */
	double cpu_ns; /* a thread's processor time for one */
};

inline double clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/* What one thread did, and when. */
struct Done {
	double n, begin, last, end, cpu; /* the last batch's beginning */
};

/* Records until a moment, and so many batches at least. The operation is this loop's own copy, so
 * that what it holds stays in registers. */
template <typename Operation>
Done record_until(const Operation operation, uint32_t &from, double over, double least)
{
	double begin = clock_ns(CLOCK_MONOTONIC);
	Done done = { 0, begin, begin, begin, clock_ns(CLOCK_THREAD_CPUTIME_ID) };
	uint32_t k = from;

	while (done.end < over || done.n < least * kBatch) {
		done.last = done.end;
		for (uint32_t i = 0; i < kBatch; i++)
			operation(k++);
		done.n += kBatch;
		done.end = clock_ns(CLOCK_MONOTONIC);
	}
	done.cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID) - done.cpu;
	from = k;
	return done;
}

/* All stop at one moment, which is fixed while everyone, warm, waits between two barriers. */
template <typename Operation>
Done one_thread(const Operation &operation, unsigned thread, double seconds, const double &over,
		pthread_barrier_t *start)
{
	uint32_t k = thread * kApart;

	record_until(operation, k, clock_ns(CLOCK_MONOTONIC) + seconds * 1e9 / 10, kWarmBatches);
	pthread_barrier_wait(start);
	pthread_barrier_wait(start);
	return record_until(operation, k, over, 0);
}

/* How many a thread made until the end; of its last batch, which ended later, as large a part as of
 * its time. */
inline double made(const Done &one, double over)
{
	if (one.n == 0 || one.end <= over)
		return one.n;
	return one.n - kBatch * (one.end - over) / (one.end - one.last);
}

/* From the first start to the end, the same for all. */
inline Result sum_up(const std::vector<Done> &all, double over)
{
	double n = 0, all_n = 0, cpu = 0, begin = over;

	for (const Done &one : all) {
		n += made(one, over);
		all_n += one.n;
		cpu += one.cpu;
		begin = std::min(begin, one.begin);
	}
	return { n / (over - begin) * 1e9, cpu / all_n };
}

template <typename Operation>
Result record(const Operation &operation, unsigned threads, double seconds)
{
	std::vector<Done> results(threads);
	std::vector<std::thread> all;
	pthread_barrier_t start;
	double over = 0;

	pthread_barrier_init(&start, nullptr, threads + 1);
	for (unsigned i = 0; i < threads; i++)
		all.emplace_back(
			[&, i] { results[i] = one_thread(operation, i, seconds, over, &start); });
	pthread_barrier_wait(&start);
	over = clock_ns(CLOCK_MONOTONIC) + seconds * 1e9;
	pthread_barrier_wait(&start);
	for (std::thread &one : all)
		one.join();
	pthread_barrier_destroy(&start);
	return sum_up(results, over);
}

} /* namespace recording */
