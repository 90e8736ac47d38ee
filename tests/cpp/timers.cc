/* SPDX-License-Identifier: MIT */
/* timers.cc: a scope is timed once, however it is left; not at all where that was called off. */
#include "check.h"

#include <cstdint>
#include <stdexcept>
#include <utility>

namespace
{

quipu::histogram make(quipu_registry *registry)
{
	quipu::options options;

	options.name = "call_seconds";
	options.help = "Something.";
	options.unit = "seconds";
	return quipu::histogram(registry, options);
}

uint64_t count(quipu::histogram histogram)
{
	return histogram.read().count;
}

int leave_early(quipu::histogram histogram, bool early)
{
	quipu::scoped_timer timer(histogram);

	if (early)
		return 1;
	return 0;
}

#ifdef __cpp_exceptions
void leave_by_exception(quipu::histogram histogram)
{
	quipu::scoped_timer timer(histogram);

	throw std::runtime_error("out");
}

bool thrown(quipu::histogram histogram)
{
	try {
		leave_by_exception(histogram);
	} catch (const std::runtime_error &) {
		return true;
	}
	return false;
}
#endif

void scopes(quipu::histogram histogram)
{
	{
		quipu::scoped_timer timer(histogram);
	}
	CHECK(count(histogram) == 1);
	leave_early(histogram, true);
	leave_early(histogram, false);
	CHECK(count(histogram) == 3);
#ifdef __cpp_exceptions
	CHECK(thrown(histogram));
#else
	leave_early(histogram, true);
#endif
	CHECK(count(histogram) == 4);
}

/* The time is that of the monotonic clock around the scope. */
void stopping(quipu::histogram histogram)
{
	const uint64_t before = quipu_now_ns(), seen = count(histogram);
	const double sum = histogram.read().sum;
	{
		quipu::scoped_timer timer(histogram);
		const auto took = static_cast<uint64_t>(timer.stop().count());

		CHECK(count(histogram) == seen + 1);
		CHECK(took <= quipu_now_ns() - before);
		CHECK(histogram.read().sum - sum <= static_cast<double>(took) / 1e9 + 1e-9);
		CHECK(timer.stop().count() == 0);
	}
	CHECK(count(histogram) == seen + 1);
	{
		quipu::scoped_timer timer(histogram);

		timer.cancel();
		CHECK(timer.stop().count() == 0);
	}
	CHECK(count(histogram) == seen + 1);
}

void moving(quipu::histogram histogram)
{
	const uint64_t seen = count(histogram);
	{
		quipu::scoped_timer timer(histogram);
		quipu::scoped_timer moved(std::move(timer));

		CHECK(timer.stop().count() == 0);
		CHECK(count(histogram) == seen);
	}
	CHECK(count(histogram) == seen + 1);
}

void of_others(quipu_registry *registry)
{
	quipu::options options;

	options.name = "others_seconds";
	options.help = "Something.";
	quipu::summary summary(registry, options);
	options.name = "family_seconds";
	options.labels = { "zone" };
	quipu::histogram_family family(registry, options);
	quipu::kept<quipu::histogram> kept = family.at("a");
	quipu_histogram c = kept;
	{
		quipu::scoped_timer of_summary(summary);
		quipu::scoped_timer of_kept(kept);
		quipu::scoped_timer of_c(c);
	}
	CHECK(summary.read().count == 1 && kept.read().count == 2);
}

} /* namespace */

void test_timers()
{
	quipu::registry registry;
	quipu::histogram histogram = make(registry);

	scopes(histogram);
	stopping(histogram);
	moving(histogram);
	of_others(registry);
	CHECK(!registry.status());
}
