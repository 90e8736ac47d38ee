/* SPDX-License-Identifier: MIT */
/* serve.c: a server of a few metrics for clients in other languages. serve LISTEN PATH SERIES
 * HOW: prints the address and ends when its standard input does. SERIES: of a further family;
 * HOW: "plain", nothing is compressed. */
#include <quipu/http.h>
#include <quipu/quipu.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

QUIPU_LABELS(item, item, padding);

static void fill(quipu_registry *registry, unsigned long n)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "items_total", .help = "Items.", .labels = item_names,
				     .max_series = (uint32_t)n + 1));

	for (unsigned long i = 0; i < n; i++) {
		char number[32];

		snprintf(number, sizeof(number), "%lu", i);
		quipu_add_at(family, i * i, number, "some text that is always the same");
	}
}

int main(int argc, char **argv)
{
	quipu_registry *registry = quipu_default_registry();
	quipu_error error;
	quipu_http *server;
	char nothing;

	quipu_add(
		quipu_counter_new(registry, QUIPU_OPTS(.name = "served_total", .help = "Served.")),
		42);
	if (argc > 3)
		fill(registry, strtoul(argv[3], NULL, 10));
	server = quipu_http_start(
		registry,
		QUIPU_HTTP_OPTS(.listen = argc > 1 ? argv[1] : NULL,
				.path = argc > 2 ? argv[2] : NULL,
				.no_compression = argc > 4 && strcmp(argv[4], "plain") == 0),
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
