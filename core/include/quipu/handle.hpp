/* SPDX-License-Identifier: MIT */
/*
 * handle.hpp: the handles of types.h as C++ values, and handles that give their pin back.
 *
 *   quipu::counter calls(reg, { .name = "calls_total", .help = "Calls made." });
 *   calls.inc();
 *
 * A handle is as large as C's, is copied as freely, and turns into C's and back wherever one is
 * wanted, so that every verb of verbs.h takes it too. Each has the verbs of its kind and no other.
 * A default one is a valid sink. The rules of record.h hold: nothing here throws, waits or
 * allocates beyond what the C function does. Verbs that record are not marked noexcept all the same:
 * compilers do not know that C functions throw nothing, and would guard the call that is the way
 * out of the fast path.
 *
 * kept<counter> is the handle of a family's series (family.hpp): it can be moved, not copied, and
 * gives its pin back when it ends. What was moved from is a sink. A plain handle made from a kept
 * one is a view of it and good for as long; of a temporary one it does not compile.
 */
#ifndef QUIPU_HANDLE_HPP
#define QUIPU_HANDLE_HPP

#include <quipu/metric.h>
#include <quipu/options.hpp>
#include <quipu/verbs.h>

#include <chrono>
#include <cstdint>
#include <utility>

namespace quipu
{

template <typename Handle> class kept;

namespace detail
{

/* What all kinds have; Kind is the class derived from it. */
template <typename Kind, typename C> class handle
{
public:
	using c_type = C;

	constexpr handle() noexcept : handle_()
	{
	}
	constexpr handle(C c) noexcept : handle_(c)
	{
	}
	constexpr operator C() const noexcept
	{
		return handle_;
	}
	constexpr const C &c() const noexcept
	{
		return handle_;
	}
	/* The value now, over all threads; not for hot loops (metric.h). */
	auto read() const noexcept
	{
		return quipu_read(handle_);
	}

private:
	friend kept<Kind>;
	C handle_;
};

/* Seconds as they are observed; whole units are divided, and so rounded only once. */
template <typename Rep, typename Period>
constexpr double seconds(std::chrono::duration<Rep, Period> time) noexcept
{
	return std::chrono::duration<double>(time).count();
}

} /* namespace detail */

/* The constructors that all kinds have: from C's handle, from options as quipu_opts has them and
 * as options.hpp has them, which make the metric (metric.h: quipu_counter_new and so on); and
 * never from a kept handle that is about to end. */
#define QUIPU_PRIV_HPP_KIND(kind)                                                                  \
	using handle::handle;                                                                      \
	constexpr kind() noexcept = default;                                                       \
	kind(kept<kind> &&) = delete;                                                              \
	kind &operator=(kept<kind> &&) = delete;                                                   \
	kind(quipu_registry *registry, const quipu_opts *options) noexcept                         \
	    : handle(quipu_##kind##_new(registry, options))                                        \
	{                                                                                          \
	}                                                                                          \
	kind(quipu_registry *registry, const options &options) noexcept                            \
	    : kind(registry, quipu_priv_address(detail::made(options)))                            \
	{                                                                                          \
	}

class counter : public detail::handle<counter, quipu_counter>
{
public:
	QUIPU_PRIV_HPP_KIND(counter)
	void inc() const
	{
		quipu_counter_inc(c());
	}
	void add(std::uint64_t n) const
	{
		quipu_counter_add(c(), n);
	}
};

class float_counter : public detail::handle<float_counter, quipu_float_counter>
{
public:
	QUIPU_PRIV_HPP_KIND(float_counter)
	void inc() const
	{
		quipu_float_counter_inc(c());
	}
	void add(double amount) const
	{
		quipu_float_counter_add(c(), amount);
	}
};

class updown : public detail::handle<updown, quipu_updown>
{
public:
	QUIPU_PRIV_HPP_KIND(updown)
	void inc() const
	{
		quipu_updown_inc(c());
	}
	void dec() const
	{
		quipu_updown_dec(c());
	}
	void add(std::int64_t n) const
	{
		quipu_updown_add(c(), n);
	}
};

class gauge : public detail::handle<gauge, quipu_gauge>
{
public:
	QUIPU_PRIV_HPP_KIND(gauge)
	void set(double value) const
	{
		quipu_gauge_set(c(), value);
	}
	void add(double amount) const
	{
		quipu_gauge_add(c(), amount);
	}
	void inc() const
	{
		quipu_gauge_inc(c());
	}
	void dec() const
	{
		quipu_gauge_dec(c());
	}
	void set_to_now() const noexcept
	{
		quipu_set_to_now(c());
	}
};

class histogram : public detail::handle<histogram, quipu_histogram>
{
public:
	QUIPU_PRIV_HPP_KIND(histogram)
	void observe(double value) const
	{
		quipu_histogram_observe(c(), value);
	}
	void observe_ns(std::uint64_t ns) const
	{
		quipu_histogram_observe_ns(c(), ns);
	}
	template <typename Rep, typename Period>
	void observe(std::chrono::duration<Rep, Period> time) const
	{
		observe(detail::seconds(time));
	}
};

class summary : public detail::handle<summary, quipu_summary>
{
public:
	QUIPU_PRIV_HPP_KIND(summary)
	void observe(double value) const
	{
		quipu_summary_observe(c(), value);
	}
	void observe_ns(std::uint64_t ns) const
	{
		quipu_summary_observe_ns(c(), ns);
	}
	template <typename Rep, typename Period>
	void observe(std::chrono::duration<Rep, Period> time) const
	{
		observe(detail::seconds(time));
	}
};

class stateset : public detail::handle<stateset, quipu_stateset>
{
public:
	QUIPU_PRIV_HPP_KIND(stateset)
	void select(std::uint32_t state) const
	{
		quipu_stateset_select(c(), state);
	}
	void set(std::uint32_t state, bool holds) const
	{
		quipu_stateset_set(c(), state, holds);
	}
};
#undef QUIPU_PRIV_HPP_KIND

/* Owns the pin of one series. Threads: as any object of yours. Cost: a lock when it ends. */
template <typename Handle> class kept : public Handle
{
public:
	using c_type = typename Handle::c_type;

	constexpr kept() noexcept = default;
	/* Takes over what quipu_at, quipu_at_v or quipu_with gave. */
	explicit constexpr kept(c_type pinned) noexcept : Handle(pinned)
	{
	}
	kept(kept &&other) noexcept : Handle(other.take())
	{
	}
	/* Moving to oneself changes nothing. */
	kept &operator=(kept &&other) noexcept
	{
		kept mine(other.take());

		std::swap(this->handle_, mine.handle_);
		return *this;
	}
	kept(const kept &) = delete;
	kept &operator=(const kept &) = delete;
	~kept()
	{
		release();
	}

	/* Gives the pin back now; what is left is a sink. */
	void release() noexcept
	{
		quipu_release(take());
	}
	/* Hands the pin to the caller, who owes quipu_release; what is left is a sink. */
	[[nodiscard]] c_type take() noexcept
	{
		return std::exchange(this->handle_, c_type());
	}
	constexpr operator c_type() const &noexcept
	{
		return this->c();
	}
	operator c_type() const && = delete;
};

} /* namespace quipu */
#endif
