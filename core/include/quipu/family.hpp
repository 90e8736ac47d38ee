/* SPDX-License-Identifier: MIT */
/*
 * family.hpp: families, whose series are found by label values of any C++ string type.
 *
 *   quipu::counter_family calls(reg, { .name = "calls_total", .help = "Calls made.",
 *                                      .labels = { "model", "status" } });
 *   calls.inc_at(model, "success");                          a look-up: no lock, no copy
 *   quipu::kept<quipu::counter> ok = calls.at(model, "success");   once, then ok.inc()
 *
 * Values come in the order of the labels; their number is checked when it is used, by the C
 * function: too few record nothing, are counted and set the registry's status. What the verbs cost
 * and how they fail: metric.h. A family is a value like C's; it owns nothing, and unregister
 * takes it out of its registry.
 */
#ifndef QUIPU_FAMILY_HPP
#define QUIPU_FAMILY_HPP

#include <quipu/handle.hpp>
#include <quipu/label.hpp>

namespace quipu
{
namespace detail
{

/* What all families have; C is the family's type in C, Handle what its series are. */
template <typename C, typename Handle> class family
{
public:
	constexpr family() noexcept : family_()
	{
	}
	constexpr family(C c) noexcept : family_(c)
	{
	}
	constexpr operator C() const noexcept
	{
		return family_;
	}

	/* The kept handle of a series, made if new. Cost: a lock. */
	template <typename... Values>
	[[nodiscard]] kept<Handle> at(const Values &...values) const noexcept
	{
		const quipu_str list[] = { label(values)... };

		return kept<Handle>(quipu_at_v(family_, list, sizeof...(values)));
	}

	/* Removes one series, or those with one label value, or all; how many. Their values end in
	 * NUL, as C's do. */
	template <typename... Values> std::size_t remove(Values... values) const noexcept
	{
		return quipu_family_remove(family_, values...);
	}
	std::size_t remove_matching(const char *name, const char *value) const noexcept
	{
		return quipu_family_remove_matching(family_, name, value);
	}
	std::size_t clear() const noexcept
	{
		return quipu_family_clear(family_);
	}
	void unregister() const noexcept
	{
		quipu_family_unregister(family_);
	}

protected:
	C family_;
};

} /* namespace detail */

#define QUIPU_PRIV_HPP_FAMILY(kind)                                                                \
	using family::family;                                                                      \
	constexpr kind##_family() noexcept = default;                                              \
	kind##_family(quipu_registry *registry, const quipu_opts *options) noexcept                \
	    : family(quipu_##kind##_family_new(registry, options))                                 \
	{                                                                                          \
	}                                                                                          \
	kind##_family(quipu_registry *registry, const options &options) noexcept                   \
	    : kind##_family(registry, quipu_priv_address(detail::made(options)))                   \
	{                                                                                          \
	}

/* verb_at(amount, value …) and verb_at(value …), which stands for the same with a fixed amount. */
#define QUIPU_PRIV_HPP_AT(verb, type)                                                              \
	template <typename... Values> void verb##_at(type amount, const Values &...values) const   \
	{                                                                                          \
		const quipu_str list[] = { label(values)... };                                     \
                                                                                                   \
		quipu_##verb##_at_v(family_, amount, list, sizeof...(values));                     \
	}
#define QUIPU_PRIV_HPP_STEP(verb)                                                                  \
	template <typename... Values> void verb##_at(const Values &...values) const                \
	{                                                                                          \
		const quipu_str list[] = { label(values)... };                                     \
                                                                                                   \
		quipu_##verb##_at_v(family_, list, sizeof...(values));                             \
	}
#define QUIPU_PRIV_HPP_TIME                                                                        \
	template <typename Rep, typename Period, typename... Values>                               \
	void observe_at(std::chrono::duration<Rep, Period> time, const Values &...values) const    \
	{                                                                                          \
		observe_at(detail::seconds(time), values...);                                      \
	}

class counter_family : public detail::family<quipu_counter_family, counter>
{
public:
	QUIPU_PRIV_HPP_FAMILY(counter)
	QUIPU_PRIV_HPP_STEP(inc)
	QUIPU_PRIV_HPP_AT(add, std::uint64_t)
};

class float_counter_family : public detail::family<quipu_float_counter_family, float_counter>
{
public:
	QUIPU_PRIV_HPP_FAMILY(float_counter)
	QUIPU_PRIV_HPP_STEP(inc)
	QUIPU_PRIV_HPP_AT(add, double)
};

class updown_family : public detail::family<quipu_updown_family, updown>
{
public:
	QUIPU_PRIV_HPP_FAMILY(updown)
	QUIPU_PRIV_HPP_STEP(inc)
	QUIPU_PRIV_HPP_STEP(dec)
	QUIPU_PRIV_HPP_AT(add, std::int64_t)
};

class gauge_family : public detail::family<quipu_gauge_family, gauge>
{
public:
	QUIPU_PRIV_HPP_FAMILY(gauge)
	QUIPU_PRIV_HPP_STEP(inc)
	QUIPU_PRIV_HPP_STEP(dec)
	QUIPU_PRIV_HPP_AT(add, double)
	QUIPU_PRIV_HPP_AT(set, double)
};

class histogram_family : public detail::family<quipu_histogram_family, histogram>
{
public:
	QUIPU_PRIV_HPP_FAMILY(histogram)
	QUIPU_PRIV_HPP_AT(observe, double)
	QUIPU_PRIV_HPP_AT(observe_ns, std::uint64_t)
	QUIPU_PRIV_HPP_TIME
};

class summary_family : public detail::family<quipu_summary_family, summary>
{
public:
	QUIPU_PRIV_HPP_FAMILY(summary)
	QUIPU_PRIV_HPP_AT(observe, double)
	QUIPU_PRIV_HPP_AT(observe_ns, std::uint64_t)
	QUIPU_PRIV_HPP_TIME
};

class stateset_family : public detail::family<quipu_stateset_family, stateset>
{
public:
	QUIPU_PRIV_HPP_FAMILY(stateset)
	QUIPU_PRIV_HPP_AT(select, std::uint32_t)
};

#undef QUIPU_PRIV_HPP_FAMILY
#undef QUIPU_PRIV_HPP_AT
#undef QUIPU_PRIV_HPP_STEP
#undef QUIPU_PRIV_HPP_TIME

} /* namespace quipu */
#endif
