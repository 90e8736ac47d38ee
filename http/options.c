/* SPDX-License-Identifier: MIT */
/* options.c: see options.h. */
#include "options.h"

#include "fail.h"

#include <stdlib.h>
#include <string.h>

#define LONGEST_SECONDS 1e9 /* 30 years; what is longer is taken as this */
#define MOST_CONNECTIONS (1u << 20)
#define MOST_MODE 0777u

/* Programs built against an older header have a shorter struct; what it lacks is zero. */
static quipu_error copy_given(quipu_http_opts *opts, const quipu_http_opts *given)
{
	size_t size = given ? given->size : 0;

	memset(opts, 0, sizeof(*opts));
	if (!given)
		return QUIPU_OK;
	if (size < sizeof(given->size))
		return qp_http_fail(QUIPU_EOPTION, "size is not set: write QUIPU_HTTP_OPTS(...)");
	memcpy(opts, given, size < sizeof(*opts) ? size : sizeof(*opts));
	return QUIPU_OK;
}

/* The same for the table of a transport. */
static quipu_error read_transport(quipu_transport *transport, const quipu_transport *given)
{
	size_t size = given ? given->size : 0;

	memset(transport, 0, sizeof(*transport));
	if (!given)
		return QUIPU_OK;
	memcpy(transport, given, size < sizeof(*transport) ? size : sizeof(*transport));
	if (size < sizeof(given->size) ||
	    (transport->open && !(transport->handshake && transport->read && transport->write &&
				  transport->pending && transport->finish && transport->close)) ||
	    (transport->ask && !(transport->answer && transport->forget)))
		return qp_http_fail(QUIPU_EOPTION, "the transport's table is incomplete");
	return QUIPU_OK;
}

/* What was asked for, else the environment's, else the default; an empty variable is none. */
static const char *choose(const char *given, const char *variable, const char *otherwise)
{
	const char *value = given ? given : secure_getenv(variable);

	if (!value || (!given && !value[0]))
		return otherwise;
	return value;
}

static quipu_error read_listen(struct qp_options *options, const char *given)
{
	const char *listen = choose(given, "QUIPU_HTTP_LISTEN", "127.0.0.1:2222");

	if (strlen(listen) >= sizeof(options->listen))
		return qp_http_fail(QUIPU_EADDRESS, "listen address of %zu characters is too long",
				    strlen(listen));
	strcpy(options->listen, listen);
	return QUIPU_OK;
}

/* Characters of a path that need no percent sign in a request, so that it is compared as is. */
static bool plain(const char *path)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-._~!$&'()*+,;=:@/";

	return path[strspn(path, allowed)] == '\0';
}

static quipu_error read_path(struct qp_options *options, const char *given)
{
	const char *path = choose(given, "QUIPU_HTTP_PATH", "/metrics");

	if (path[0] != '/')
		return qp_http_fail(QUIPU_EOPTION, "path \"%.128s\" does not begin with '/'", path);
	if (strlen(path) >= sizeof(options->path))
		return qp_http_fail(QUIPU_EOPTION, "path of %zu characters is too long",
				    strlen(path));
	if (!plain(path))
		return qp_http_fail(QUIPU_EOPTION,
				    "path \"%.128s\" has a character that a URL must escape", path);
	strcpy(options->path, path);
	return QUIPU_OK;
}

/* Zero means the default. The comparison is false for NaN too. */
static quipu_error read_seconds(double *seconds, const char *name, double given, double otherwise)
{
	if (!(given >= 0))
		return qp_http_fail(QUIPU_EOPTION, "%s is negative or not a number", name);
	*seconds = given > 0 ? given : otherwise;
	if (*seconds > LONGEST_SECONDS)
		*seconds = LONGEST_SECONDS;
	return QUIPU_OK;
}

static uint64_t to_ns(double seconds)
{
	uint64_t ns = (uint64_t)(seconds * 1e9);

	return ns ? ns : 1;
}

static quipu_error read_timeouts(struct qp_options *options, const quipu_http_opts *opts)
{
	double header = 0, write = 0, idle = 0;
	quipu_error error;

	error = read_seconds(&header, "header_timeout_seconds", opts->header_timeout_seconds, 5);
	if (!error)
		error = read_seconds(&write, "write_timeout_seconds", opts->write_timeout_seconds,
				     30);
	if (!error)
		error = read_seconds(&idle, "idle_timeout_seconds", opts->idle_timeout_seconds,
				     120);
	if (!error)
		error = read_seconds(&options->scrape_timeout, "scrape_timeout_seconds",
				     opts->scrape_timeout_seconds, 5);
	options->header_timeout_ns = to_ns(header);
	options->write_timeout_ns = to_ns(write);
	options->idle_timeout_ns = to_ns(idle);
	options->longest_scrape = write * 0.9;
	if (options->scrape_timeout > options->longest_scrape)
		options->scrape_timeout = options->longest_scrape;
	return error;
}

static quipu_error read_numbers(struct qp_options *options, const quipu_http_opts *opts)
{
	options->max_connections = opts->max_connections ? opts->max_connections : 256;
	options->max_per_address = opts->max_connections_per_address;
	options->max_requests = opts->max_requests ? opts->max_requests : 1000;
	options->max_waiting = opts->max_waiting ? opts->max_waiting : 64;
	options->created = opts->created != 0;
	options->compression = opts->no_compression == 0;
	options->sandbox = opts->sandbox != 0;
	options->live_page = opts->no_page == 0;
	options->socket_mode = opts->socket_mode ? opts->socket_mode : 0600;
	options->ready = opts->ready;
	options->ready_ctx = opts->ready_ctx;
	if (options->max_connections > MOST_CONNECTIONS)
		return qp_http_fail(QUIPU_EOPTION, "max_connections is more than %u",
				    MOST_CONNECTIONS);
	if (options->socket_mode > MOST_MODE)
		return qp_http_fail(QUIPU_EOPTION, "socket_mode has more than permission bits");
	return QUIPU_OK;
}

quipu_error qp_options_read(struct qp_options *options, const quipu_http_opts *given)
{
	quipu_http_opts opts;
	quipu_error error = copy_given(&opts, given);

	if (!error)
		error = read_listen(options, opts.listen);
	if (!error)
		error = read_path(options, opts.path);
	if (!error)
		error = read_numbers(options, &opts);
	if (!error)
		error = read_timeouts(options, &opts);
	if (!error)
		error = read_transport(&options->transport, opts.transport);
	return error;
}
