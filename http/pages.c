/* SPDX-License-Identifier: MIT */
/* pages.c: see pages.h. */
#include "pages.h"

#include "page/page.h"

#include <quipu/format.h>

#include <stdio.h>
#include <string.h>

static void begin(struct qp_page *page, enum qp_status status, const char *type, const char *fields)
{
	page->status = status;
	page->type = type;
	page->fields = fields;
	page->len = 0;
	page->rest = (struct qp_words){ "", 0 };
}

static void add(struct qp_page *page, const char *text)
{
	size_t len = strlen(text);

	if (len > sizeof(page->body) - page->len)
		len = sizeof(page->body) - page->len;
	memcpy(page->body + page->len, text, len);
	page->len += len;
}

static void plain(struct qp_page *page, enum qp_status status, const char *fields, const char *text)
{
	begin(page, status, "text/plain; charset=utf-8", fields);
	add(page, text);
}

static const char *fields_of(enum qp_status status)
{
	switch (status) {
	case QP_STATUS_METHOD_NOT_ALLOWED:
		return "Allow: GET, HEAD\r\n";
	case QP_STATUS_UNAUTHORIZED:
		return "WWW-Authenticate: Basic realm=\"metrics\"\r\n";
	case QP_STATUS_TOO_MANY_REQUESTS:
	case QP_STATUS_UNAVAILABLE:
		return "Retry-After: 1\r\n";
	default:
		return "";
	}
}

void qp_page_status(struct qp_page *page, enum qp_status status)
{
	char text[64];

	snprintf(text, sizeof(text), "%d %s\n", (int)status, qp_status_reason(status));
	plain(page, status, fields_of(status), text);
}

/* The path holds only what a URL may hold; two of those characters mean something in HTML. */
static void add_escaped(struct qp_page *page, const char *text)
{
	for (; *text; text++) {
		char c[2] = { *text, '\0' };

		if (*text == '&')
			add(page, "&amp;");
		else if (*text == '\'')
			add(page, "&#39;");
		else
			add(page, c);
	}
}

static void add_link(struct qp_page *page, const char *path, const char *what)
{
	add(page, "<li><a href=\"");
	add_escaped(page, path);
	add(page, "\">");
	add_escaped(page, path);
	add(page, "</a> ");
	add(page, what);
	add(page, "</li>\n");
}

static void add_formats(struct qp_page *page)
{
	const quipu_format *const *format = quipu_formats();

	add(page, "<p>Formats:");
	for (; *format; format++) {
		add(page, " ");
		add(page, (*format)->name);
	}
	add(page, "</p>\n");
}

static void links_page(struct qp_page *page, const char *path)
{
	begin(page, QP_STATUS_OK, "text/html; charset=utf-8",
	      "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; "
	      "frame-ancestors 'none'\r\n");
	add(page, "<!DOCTYPE html>\n"
		  "<html lang=\"en\">\n"
		  "<head>\n"
		  "<meta charset=\"utf-8\">\n"
		  "<meta name=\"viewport\" content=\"width=device-width\">\n"
		  "<title>quipu</title>\n"
		  "<style>body { font: 1rem/1.6 sans-serif; max-width: 40rem; margin: 2rem auto; "
		  "padding: 0 1rem } @media (prefers-color-scheme: dark) { body { background: "
		  "#111; color: #eee } a { color: #8cf } }</style>\n"
		  "</head>\n"
		  "<body>\n"
		  "<h1>quipu</h1>\n"
		  "<ul>\n");
	add_link(page, path, "metrics, for Prometheus");
	add_link(page, "/-/healthy", "does the server answer?");
	add_link(page, "/-/ready", "is the program ready?");
	add(page, "</ul>\n");
	add_formats(page);
	add(page, "</body>\n"
		  "</html>\n");
}

/* The path is all of it that differs from program to program. */
static void live_page(struct qp_page *page, const char *path)
{
	begin(page, QP_STATUS_OK, "text/html; charset=utf-8", qp_live_page.fields);
	add(page, qp_live_page.before);
	add_escaped(page, path);
	page->rest = qp_live_page.after;
}

static void ready_page(struct qp_page *page, const struct qp_options *options)
{
	if (!options->ready || options->ready(options->ready_ctx) != 0)
		plain(page, QP_STATUS_OK, "", "OK\n");
	else
		plain(page, QP_STATUS_UNAVAILABLE, "", "not ready\n");
}

void qp_page_route(struct qp_page *page, enum qp_route route, const struct qp_options *options)
{
	switch (route) {
	case QP_ROUTE_INDEX:
		if (options->live_page && qp_live_page.after.len > 0)
			live_page(page, options->path);
		else
			links_page(page, options->path);
		break;
	case QP_ROUTE_LINKS:
		links_page(page, options->path);
		break;
	case QP_ROUTE_HEALTHY:
		plain(page, QP_STATUS_OK, "", "OK\n");
		break;
	case QP_ROUTE_READY:
		ready_page(page, options);
		break;
	default:
		qp_page_status(page, QP_STATUS_NOT_FOUND);
		break;
	}
}
