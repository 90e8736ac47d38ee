/* SPDX-License-Identifier: MIT */
/*
 * replay.c: runs a fuzz harness without a fuzzer: over every file of some directories, and over
 * so many seeded mutations of them in all (QUIPU_TEST_SCALE times as many as it is told).
 * replay [-s SEED] [-n MUTATIONS] DIRECTORY...
 */
#include "support/scale.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t state = 1;
static uint64_t n_inputs, n_mutations = 20000; /* of all, then of each */

static uint32_t next(void)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33);
}

static size_t below(size_t n)
{
	return n ? next() % n : 0;
}

/* Copies a piece of it over, before or behind another; grows it at most twofold. */
static size_t splice(uint8_t *data, size_t size)
{
	size_t from = below(size), len = 1 + below(size - from), to = below(size);
	uint8_t piece[MOST];

	if (size + len > MOST)
		return size;
	memcpy(piece, data + from, len);
	memmove(data + to + len, data + to, size - to);
	memcpy(data + to, piece, len);
	return size + len;
}

static size_t cut(uint8_t *data, size_t size)
{
	size_t from = below(size), len = 1 + below(size - from);

	memmove(data + from, data + from + len, size - from - len);
	return size - len;
}

static size_t mutate(uint8_t *data, size_t size)
{
	static const uint8_t telling[] = "\r\n \t:,;%?#/\\\"*@[]\0\x7f\xff"
					 "09afAFxX";

	if (size == 0)
		return size;
	switch (next() % 5) {
	case 0:
		data[below(size)] ^= (uint8_t)(1u << next() % 8);
		return size;
	case 1:
		return splice(data, size);
	case 2:
		return cut(data, size);
	default:
		data[below(size)] = telling[below(sizeof(telling) - 1)];
		return size;
	}
}

static void run(const uint8_t *data, size_t size)
{
	LLVMFuzzerTestOneInput(data, size);
	n_inputs++;
}

static void run_file(const char *path)
{
	uint8_t original[MOST], data[MOST];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!file) {
		perror(path);
		exit(1);
	}
	size = fread(original, 1, sizeof(original), file);
	fclose(file);
	run(original, size);
	for (uint64_t i = 0; i < n_mutations; i++) {
		size_t len = size;

		memcpy(data, original, size);
		for (uint32_t n = 1 + next() % 8; n > 0; n--)
			len = mutate(data, len);
		run(data, len);
	}
}

static int is_input(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Every directory has a file; one that has none, or is not there, is a mistake. */
static int run_directory(const char *directory)
{
	struct dirent **list = NULL;
	int n = scandir(directory, &list, is_input, alphasort);

	for (int i = 0; i < n; i++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", directory, list[i]->d_name);
		run_file(path);
		free(list[i]);
	}
	free(list);
	printf("%s: %d files\n", directory, n);
	return n;
}

static uint64_t count_files(const char *directory)
{
	struct dirent **list = NULL;
	int n = scandir(directory, &list, is_input, NULL);

	for (int i = 0; i < n; i++)
		free(list[i]);
	free(list);
	return n > 0 ? (uint64_t)n : 0;
}

int main(int argc, char **argv)
{
	int option, status = 0;
	uint64_t n_files = 0;

	while ((option = getopt(argc, argv, "s:n:")) != -1) {
		if (option == 's')
			state = strtoull(optarg, NULL, 0);
		else if (option == 'n')
			n_mutations = strtoull(optarg, NULL, 0);
		else
			return 2;
	}
	for (int i = optind; i < argc; i++)
		n_files += count_files(argv[i]);
	if (n_files == 0)
		return 1;
	n_mutations = 1 + qt_scaled_count(n_mutations) / n_files;
	printf("seed %llu, %llu mutations of each file\n", (unsigned long long)state,
	       (unsigned long long)n_mutations);
	fflush(stdout);
	for (int i = optind; i < argc; i++)
		status |= run_directory(argv[i]) <= 0;
	qt_figure("inputs", n_inputs);
	return status || n_inputs == 0;
}
