/* SPDX-License-Identifier: MIT */
/*
 * metrics.h: what the dispatch loop (loop.cc) records, in one of three ways: map.cc, prometheus.cc,
 * quipu.cc. Seven records a call:
 *
 *   llm_requests_in_flight{model,provider}            gauge, +1 and -1
 *   llm_requests_total{model,provider,status}         counter
 *   llm_tokens_total{model,provider,direction}        counter, for both directions
 *   llm_request_duration_seconds{model,provider}      histogram of 11 bounds
 *   llm_time_to_first_token_seconds{model,provider}   the same
 *
 * Threads: any, but for open.
 */
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace metrics
{

/* Where a call can go and how it can end; written by the loop before open. */
struct Route {
	const char *model, *provider;
};

constexpr size_t kRoutes = 6, kStatuses = 3, kBounds = 11;
constexpr std::array<const char *, kStatuses> kStatus = { "success", "rate_limited", "error" };
constexpr std::array<double, kBounds> kBound = { 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
						 0.5,	1,    2.5,   5,	   10 };

struct Ending {
	size_t route, status;
	uint32_t input, output; /* tokens */
	double seconds, first_seconds;
};

/* kept: series are found once; else by their labels in every record. False: this way has none. */
bool open(const std::array<Route, kRoutes> &routes, bool kept);

void begin(size_t route);
void end(const Ending &ending);

/* What a scrape gets: text 0.0.4. */
std::string exposition();

} /* namespace metrics */
