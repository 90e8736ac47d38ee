/* SPDX-License-Identifier: MIT */
/* contents.h: the labels and values that bench/README.md prescribes, in C++. */
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace contents
{

constexpr uint32_t kN = 16384; /* values, and places in the order */
constexpr int kObservations = 12;
constexpr uint64_t kSeed = 20231;

using LabelSet = std::array<std::string, 3>; /* model, provider, status */

inline uint64_t draw(uint64_t &x)
{
	x = x * 6364136223846793005u + 1442695040888963407u;
	return x;
}

/* To observe: log-uniform over all default buckets and beyond. */
inline std::vector<double> values()
{
	uint64_t x = kSeed;
	std::vector<double> all(kN);

	for (double &value : all) {
		double u = static_cast<double>(draw(x) >> 11) * 0x1p-53;

		value = 0.0025 * std::exp(u * std::log(12 / 0.0025));
	}
	return all;
}

/* In which order series are visited. */
inline std::vector<uint32_t> order(size_t series)
{
	uint64_t x = kSeed;
	std::vector<uint32_t> all(kN);

	for (uint32_t &place : all)
		place = static_cast<uint32_t>((draw(x) >> 33) % series);
	return all;
}

inline LabelSet few(size_t i)
{
	static const char *const models[] = { "gpt-4o",	      "gpt-4o-mini",   "claude-3-5-sonnet",
					      "claude-haiku", "llama-3.1-70b", "llama-3.1-8b",
					      "mixtral-8x7b", "gemini-1.5-pro" };
	static const char *const providers[] = { "openai", "anthropic", "azure", "self-hosted" };
	static const char *const statuses[] = { "success", "rate_limited" };

	return { models[i % 8], providers[i / 8 % 4], statuses[i / 32] };
}

inline LabelSet beyond(size_t i)
{
	return { "model-" + std::to_string(i % 100), "provider-" + std::to_string(i / 100 % 10),
		 "status-" + std::to_string(i / 1000) };
}

/* Those of a record. */
inline std::vector<LabelSet> sets(size_t series)
{
	std::vector<LabelSet> all;

	all.reserve(series);
	for (size_t i = 0; i < series; i++)
		all.push_back(series <= 64 ? few(i) : beyond(i));
	return all;
}

inline double count(size_t i)
{
	return 1 + 7 * static_cast<double>(i);
}

inline double observation(size_t i, int k)
{
	return 0.004 * std::exp2(k) * (1 + static_cast<double>(i % 7) * 0.1);
}

} /* namespace contents */
