/* SPDX-License-Identifier: MIT */
/* serve.c: a server of a few metrics for clients in other languages. serve LISTEN PATH SERIES
 * HOW: prints the address and ends when its standard input does. SERIES: of a further family;
 * HOW: "plain", nothing is compressed; "quick", who is slow is ended soon; "sandbox", that and the
 * thread in its sandbox. */
#include <quipu/http.h>
#include <quipu/quipu.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

QUIPU_LABELS(item, item, noise);

/* What compression makes no more than half as long. */
static void print_noise(char text[49], uint64_t seed)
{
	for (int i = 0; i < 3; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		snprintf(text + i * 16, 17, "%016" PRIx64, seed ^ seed >> 29);
	}
}

static void fill(quipu_registry *registry, unsigned long n)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "items_total", .help = "Items.", .labels = item_names,
				     .max_series = (uint32_t)n + 1));

	for (unsigned long i = 0; i < n; i++) {
		char number[32], noise[49];

		print_noise(noise, i);
		snprintf(number, sizeof(number), "%lu", i);
		quipu_add_at(family, i * i, number, noise);
	}
}

int main(int argc, char **argv)
{
	quipu_registry *registry = quipu_default_registry();
	const char *how = argc > 4 ? argv[4] : "";
	bool quick = strcmp(how, "quick") == 0 || strcmp(how, "sandbox") == 0;
	quipu_error error;
	quipu_http *server;
	char nothing;

	quipu_add(
		quipu_counter_new(registry, QUIPU_OPTS(.name = "served_total", .help = "Served.")),
		42);
	if (argc > 3)
		fill(registry, strtoul(argv[3], NULL, 10));
	server = quipu_http_start(registry,
				  QUIPU_HTTP_OPTS(.listen = argc > 1 ? argv[1] : NULL,
						  .path = argc > 2 ? argv[2] : NULL,
						  .header_timeout_seconds = quick ? 0.5 : 0,
						  .write_timeout_seconds = quick ? 5 : 0,
						  .no_compression = strcmp(how, "plain") == 0,
						  .sandbox = strcmp(how, "sandbox") == 0),
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
