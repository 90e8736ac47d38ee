/* SPDX-License-Identifier: MIT */
/* serve.c: a server of a few metrics for clients in other languages. serve LISTEN PATH: prints
 * the address and ends when its standard input does. */
#include <quipu/http.h>
#include <quipu/quipu.h>

#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	quipu_registry *registry = quipu_default_registry();
	quipu_error error;
	quipu_http *server;
	char nothing;

	quipu_add(
		quipu_counter_new(registry, QUIPU_OPTS(.name = "served_total", .help = "Served.")),
		42);
	server = quipu_http_start(registry,
				  QUIPU_HTTP_OPTS(.listen = argc > 1 ? argv[1] : NULL,
						  .path = argc > 2 ? argv[2] : NULL),
				  &error);
	if (!server) {
		fprintf(stderr, "%s: %s\n", quipu_strerror(error), quipu_http_error());
		return 1;
	}
	puts(quipu_http_address(server));
	fflush(stdout);
	while (read(0, &nothing, 1) > 0)
		;
	quipu_http_stop(server);
	return 0;
}
