/* SPDX-License-Identifier: MIT */
/*
 * recording.h: the loop of the record operation (bench/README.md, "Record") in C++.
 *
 * An operation is called with its number, which the caller reduces modulo contents::kN where it
 * goes through an order.
 */
#pragma once

#include <pthread.h>

#include <cstdint>
#include <ctime>
#include <thread>
#include <vector>

namespace recording
{

constexpr uint32_t kBatch = 1024; /* between two looks at the clock */
constexpr uint32_t kApart = 4099; /* between two threads' starts in the order */

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

/* How many were made until the time was up; ns becomes when that was noticed. The operation is
 * this loop's own copy, so that what it holds stays in registers. */
template <typename Operation>
double record_for(const Operation operation, uint32_t &from, double &ns)
{
	double start = clock_ns(CLOCK_MONOTONIC), end = start + ns, now, n = 0;
	uint32_t k = from;

	do {
		for (uint32_t i = 0; i < kBatch; i++)
			operation(k++);
		n += kBatch;
		now = clock_ns(CLOCK_MONOTONIC);
	} while (now < end);
	ns = now - start;
	from = k;
	return n;
}

template <typename Operation>
Result one_thread(const Operation &operation, unsigned thread, double seconds,
		  pthread_barrier_t *start)
{
	uint32_t k = thread * kApart;
	double ns = seconds * 1e9 / 10, cpu, n;

	pthread_barrier_wait(start);
	record_for(operation, k, ns); /* the warm-up */
	pthread_barrier_wait(start);
	ns = seconds * 1e9;
	cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	n = record_for(operation, k, ns);
	cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu;
	return { n / ns * 1e9, cpu / n };
}

template <typename Operation>
Result record(const Operation &operation, unsigned threads, double seconds)
{
	std::vector<Result> results(threads);
	std::vector<std::thread> all;
	pthread_barrier_t start;
	Result sum = { 0, 0 };

	pthread_barrier_init(&start, nullptr, threads);
	for (unsigned i = 0; i < threads; i++)
		all.emplace_back(
			[&, i] { results[i] = one_thread(operation, i, seconds, &start); });
	for (unsigned i = 0; i < threads; i++) {
		all[i].join();
		sum.rate += results[i].rate;
		sum.cpu_ns += results[i].cpu_ns / threads;
	}
	pthread_barrier_destroy(&start);
	return sum;
}

} /* namespace recording */
