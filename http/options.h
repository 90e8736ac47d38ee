/* SPDX-License-Identifier: MIT */
/* options.h: what a server was asked to do, checked, with every default filled in. */
#ifndef QP_HTTP_OPTIONS_H
#define QP_HTTP_OPTIONS_H

#include <quipu/http.h>
#include <quipu/transport.h>

#include <stdbool.h>
#include <stdint.h>

#define QP_LISTEN_MAX 256 /* length of .listen, with its NUL */
#define QP_PATH_MAX 256	  /* length of .path, with its NUL; longer request paths match nothing */

struct qp_options {
	char listen[QP_LISTEN_MAX];
	char path[QP_PATH_MAX];
	int (*ready)(void *ctx); /* may be NULL */
	void *ready_ctx;
	quipu_transport transport; /* what is not there is NULL */
	unsigned max_connections;
	unsigned max_per_address; /* 0: no limit */
	unsigned max_requests;
	unsigned socket_mode;
	unsigned max_waiting;
	bool created;
	bool compression;
	bool sandbox;
	bool live_page;
	uint64_t header_timeout_ns;
	uint64_t write_timeout_ns;
	uint64_t idle_timeout_ns;
	double scrape_timeout;
	double longest_scrape; /* the most a scraper may ask for: it has to fit the write timeout */
};

/* QUIPU_OK, or EOPTION or EADDRESS and the text (fail.h). given may be NULL. */
quipu_error qp_options_read(struct qp_options *options, const quipu_http_opts *given);

#endif
