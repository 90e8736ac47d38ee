/* SPDX-License-Identifier: MIT */
/*
 * oracles_test.c: two readers of text, written apart, about the same bytes: what the strict one
 * of tests/support takes, the checker finds nothing wrong with, and both read the same numbers. The strict one
 * does not know what a summary is, and adds in doubles; findings about those are the checker's own.
 *
 * oracles_test FOLDER: over every file of the golden text, whole and changed by a seeded chance.
 */
#include "exposition.h"

#include "support/parse.h"
#include "support/seeded.h"

#include <dirent.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 65536
#define CHANGES 3000 /* of each file */

static struct seeded chance;
static size_t n_taken, n_refused, n_failed;

static size_t below(size_t n)
{
	return (size_t)seeded_below(&chance, n);
}

static void fail(const char *what, const char *text, size_t len)
{
	n_failed++;
	printf("FAIL %s:\n%.*s\n", what, (int)len, text);
}

/* --- the same numbers ---------------------------------------------------------------------- */

/* A label of the sample, as the checker keeps it; le and quantile are no labels of a metric. */
static bool has_label(const struct qx_label *labels, size_t n, const struct qt_label *wanted)
{
	struct qx_text value = { wanted->value, wanted->value_len };

	if (value.len == 0)
		return true;
	for (size_t i = 0; i < n; i++) {
		if (qx_text_is(labels[i].name, wanted->name))
			return qx_text_same(labels[i].value, value);
	}
	return false;
}

static bool metric_fits(const struct qx_metric *metric, const struct qx_point *point,
			const struct qt_sample *sample)
{
	for (size_t i = 0; i < sample->n_labels; i++) {
		const struct qt_label *label = &sample->labels[i];
		struct qx_text value = { label->value, label->value_len };

		if (!has_label(metric->labels, metric->n_labels, label) &&
		    !qx_text_same(point->spelling, value))
			return false;
	}
	return true;
}

static bool same_value(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

/* The samples come in the order of the lines, and so do a family's points by their offsets. */
static bool find_sample(const struct qx_exposition *x, const struct qt_sample *sample,
			size_t offset)
{
	for (const struct qx_family *f = x->first; f; f = f->next) {
		for (const struct qx_metric *m = f->first; m; m = m->next) {
			for (const struct qx_point *p = m->first; p; p = p->next) {
				if (p->offset == offset)
					return metric_fits(m, p, sample) &&
					       same_value(p->value.real, sample->value);
			}
		}
	}
	return false;
}

static size_t line_offset(const char *text, size_t len, size_t line)
{
	const char *at = text;

	while (line > 1) {
		at = (const char *)memchr(at, '\n', (size_t)(text + len - at)) + 1;
		line--;
	}
	return (size_t)(at - text);
}

static void compare_samples(const struct qt_exposition *theirs, const struct qx_exposition *ours,
			    const char *text, size_t len)
{
	if (theirs->n_samples != ours->n_points) {
		fail("another number of samples", text, len);
		return;
	}
	for (size_t i = 0; i < theirs->n_samples; i++) {
		const struct qt_sample *sample = &theirs->samples[i];

		if (!find_sample(ours, sample, line_offset(text, len, sample->line))) {
			fail(sample->name, text, len);
			return;
		}
	}
}

/* --- the same verdict ------------------------------------------------------------------------ */

static bool knows_more(const char *message)
{
	const char *digits = strpbrk(message, "0123456789");

	while (digits && strspn(digits, "0123456789") < 16)
		digits = strpbrk(digits + strspn(digits, "0123456789"), "0123456789");
	return digits || strstr(message, "quantile") || strstr(message, "is not a whole number");
}

/* What should not have been found, or NULL. */
static const char *too_strict(const struct qx_findings *findings)
{
	for (size_t i = 0; i < findings->n_kept; i++) {
		if (!knows_more(findings->kept[i].message))
			return findings->kept[i].message;
	}
	return NULL;
}

static void compare_findings(const struct qt_exposition *theirs, const struct qx_exposition *ours,
			     const char *text, size_t len)
{
	const char *finding = too_strict(&ours->findings);

	if (finding)
		fail(finding, text, len);
	else if (ours->findings.n == 0)
		compare_samples(theirs, ours, text, len);
}

static void compare(const char *text, size_t len)
{
	char error[256];
	struct qt_exposition *theirs = qt_parse(text, len, error, sizeof(error));
	struct qx_exposition *ours;

	if (!theirs) {
		n_refused++;
		return;
	}
	n_taken++;
	ours = qx_read(QX_TEXT, text, len);
	compare_findings(theirs, ours, text, len);
	qx_free(ours);
	qt_free(theirs);
}

static size_t cut_line(char *text, size_t len)
{
	size_t from = below(len);
	char *feed = memchr(text + from, '\n', len - from), *end;

	end = feed ? memchr(feed + 1, '\n', (size_t)(text + len - feed - 1)) : NULL;
	if (!end)
		return len;
	memmove(feed, end, (size_t)(text + len - end));
	return len - (size_t)(end - feed);
}

static size_t change(char *text, size_t len)
{
	static const char telling[] = " \n{}=,\"\\#0123456789.-+eE_:abNIxle";
	size_t at = below(len);

	switch (below(3)) {
	case 0:
		text[at] = telling[below(sizeof(telling) - 1)];
		return len;
	case 1:
		memmove(text + at, text + at + 1, len - at - 1);
		return len - 1;
	default:
		return cut_line(text, len);
	}
}

static void compare_file(const char *path)
{
	char original[MOST], text[MOST];
	FILE *file = fopen(path, "rb");
	size_t len;

	if (!file) {
		perror(path);
		exit(1);
	}
	len = fread(original, 1, sizeof(original), file);
	fclose(file);
	compare(original, len);
	for (int i = 0; i < CHANGES && len > 1; i++) {
		memcpy(text, original, len);
		compare(text, change(text, len));
	}
}

static int is_text(const struct dirent *entry)
{
	return strstr(entry->d_name, ".txt") != NULL;
}

int main(int argc, char **argv)
{
	struct dirent **list = NULL;
	int n = argc > 1 ? scandir(argv[1], &list, is_text, alphasort) : 0;

	chance = seeded_new("oracles");
	for (int i = 0; i < n; i++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", argv[1], list[i]->d_name);
		compare_file(path);
		free(list[i]);
	}
	free(list);
	printf("%d files: %zu expositions that both take, %zu that are refused, %zu failures\n", n,
	       n_taken - n_failed, n_refused, n_failed);
	return n > 0 && n_failed == 0 && n_taken > (size_t)n ? 0 : 1;
}
