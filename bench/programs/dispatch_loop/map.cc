/* SPDX-License-Identifier: MIT */
/*
 * map.cc: as programs count that have no library: maps from name and labels to a value, and one
 * mutex around them. The key is made before the lock is taken.
 */
#include "metrics.h"

#include <iomanip>
#include <mutex>
#include <sstream>
#include <unordered_map>

namespace metrics
{

namespace
{

struct Histogram {
	std::array<uint64_t, kBounds + 1> bucket{};
	double sum = 0;
};

class Metrics
{
public:
	void add(const std::string &key, double amount)
	{
		std::lock_guard<std::mutex> guard(lock_);

		value_[key] += amount;
	}

	void observe(const std::string &key, double value)
	{
		std::lock_guard<std::mutex> guard(lock_);
		Histogram &histogram = histogram_[key];
		size_t bucket = 0;

		while (bucket < kBounds && value > kBound[bucket])
			bucket++;
		histogram.bucket[bucket]++;
		histogram.sum += value;
	}

	std::string text()
	{
		std::lock_guard<std::mutex> guard(lock_);
		std::ostringstream out;

		for (const auto &one : value_)
			out << one.first << "} " << std::setprecision(17) << one.second
			    << std::setprecision(6) << '\n';
		for (const auto &one : histogram_)
			write(out, one.first, one.second);
		return out.str();
	}

private:
	/* The key is a name, a brace and labels. */
	static void write(std::ostream &out, const std::string &key, const Histogram &histogram)
	{
		const size_t brace = key.find('{');
		const std::string name = key.substr(0, brace), labels = key.substr(brace);
		uint64_t count = 0;

		for (size_t i = 0; i <= kBounds; i++) {
			count += histogram.bucket[i];
			out << name << "_bucket" << labels << ",le=\"";
			i < kBounds ? out << kBound[i] : out << "+Inf";
			out << "\"} " << count << '\n';
		}
		out << name << "_sum" << labels << "} " << std::setprecision(17) << histogram.sum
		    << std::setprecision(6) << '\n'
		    << name << "_count" << labels << "} " << count << '\n';
	}

	std::mutex lock_;
	std::unordered_map<std::string, double> value_;
	std::unordered_map<std::string, Histogram> histogram_;
};

Metrics all;
std::array<Route, kRoutes> where;

std::string key(const char *name, size_t route)
{
	return std::string(name) + "{model=\"" + where[route].model + "\",provider=\"" +
	       where[route].provider + "\"";
}

std::string key(const char *name, size_t route, const char *label, const char *value)
{
	return key(name, route) + "," + label + "=\"" + value + "\"";
}

} /* namespace */

bool open(const std::array<Route, kRoutes> &routes, bool kept)
{
	where = routes;
	return !kept;
}

void begin(size_t route)
{
	all.add(key("llm_requests_in_flight", route), 1);
}

void end(const Ending &ending)
{
	const size_t route = ending.route;

	all.add(key("llm_requests_in_flight", route), -1);
	all.add(key("llm_requests_total", route, "status", kStatus[ending.status]), 1);
	all.add(key("llm_tokens_total", route, "direction", "input"), ending.input);
	all.add(key("llm_tokens_total", route, "direction", "output"), ending.output);
	all.observe(key("llm_request_duration_seconds", route), ending.seconds);
	all.observe(key("llm_time_to_first_token_seconds", route), ending.first_seconds);
}

std::string exposition()
{
	return all.text();
}

} /* namespace metrics */
