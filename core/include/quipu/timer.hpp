/* SPDX-License-Identifier: MIT */
/*
 * timer.hpp: the time that a scope takes, into a histogram or summary, however the scope is left:
 * by its end, by return, by an exception.
 *
 *   quipu::scoped_timer timer(latency);
 *   if (!send())
 *           timer.cancel();                  nothing is observed
 *   timer.stop();                            observed now, and not again at the end
 *
 * The handle is copied: where it comes from a kept one, that one must live longer. Reading the clock
 * is what it costs (timer.h).
 */
#ifndef QUIPU_TIMER_HPP
#define QUIPU_TIMER_HPP

#include <quipu/handle.hpp>
#include <quipu/timer.h>

namespace quipu
{

template <typename Handle> class scoped_timer
{
public:
	[[nodiscard]] explicit scoped_timer(const Handle &handle) noexcept
	    : handle_(handle), timer_(quipu_timer_start()), running_(true)
	{
	}
	scoped_timer(kept<Handle> &&) = delete;
	/* What was moved from observes nothing. */
	scoped_timer(scoped_timer &&other) noexcept
	    : handle_(other.handle_), timer_(other.timer_),
	      running_(std::exchange(other.running_, false))
	{
	}
	scoped_timer &operator=(scoped_timer &&) = delete;
	~scoped_timer()
	{
		stop();
	}

	/* Observes now and returns the time; 0 where it was stopped or cancelled before. */
	std::chrono::nanoseconds stop()
	{
		if (!std::exchange(running_, false))
			return std::chrono::nanoseconds(0);
		const std::uint64_t ns = quipu_priv_elapsed_ns(timer_);

		handle_.observe_ns(ns);
		return std::chrono::nanoseconds(static_cast<std::int64_t>(ns));
	}
	void cancel() noexcept
	{
		running_ = false;
	}

private:
	Handle handle_;
	quipu_timer timer_;
	bool running_;
};

template <typename Handle> scoped_timer(const kept<Handle> &) -> scoped_timer<Handle>;
scoped_timer(quipu_histogram)->scoped_timer<histogram>;
scoped_timer(quipu_summary)->scoped_timer<summary>;

} /* namespace quipu */
#endif
