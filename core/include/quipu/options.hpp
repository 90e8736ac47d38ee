/* SPDX-License-Identifier: MIT */
/*
 * options.hpp: quipu_opts and quipu_registry_opts (types.h, where each field is explained) with
 * defaults of their own, so that C++20's designated initialisers may leave fields out:
 *
 *   quipu::counter_family calls(reg, { .name = "calls_total", .help = "Calls made.",
 *                                      .labels = { "model", "status" } });
 *
 * In C++17 fill in an object, or write QUIPU_OPTS(.name = "calls_total", …) as in C. Lists are
 * copied into the options; they are made of braces, of an array or container, or, for names, of a
 * list that ends in NULL, as QUIPU_LABELS makes it. Too many are an error of the C function, which
 * names the culprit. The strings must live until the options are used.
 */
#ifndef QUIPU_OPTIONS_HPP
#define QUIPU_OPTIONS_HPP

#include <quipu/types.h>

#include <cstddef>
#include <initializer_list>
#include <utility>

namespace quipu
{

/* At most N elements, and room for one too many, so that this is found; ends in an empty one. */
template <typename T, std::size_t N> class list
{
public:
	constexpr list() noexcept = default;
	constexpr list(std::initializer_list<T> from) noexcept
	{
		append(from.begin(), from.size());
	}
	template <typename Container, typename = decltype(std::declval<const Container &>().data())>
	constexpr list(const Container &from) noexcept
	{
		append(from.data(), from.size());
	}
	/* A list that ends in an empty element: names that end in NULL. */
	constexpr list(const T *from) noexcept
	{
		while (from && *from && n_ <= N)
			item_[n_++] = *from++;
	}
	constexpr const T *data() const noexcept
	{
		return n_ > 0 ? item_ : nullptr;
	}
	constexpr std::size_t size() const noexcept
	{
		return n_;
	}

private:
	constexpr void append(const T *from, std::size_t n) noexcept
	{
		for (std::size_t i = 0; i < n && n_ <= N; i++)
			item_[n_++] = from[i];
	}

	T item_[N + 2] = {};
	std::size_t n_ = 0;
};

/* Options of a metric or family. */
struct options {
	const char *name = nullptr;
	const char *help = nullptr;
	const char *unit = nullptr;
	list<const char *, QUIPU_MAX_LABELS> labels = {};
	list<double, QUIPU_MAX_BOUNDS> bounds = {};
	std::size_t max_series = 0;
	double idle_seconds = 0;
	list<const char *, QUIPU_MAX_STATES> states = {};
	double native_factor = 0;
	double native_min = 0;
	double native_max = 0;
	bool native_negative = false;
	unsigned native_max_buckets = 0;
	bool exemplars = false;
	list<double, QUIPU_MAX_QUANTILES> quantiles = {};
	double window_seconds = 0;
	unsigned decimals = 0;
};

/* Options of a registry. */
struct registry_options {
	const char *prefix = nullptr;
	list<quipu_label, QUIPU_MAX_LABELS> const_labels = {};
	std::size_t max_series = 0;
};

namespace detail
{

/* C's options, made of C++'s for one call; they point into those. */
inline quipu_opts made(const options &from) noexcept
{
	quipu_opts c = {};

	c.size = sizeof c;
	c.name = from.name;
	c.help = from.help;
	c.unit = from.unit;
	c.labels = from.labels.data();
	c.bounds = from.bounds.data();
	c.n_bounds = from.bounds.size();
	c.max_series = from.max_series;
	c.idle_seconds = from.idle_seconds;
	c.states = from.states.data();
	c.n_states = from.states.size();
	c.native_factor = from.native_factor;
	c.native_min = from.native_min;
	c.native_max = from.native_max;
	c.native_negative = from.native_negative;
	c.native_max_buckets = from.native_max_buckets;
	c.exemplars = from.exemplars;
	c.quantiles = from.quantiles.data();
	c.n_quantiles = from.quantiles.size();
	c.window_seconds = from.window_seconds;
	c.decimals = from.decimals;
	return c;
}

inline quipu_registry_opts made(const registry_options &from) noexcept
{
	quipu_registry_opts c = {};

	c.size = sizeof c;
	c.prefix = from.prefix;
	c.const_labels = from.const_labels.data();
	c.n_const_labels = from.const_labels.size();
	c.max_series = from.max_series;
	return c;
}

} /* namespace detail */
} /* namespace quipu */
#endif
