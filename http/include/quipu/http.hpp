/* SPDX-License-Identifier: MIT */
/*
 * http.hpp: servers that stop with their scope; http.h is the manual.
 *
 *   quipu::http_server server(reg, { .listen = "127.0.0.1:0" });
 *   if (!server)
 *           fprintf(stderr, "%s\n", server.why());
 *
 * In C++17: QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0"), as in C.
 */
#ifndef QUIPU_HTTP_HPP
#define QUIPU_HTTP_HPP

#include <quipu/http.h>

#include <memory>

namespace quipu
{

/* quipu_http_opts with defaults of its own, for designated initialisers. */
struct http_options {
	const char *listen = nullptr;
	const char *path = nullptr;
	int (*ready)(void *ctx) = nullptr;
	void *ready_ctx = nullptr;
	unsigned max_connections = 0;
	unsigned max_requests = 0;
	double header_timeout_seconds = 0;
	double write_timeout_seconds = 0;
	double idle_timeout_seconds = 0;
	double scrape_timeout_seconds = 0;
	unsigned socket_mode = 0;
	unsigned max_waiting = 0;
	bool created = false;
	bool no_compression = false;
	bool sandbox = false;
	unsigned max_connections_per_address = 0;
	const quipu_transport *transport = nullptr;
	bool no_page = false;
};

namespace detail
{

inline quipu_http_opts http_made(const http_options &from) noexcept
{
	quipu_http_opts c = {};

	c.size = sizeof c;
	c.listen = from.listen;
	c.path = from.path;
	c.ready = from.ready;
	c.ready_ctx = from.ready_ctx;
	c.max_connections = from.max_connections;
	c.max_requests = from.max_requests;
	c.header_timeout_seconds = from.header_timeout_seconds;
	c.write_timeout_seconds = from.write_timeout_seconds;
	c.idle_timeout_seconds = from.idle_timeout_seconds;
	c.scrape_timeout_seconds = from.scrape_timeout_seconds;
	c.socket_mode = from.socket_mode;
	c.max_waiting = from.max_waiting;
	c.created = from.created;
	c.no_compression = from.no_compression;
	c.sandbox = from.sandbox;
	c.max_connections_per_address = from.max_connections_per_address;
	c.transport = from.transport;
	c.no_page = from.no_page;
	return c;
}

/* What both kinds of server have. End stops one. */
template <typename End> class http
{
public:
	/* Does it serve? */
	explicit operator bool() const noexcept
	{
		return server_ != nullptr;
	}
	/* Why not: QUIPU_OK where it does; the text is the thread's, good until its next server. */
	quipu_error code() const noexcept
	{
		return code_;
	}
	const char *why() const noexcept
	{
		return code_ == QUIPU_OK ? "" : quipu_http_error();
	}
	int port() const noexcept
	{
		return quipu_http_port(server_.get());
	}
	const char *address() const noexcept
	{
		return quipu_http_address(server_.get());
	}
	quipu_http_stats_t stats() const noexcept
	{
		quipu_http_stats_t out = {};

		out.size = sizeof out;
		quipu_http_stats(server_.get(), &out);
		return out;
	}
	quipu_http *get() const noexcept
	{
		return server_.get();
	}
	/* Stops it before its scope ends. */
	void stop() noexcept
	{
		server_.reset();
	}

protected:
	using start = quipu_http *(quipu_registry *, const quipu_http_opts *, quipu_error *);

	http(start *how, quipu_registry *registry, const quipu_http_opts *options) noexcept
	    : code_(QUIPU_OK), server_(how(registry, options, &code_))
	{
	}

private:
	quipu_error code_;
	std::unique_ptr<quipu_http, End> server_;
};

struct http_stop {
	void operator()(quipu_http *server) const noexcept
	{
		quipu_http_stop(server);
	}
};

struct http_close {
	void operator()(quipu_http *server) const noexcept
	{
		quipu_http_close(server);
	}
};

} /* namespace detail */

/* A server on a thread of its own. */
class http_server : public detail::http<detail::http_stop>
{
public:
	explicit http_server(quipu_registry *registry,
			     const quipu_http_opts *options = nullptr) noexcept
	    : http(quipu_http_start, registry, options)
	{
	}
	http_server(quipu_registry *registry, const http_options &options) noexcept
	    : http_server(registry, quipu_priv_address(detail::http_made(options)))
	{
	}
};

/* A server that the program's own loop drives: it watches fd and calls poll. */
class http_loop_server : public detail::http<detail::http_close>
{
public:
	explicit http_loop_server(quipu_registry *registry,
				  const quipu_http_opts *options = nullptr) noexcept
	    : http(quipu_http_open, registry, options)
	{
	}
	http_loop_server(quipu_registry *registry, const http_options &options) noexcept
	    : http_loop_server(registry, quipu_priv_address(detail::http_made(options)))
	{
	}
	int fd() const noexcept
	{
		return quipu_http_fd(get());
	}
	int poll() const noexcept
	{
		return quipu_http_poll(get());
	}
};

} /* namespace quipu */
#endif
