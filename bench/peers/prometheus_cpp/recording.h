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
	double n, begin, end, cpu;
};

/* Records until a moment, and so many batches at least. The operation is this loop's own copy, so
 * that what it holds stays in registers. */
template <typename Operation>
Done record_until(const Operation operation, uint32_t &from, double over, double least)
{
	Done done = { 0, clock_ns(CLOCK_MONOTONIC), 0, clock_ns(CLOCK_THREAD_CPUTIME_ID) };
	uint32_t k = from;

	do {
		for (uint32_t i = 0; i < kBatch; i++)
			operation(k++);
		done.n += kBatch;
		done.end = clock_ns(CLOCK_MONOTONIC);
	} while (done.end < over || done.n < least * kBatch);
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
	return record_until(operation, k, over, 1);
}

/* From the first start to the last end. */
inline Result sum_up(const std::vector<Done> &all)
{
	Done sum = { 0, all[0].begin, all[0].end, 0 };

	for (const Done &one : all) {
		sum.n += one.n;
		sum.cpu += one.cpu;
		sum.begin = std::min(sum.begin, one.begin);
		sum.end = std::max(sum.end, one.end);
	}
	return { sum.n / (sum.end - sum.begin) * 1e9, sum.cpu / sum.n };
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
	return sum_up(results);
}

} /* namespace recording */
