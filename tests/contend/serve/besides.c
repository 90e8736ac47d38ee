/* SPDX-License-Identifier: MIT */
/*
 * besides.c: threads that work, sleep and allocate; then a run is saved, and the program waits, so
 * that others can look at it. contend_besides FILE
 *
 * On jemalloc its own statistics go to FILE.malloc_stats right after.
 */
#include "made_up.h"

#include "serve/run_file.h"

#include <quipu/contend.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void malloc_stats_print(void (*write)(void *ctx, const char *text), void *ctx,
			       const char *options) __attribute__((weak));

#define THREADS 4

static pthread_barrier_t barrier;
static void *work(void *unused)
{
	void *volatile kept; /* so that the compiler does not do without */
	int i;

	for (i = 0; i < 20000; i++) {
		kept = malloc(64 * 1024);
		free(kept);
		if (i % 1000 == 0)
			usleep(100);
	}
	pthread_barrier_wait(&barrier);
	pause();
	return unused;
}

static void put(void *ctx, const char *text)
{
	fputs(text, ctx);
}

static void save_malloc_stats(const char *path)
{
	char name[4096];
	FILE *file;

	if (!malloc_stats_print)
		return;
	snprintf(name, sizeof name, "%s.malloc_stats", path);
	file = fopen(name, "w");
	if (!file)
		exit(1);
	malloc_stats_print(put, file, NULL);
	fclose(file);
}

int main(int argc, char **argv)
{
	pthread_t thread;
	int i;

	if (argc < 2)
		return 2;
	qc_run_begin();
	pthread_barrier_init(&barrier, NULL, THREADS + 1);
	for (i = 0; i < THREADS; i++)
		pthread_create(&thread, NULL, work, NULL);
	pthread_barrier_wait(&barrier);
	usleep(100000); /* all have gone to sleep by now, most likely; none does anything after */
	if (quipu_contend_save(argv[1]) != QUIPU_OK)
		return 1;
	save_malloc_stats(argv[1]);
	puts("saved");
	fflush(stdout);
	return getchar() == EOF;
}
