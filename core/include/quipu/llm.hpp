/* SPDX-License-Identifier: MIT */
/*
 * llm.hpp: the LLM kit for C++; llm.h is the manual.
 *
 *   quipu::llm::kit kit(reg);
 *
 *   quipu::llm::call call(kit.route(model, provider));       begins
 *   call.chunk();                                            each piece of the answer
 *   call.end(QUIPU_LLM_OK, { .input = 812, .output = 64 });
 *
 * A call that goes out of its scope without an end, by return or by an exception, ends as cancelled and
 * is counted as misuse (quipu_llm_drop). One that was moved from has nothing to end.
 */
#ifndef QUIPU_LLM_HPP
#define QUIPU_LLM_HPP

#include <quipu/llm.h>
#include <quipu/registry.hpp>

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace quipu
{
namespace llm
{

/* quipu_llm_usage with defaults of its own, for designated initialisers. */
struct usage {
	std::uint64_t input = 0;
	std::uint64_t output = 0;
	std::uint64_t cache_read = 0;
	std::uint64_t cache_write = 0;
	std::uint64_t reasoning = 0;
	std::uint64_t cost_microdollars = 0;
	const char *trace_id = nullptr;
};

namespace detail
{

inline quipu_llm_usage made(const usage &from) noexcept
{
	quipu_llm_usage c = {};

	c.size = sizeof c;
	c.input = from.input;
	c.output = from.output;
	c.cache_read = from.cache_read;
	c.cache_write = from.cache_write;
	c.reasoning = from.reasoning;
	c.cost_microdollars = from.cost_microdollars;
	c.trace_id = from.trace_id;
	return c;
}

/* A name that ends in NUL, as C wants it, on the stack; one that cannot be a name of the kit (longer
 * than 256 bytes, or with a NUL inside) is "other". */
class name
{
public:
	explicit name(std::string_view from) noexcept
	{
		if (from.size() >= sizeof text_ || from.find('\0') != from.npos)
			from = "other";
		if (!from.empty())
			std::memcpy(text_, from.data(), from.size());
		text_[from.size()] = '\0';
	}
	const char *c_str() const noexcept
	{
		return text_;
	}

private:
	char text_[257];
};

} /* namespace detail */

/* The kit of a registry; ends with this object, after every call of it. */
class kit
{
public:
	explicit kit(quipu_registry *registry, const quipu_llm_opts *options = nullptr) noexcept
	    : code_(QUIPU_OK), registry_(registry), kit_(quipu_llm_open(registry, options, &code_))
	{
	}
	explicit operator bool() const noexcept
	{
		return kit_ != nullptr;
	}
	/* Why it could not be opened, with the culprit. */
	error status() const noexcept
	{
		return code_ == QUIPU_OK ? error() : error(code_, registry_.status().where());
	}
	quipu_llm *get() const noexcept
	{
		return kit_.get();
	}

	/* The route of a model of a provider, good as long as the kit; names that the kit does not
	 * expect are "other". Cost: a look-up, and a copy of both names on the stack. */
	const quipu_llm_route *route(std::string_view model,
				     std::string_view provider) const noexcept
	{
		return quipu_llm_route_of(kit_.get(), detail::name(model).c_str(),
					  detail::name(provider).c_str());
	}
	const quipu_llm_route *route(quipu_llm_operation operation, std::string_view model,
				     std::string_view provider) const noexcept
	{
		return quipu_llm_route_for(kit_.get(), operation, detail::name(model).c_str(),
					   detail::name(provider).c_str());
	}

private:
	struct close {
		void operator()(quipu_llm *kit) const noexcept
		{
			quipu_llm_close(kit);
		}
	};
	quipu_error code_;
	registry_ref registry_;
	std::unique_ptr<quipu_llm, close> kit_;
};

/* One attempt at a provider. Threads: one at a time. */
class call
{
public:
	/* Not begun yet. */
	call() noexcept : call_(QUIPU_LLM_CALL_INIT)
	{
	}
	explicit call(const quipu_llm_route *route) noexcept : call()
	{
		begin(route);
	}
	call(call &&other) noexcept : call_(other.take())
	{
	}
	/* What this one was in the middle of is dropped; moving to oneself changes nothing. */
	call &operator=(call &&other) noexcept
	{
		call mine(std::move(other));

		std::swap(call_, mine.call_);
		return *this;
	}
	~call()
	{
		quipu_llm_drop(&call_);
	}

	void begin(const quipu_llm_route *route) noexcept
	{
		quipu_llm_begin(&call_, route);
	}
	void first_token() noexcept
	{
		quipu_llm_first_token(&call_);
	}
	void chunk() noexcept
	{
		quipu_llm_chunk(&call_);
	}
	/* A failed call mostly has no usage; in C++17 QUIPU_LLM_USAGE(.input = 812) is one. */
	void end(quipu_llm_error error, const quipu_llm_usage *usage = nullptr) noexcept
	{
		quipu_llm_end(&call_, error, usage);
	}
	void end(quipu_llm_error error, const usage &usage) noexcept
	{
		const quipu_llm_usage made = detail::made(usage);

		quipu_llm_end(&call_, error, &made);
	}
	/* C's, for the forms that take a moment. */
	quipu_llm_call *get() noexcept
	{
		return &call_;
	}

private:
	quipu_llm_call take() noexcept
	{
		const quipu_llm_call none = QUIPU_LLM_CALL_INIT;

		return std::exchange(call_, none);
	}
	quipu_llm_call call_;
};

} /* namespace llm */
} /* namespace quipu */
#endif
