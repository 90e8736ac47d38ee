/* SPDX-License-Identifier: MIT */
/* plugin.c: see plugin.h. Built with the shared library and with the static one. */
#include "plugin.h"

#include <quipu/http.h>
#include <quipu/quipu.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

__attribute__((visibility("default"))) plugin_get quipu_test_plugin;

static quipu_counter counter_of(const char *name)
{
	return quipu_counter_new(quipu_default_registry(),
				 QUIPU_OPTS(.name = name, .help = "Of a plug-in."));
}

static void add(const char *name, uint64_t n)
{
	quipu_counter counter = counter_of(name);

	quipu_add(counter, n);
	quipu_release(counter);
}

struct found {
	char line[64]; /* what the value stands behind */
	char text[1 << 16];
	size_t len;
};

static int append(void *ctx, const char *data, size_t len)
{
	struct found *found = ctx;

	if (len >= sizeof found->text - found->len)
		return -1;
	memcpy(found->text + found->len, data, len);
	found->len += len;
	return 0;
}

static int64_t scraped(const char *name)
{
	struct found *found = calloc(1, sizeof *found);
	const char *at = NULL;
	int64_t value = -1;

	if (!found)
		return -1;
	snprintf(found->line, sizeof found->line, "\n%s ", name);
	if (quipu_write(quipu_default_registry(), NULL, append, found) == QUIPU_OK)
		at = strstr(found->text, found->line);
	if (at)
		value = strtoll(at + strlen(found->line), NULL, 10);
	free(found);
	return value;
}

static int ask(int port)
{
	static const char request[] = "GET /metrics HTTP/1.0\r\n\r\n";
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	char answer[16] = "";
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int good = connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
		   send(fd, request, sizeof request - 1, MSG_NOSIGNAL) > 0 &&
		   recv(fd, answer, sizeof answer - 1, MSG_WAITALL) > 0 &&
		   strncmp(answer, "HTTP/1.1 200 OK", 15) == 0;

	close(fd);
	return good ? 0 : -1;
}

static double answer(void *unused)
{
	(void)unused;
	return 42;
}

static int use_everything(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "family_total", .help = "Comes and goes.",
				     .labels = QUIPU_NAMES("a")));
	quipu_callback callback = quipu_gauge_callback(
		registry, QUIPU_OPTS(.name = "answer", .help = "42."), answer, NULL);
	quipu_http *server =
		quipu_http_start(registry, QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0"), NULL);
	int result = server ? ask(quipu_http_port(server)) : -1;

	quipu_inc_at(family, "x");
	quipu_family_remove(family, "x");
	quipu_callback_remove(registry, callback);
	quipu_http_stop(server);
	quipu_registry_free(registry);
	return result;
}

static void *copy(void)
{
	void *address;

	*(void (**)(quipu_counter, uint64_t)) & address = quipu_priv_counter_slow;
	return address;
}

static const struct plugin plugin = { add, scraped, use_everything, copy };

const struct plugin *quipu_test_plugin(void)
{
	return &plugin;
}
