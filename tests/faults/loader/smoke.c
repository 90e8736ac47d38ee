/* SPDX-License-Identifier: MIT */
/* smoke.c: a small program that needs all of the library; built in many ways by l7_linked. */
#include "all_verbs.h"

#include <quipu/http.h>
#include <quipu/quipu.h>

#include <pthread.h>
#include <stdio.h>

#define THREADS 4
#define STEPS 1000

static quipu_counter_family family;
static quipu_histogram sizes;

static void *record(void *unused)
{
	int i;

	for (i = 0; i < STEPS; i++) {
		quipu_inc_at(family, i % 2 ? "odd" : "even");
		quipu_observe(sizes, 0.25);
	}
	return unused;
}

static int complain(const char *what)
{
	fprintf(stderr, "wrong: %s\n", what);
	return 1;
}

static int check(quipu_registry *registry)
{
	static struct written written;
	const char *text = written.text;

	if (quipu_write(registry, NULL, append, &written) != QUIPU_OK)
		return complain("a scrape");
	if (!strstr(text, "\nsmoke_total{is=\"odd\"} 2000\n"))
		return complain("the counter by label");
	if (!strstr(text, "\nsmoke_sizes_sum 1000\n"))
		return complain("the histogram");
	return 0;
}

static int serve(quipu_registry *registry)
{
	quipu_http *server =
		quipu_http_start(registry, QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0"), NULL);

	if (!server)
		return complain(quipu_http_error());
	quipu_http_stop(server);
	return 0;
}

int main(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	pthread_t threads[THREADS];
	int i;

	family = quipu_counter_family_new(
		registry,
		QUIPU_OPTS(.name = "smoke_total", .help = "Steps.", .labels = QUIPU_NAMES("is")));
	sizes = quipu_histogram_new(registry, QUIPU_OPTS(.name = "smoke_sizes", .help = "1/4."));
	for (i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, record, NULL))
			return complain("a thread");
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	quipu_family_remove(family, "even");
	if (check(registry) || serve(registry) || use_all_verbs())
		return 1;
	quipu_registry_free(registry);
	return 0;
}
