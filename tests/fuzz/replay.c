/* SPDX-License-Identifier: MIT */
/*
 * replay.c: runs a fuzz harness without a fuzzer: over every file of a corpus, and over seeded
 * mutations of each. replay DIRECTORY [SEED [MUTATIONS]]
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 65536
#define MUTATIONS 2000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t state;

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

static void run_file(const char *path, unsigned mutations)
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
	LLVMFuzzerTestOneInput(original, size);
	for (unsigned i = 0; i < mutations; i++) {
		size_t len = size;

		memcpy(data, original, size);
		for (uint32_t n = 1 + next() % 8; n > 0; n--)
			len = mutate(data, len);
		LLVMFuzzerTestOneInput(data, len);
	}
}

static int is_input(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	unsigned mutations = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 0) : MUTATIONS;
	struct dirent **list = NULL;
	int n = argc > 1 ? scandir(argv[1], &list, is_input, alphasort) : 0;

	state = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	printf("%d files, seed %llu, %u mutations of each\n", n, (unsigned long long)state,
	       mutations);
	fflush(stdout);
	for (int i = 0; i < n; i++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", argv[1], list[i]->d_name);
		run_file(path, mutations);
		free(list[i]);
	}
	free(list);
	return n > 0 ? 0 : 1;
}
