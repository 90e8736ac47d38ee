/* SPDX-License-Identifier: MIT */
/*
 * registry.hpp: registries, and how set-up says no.
 *
 *   quipu::registry mine({ .prefix = "app_" });      ends with its scope
 *   quipu::registry_ref reg;                         the default one, owned by nobody
 *
 *   if (quipu::error failed = reg.status())
 *           fprintf(stderr, "%s: %s\n", failed.where(), failed.what());
 *
 * Why a status and no exceptions: a metric that cannot be made is a valid sink, so set-up may go on
 * and is asked once, at its end; a program that would rather throw writes
 * `if (auto failed = reg.status()) throw std::runtime_error(failed.where());` and one that is built
 * without exceptions loses nothing.
 */
#ifndef QUIPU_REGISTRY_HPP
#define QUIPU_REGISTRY_HPP

#include <quipu/error.h>
#include <quipu/metric.h>
#include <quipu/options.hpp>
#include <quipu/scrape.h>

#include <memory>

namespace quipu
{

/* An error, or none. where names the culprit, what says what is wrong with it. */
class [[nodiscard]] error
{
public:
	constexpr error(quipu_error code = QUIPU_OK, const char *where = "") noexcept
	    : code_(code), where_(where ? where : "")
	{
	}
	constexpr explicit operator bool() const noexcept
	{
		return code_ != QUIPU_OK;
	}
	constexpr quipu_error code() const noexcept
	{
		return code_;
	}
	const char *what() const noexcept
	{
		return quipu_strerror(code_);
	}
	/* Valid until the status that it came from is cleared. */
	constexpr const char *where() const noexcept
	{
		return where_;
	}

private:
	quipu_error code_;
	const char *where_;
};

/* A registry that somebody else owns; copied freely, and C's wherever that is wanted. */
class registry_ref
{
public:
	registry_ref() noexcept : registry_(quipu_default_registry())
	{
	}
	constexpr registry_ref(quipu_registry *registry) noexcept : registry_(registry)
	{
	}
	constexpr operator quipu_registry *() const noexcept
	{
		return registry_;
	}

	/* The first error of set-up since the last clear_status. */
	error status() const noexcept
	{
		const char *where = nullptr;
		const quipu_error code = quipu_registry_status(registry_, &where);

		return { code, where };
	}
	void clear_status() const noexcept
	{
		quipu_registry_clear_status(registry_);
	}
	error unregister(const char *name) const noexcept
	{
		return { quipu_registry_unregister(registry_, name), name };
	}
	error write_file(const char *path) const noexcept
	{
		return { quipu_write_file(registry_, path), path };
	}

private:
	quipu_registry *registry_;
};

/* A registry that ends with this object. What was moved from has none: its status is ENOMEM and
 * metrics made in it are sinks. */
class registry
{
public:
	registry() noexcept : registry(static_cast<const quipu_registry_opts *>(nullptr))
	{
	}
	explicit registry(const quipu_registry_opts *options) noexcept
	    : registry_(quipu_registry_new(options))
	{
	}
	explicit registry(const registry_options &options) noexcept
	    : registry(quipu_priv_address(detail::made(options)))
	{
	}
	registry_ref ref() const noexcept
	{
		return registry_.get();
	}
	operator quipu_registry *() const noexcept
	{
		return registry_.get();
	}
	error status() const noexcept
	{
		return ref().status();
	}

private:
	struct end {
		void operator()(quipu_registry *registry) const noexcept
		{
			quipu_registry_free(registry);
		}
	};
	std::unique_ptr<quipu_registry, end> registry_;
};

} /* namespace quipu */
#endif
