/* SPDX-License-Identifier: MIT */
/*
 * golden_test.c: every case that a format can show, byte for byte against a file.
 * usage: golden_test FOLDER FORMAT, where FOLDER has one CASE.txt for each case; of protobuf, the
 * text that protoc makes of it. Or golden_test --print FORMAT CASE, for other tests to read.
 */
#include "golden/cases.h"
#include "support/parse.h"
#include "support/protobuf.h"

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

/* --- cases --------------------------------------------------------------------------------- */

/* What is compared: the format's bytes, or their text; NULL if they cannot be read. */
static char *shown(const quipu_format *format, const quipu_out *out, size_t *len)
{
	char *text;

	if (strcmp(format->name, "protobuf") == 0) {
		text = qt_protobuf_text(qp_out_data(out), qp_out_len(out), NULL);
		*len = text ? strlen(text) : 0;
		return text;
	}
	*len = qp_out_len(out);
	text = malloc(*len + 1);
	if (text)
		memcpy(text, qp_out_data(out), *len);
	return text;
}

static bool readable(const quipu_format *format, const quipu_out *out)
{
	char error[200];
	struct qt_exposition *x;

	if (format != &quipu_format_text)
		return true;
	x = qt_parse(qp_out_data(out), qp_out_len(out), error, sizeof(error));
	if (!x)
		printf("the strict parser: %s\n", error);
	qt_free(x);
	return x != NULL;
}

static bool same(const char *got, size_t got_len, const char *folder, const char *name)
{
	const char *want;
	long len = read_file(folder, name, &want);

	if (len < 0 || !got) {
		printf("there is no file, or the bytes cannot be read\n");
		return false;
	}
	if ((size_t)len == got_len && memcmp(want, got, got_len) == 0)
		return true;
	show_difference(want, (size_t)len, got, got_len);
	return false;
}

static bool run_case(const quipu_format *format, const char *folder, const struct golden_case *c)
{
	quipu_out out;
	size_t len;
	char *text;
	bool ok;

	qp_out_init(&out);
	qt_encode(format, &out, c->views, c->n_views);
	text = shown(format, &out, &len);
	ok = !qp_out_failed(&out) && same(text, len, folder, c->name) && readable(format, &out);
	printf("%s %s\n", ok ? "ok  " : "FAIL", c->name);
	free(text);
	qp_out_free(&out);
	return ok;
}

static const struct golden_case *case_at(size_t i)
{
	if (i < n_golden_cases)
		return &golden_cases[i];
	i -= n_golden_cases;
	return i < n_golden_rich_cases ? &golden_rich_cases[i] : NULL;
}

static bool can_show(const quipu_format *format, const struct golden_case *c)
{
	return (c->needs & ~format->features) == 0;
}

static bool run_all(const quipu_format *format, const char *folder)
{
	const struct golden_case *c;
	size_t n = 0;
	bool ok = true;

	for (size_t i = 0; (c = case_at(i)) != NULL; i++) {
		if (!can_show(format, c))
			continue;
		ok &= run_case(format, folder, c);
		n++;
	}
	if (count_files(folder) != n) {
		printf("FAIL: %zu files for %zu cases\n", count_files(folder), n);
		ok = false;
	}
	return ok;
}

static bool print_case(const quipu_format *format, const char *name)
{
	const struct golden_case *c;
	quipu_out out;
	size_t i = 0;

	while ((c = case_at(i)) != NULL && strcmp(c->name, name) != 0)
		i++;
	if (!c || !can_show(format, c))
		return false;
	qp_out_init(&out);
	qt_encode(format, &out, c->views, c->n_views);
	fwrite(qp_out_data(&out), 1, qp_out_len(&out), stdout);
	qp_out_free(&out);
	return true;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "--print") == 0)
		return print_case(format_named(argv[2]), argv[3]) ? 0 : 1;
	if (argc != 3)
		return 2;
	return run_all(format_named(argv[2]), argv[1]) ? 0 : 1;
}
