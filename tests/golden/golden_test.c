/* SPDX-License-Identifier: MIT */
/*
 * golden_test.c: every format, every case, byte for byte against a file that was written by
 * hand. usage: golden_test FOLDER FORMAT, where FOLDER has one CASE.txt for each case.
 */
#include "golden/cases.h"
#include "support/parse.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FILE ((size_t)1 << 20)

static const quipu_format *format_named(const char *name)
{
	for (const quipu_format *const *f = quipu_formats(); *f; f++)
		if (strcmp((*f)->name, name) == 0)
			return *f;
	fprintf(stderr, "no format is called %s\n", name);
	exit(2);
}

/* The file's bytes in a static buffer; -1 if it cannot be read. */
static long read_file(const char *folder, const char *name, const char **data)
{
	static char buffer[MAX_FILE];
	char path[4096];
	size_t len;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.txt", folder, name);
	file = fopen(path, "rb");
	if (!file)
		return -1;
	len = fread(buffer, 1, sizeof(buffer) - 1, file);
	buffer[len] = 0;
	fclose(file);
	*data = buffer;
	return (long)len;
}

static size_t count_files(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	size_t n = 0;

	while (dir && (entry = readdir(dir)) != NULL)
		n += strstr(entry->d_name, ".txt") != NULL;
	if (dir)
		closedir(dir);
	return n;
}

static void show_difference(const char *want, size_t want_len, const char *got, size_t got_len)
{
	size_t i = 0, line = 0;

	while (i < want_len && i < got_len && want[i] == got[i]) {
		i++;
		line = got[i - 1] == '\n' ? i : line;
	}
	printf("byte %zu: expected\n  %.*s\nbut got\n  %.*s\n", i, (int)strcspn(want + line, "\n"),
	       want + line, (int)(got_len - line), got + line);
}

static bool readable(const quipu_out *out)
{
	char error[200];
	struct qt_exposition *x = qt_parse(qp_out_data(out), qp_out_len(out), error, sizeof(error));

	if (!x)
		printf("the strict parser: %s\n", error);
	qt_free(x);
	return x != NULL;
}

static bool same(const quipu_out *out, const char *folder, const char *name)
{
	const char *want;
	long len = read_file(folder, name, &want);

	if (len < 0) {
		printf("there is no file\n");
		return false;
	}
	if ((size_t)len == qp_out_len(out) && memcmp(want, qp_out_data(out), (size_t)len) == 0)
		return true;
	show_difference(want, (size_t)len, qp_out_data(out), qp_out_len(out));
	return false;
}

static bool run_case(const quipu_format *format, const char *folder, const struct golden_case *c)
{
	quipu_out out;
	bool ok;

	qp_out_init(&out);
	qt_encode(format, &out, c->views, c->n_views);
	ok = !qp_out_failed(&out) && same(&out, folder, c->name) && readable(&out);
	printf("%s %s\n", ok ? "ok  " : "FAIL", c->name);
	qp_out_free(&out);
	return ok;
}

int main(int argc, char **argv)
{
	bool ok = true;

	if (argc != 3)
		return 2;
	for (size_t i = 0; i < n_golden_cases; i++)
		ok &= run_case(format_named(argv[2]), argv[1], &golden_cases[i]);
	if (count_files(argv[1]) != n_golden_cases) {
		printf("FAIL: %zu files for %zu cases\n", count_files(argv[1]), n_golden_cases);
		ok = false;
	}
	return ok ? 0 : 1;
}
