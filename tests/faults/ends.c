/* SPDX-License-Identifier: MIT */
/*
 * ends.c: label values and names that end where their memory ends: blocks of malloc, which
 * Valgrind's memcheck and AddressSanitizer watch, and a page behind which there is none. Everything
 * is recorded, and nothing is read that is not there.
 */
#include <quipu/quipu.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAX_LEN 40
#define N_LABELS 3

static quipu_counter_family family;
static uint64_t recorded;

static void demand(int holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "ends: %s\n", what);
	exit(1);
}

/* What stands before a text in its block: not aligned, as aligned loads are forgiven. */
#define BEFORE 5

/* The text at the end of a block of malloc. */
static char *in_a_block(const char *text, size_t bytes)
{
	char *block = malloc(BEFORE + bytes);

	demand(block != NULL, "malloc");
	return memcpy(block + BEFORE, text, bytes);
}

static void free_block(const char *text)
{
	free((void *)(uintptr_t)(text - BEFORE));
}

static void record(const char *const *values, const quipu_str *strs, const char *const *names)
{
	quipu_counter_add_at(family, 1, values, N_LABELS);
	quipu_counter_add_at_v(family, 1, strs, N_LABELS);
	quipu_counter_add_with(family, 1, names, values);
	recorded += 3;
}

/* Twice, made and found; the same text of len bytes as every value. */
static void record_blocks(const char *text, size_t len, const char *const *names)
{
	char *strings[N_LABELS], *blocks[N_LABELS];
	quipu_str strs[N_LABELS];

	for (int turn = 0; turn < 2; turn++) {
		for (size_t i = 0; i < N_LABELS; i++) {
			strings[i] = in_a_block(text, len + 1);
			strings[i][len] = '\0';
			blocks[i] = in_a_block(text, len);
			strs[i] = (quipu_str){ blocks[i], len };
		}
		record((const char *const *)strings, strs, names);
		for (size_t i = 0; i < N_LABELS; i++) {
			free_block(strings[i]);
			free_block(blocks[i]);
		}
	}
}

static char *page_end(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *pages =
		mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	demand(pages != MAP_FAILED && mprotect(pages + page, page, PROT_NONE) == 0, "mmap");
	return pages + page;
}

static void record_at(char *end, const char *text, size_t len, const char *const *names)
{
	char *string = end - len - 1;
	const char *const values[] = { string, string, string };
	quipu_str strs[N_LABELS];

	memcpy(string, text, len);
	string[len] = '\0';
	for (size_t i = 0; i < N_LABELS; i++)
		strs[i] = (quipu_str){ string, len };
	record(values, strs, names);
	memcpy(end - len, text, len);
	for (size_t i = 0; i < N_LABELS; i++)
		strs[i].data = end - len;
	quipu_counter_add_at_v(family, 1, strs, N_LABELS);
	recorded++;
}

int main(void)
{
	const char *const labels[] = { "model", "a_name_longer_than_a_block", "status", NULL };
	char *end = page_end(), *names_end = page_end(), text[MAX_LEN];
	const char *names[] = { in_a_block(labels[0], strlen(labels[0]) + 1),
				in_a_block(labels[1], strlen(labels[1]) + 1),
				names_end - sizeof "status", NULL };
	const char *where = "";

	family = quipu_counter_family_new(
		quipu_default_registry(),
		QUIPU_OPTS(.name = "ends_total", .help = "Records.", .labels = labels));
	memcpy(names_end - sizeof "status", "status", sizeof "status");
	memset(text, 'a', sizeof text);
	for (size_t len = 0; len < MAX_LEN; len++) {
		const char *const values[] = { text, text, text };
		uint64_t before = recorded;
		quipu_str strs[N_LABELS];

		for (size_t i = 0; i < N_LABELS; i++)
			strs[i] = (quipu_str){ values[i], len };
		record_blocks(text, len, names);
		record_at(end, text, len, names);
		demand(quipu_read(quipu_at_v(family, strs, N_LABELS)) == recorded - before,
		       "another number than was recorded");
	}
	demand(quipu_registry_status(quipu_default_registry(), &where) == QUIPU_OK, where);
	free_block(names[0]);
	free_block(names[1]);
	return 0;
}
