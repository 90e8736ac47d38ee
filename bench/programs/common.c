/* SPDX-License-Identifier: MIT */
/* common.c: see common.h. */
#include "common.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define LONGEST_SECONDS 600.0

static int n_arguments;
static char **arguments;
static const char *usage_text;

/* --- arguments ------------------------------------------------------------------------------- */

void bench_arguments(int argc, char **argv, int least, int most, const char *usage)
{
	n_arguments = argc;
	arguments = argv;
	usage_text = usage;
	if (argc - 1 < least || argc - 1 > most)
		bench_usage();
}

void bench_usage(void)
{
	fprintf(stderr, "usage: %s %s\n", arguments[0], usage_text);
	exit(2);
}

const char *bench_text(int i)
{
	return i < n_arguments ? arguments[i] : NULL;
}

size_t bench_count(int i, size_t least, size_t most)
{
	const char *text = arguments[i];
	unsigned long long n;
	char *end;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || errno || n < least || n > most) {
		fprintf(stderr, "\"%s\" is not a number from %zu to %zu\n", text, least, most);
		bench_usage();
	}
	return (size_t)n;
}

double bench_seconds(int i)
{
	char *end;
	double seconds = strtod(arguments[i], &end);

	if (end == arguments[i] || *end || !(seconds > 0) || seconds > LONGEST_SECONDS) {
		fprintf(stderr, "\"%s\" is not a number of seconds\n", arguments[i]);
		bench_usage();
	}
	return seconds;
}

size_t bench_word(int i, const char *const *words)
{
	size_t w;

	for (w = 0; words[w]; w++) {
		if (!strcmp(words[w], arguments[i]))
			return w;
	}
	fprintf(stderr, "\"%s\" is none of:", arguments[i]);
	for (w = 0; words[w]; w++)
		fprintf(stderr, " %s", words[w]);
	fputc('\n', stderr);
	bench_usage();
}

/* --- ends ---------------------------------------------------------------------------------- */

static void tell(const char *format, va_list list)
{
	fprintf(stderr, "%s: ", arguments[0]);
	vfprintf(stderr, format, list);
	fputc('\n', stderr);
}

void bench_fail(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	tell(format, list);
	exit(1);
}

void bench_lack(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	tell(format, list);
	exit(3);
}

void *bench_alloc(size_t n, size_t size)
{
	void *memory = calloc(n, size);

	if (!memory)
		bench_fail("out of memory");
	return memory;
}

/* What the kernel could give without taking it from others. */
static size_t free_memory(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	size_t kib = 0;
	char line[128];

	while (file && fgets(line, sizeof line, file)) {
		if (sscanf(line, "MemAvailable: %zu kB", &kib) == 1)
			break;
	}
	if (file)
		fclose(file);
	return kib * 1024;
}

void bench_demand(size_t bytes)
{
	size_t most = free_memory() / 2;

	if (bytes > most)
		bench_lack("this takes %zu MiB, half of the free memory is %zu MiB", bytes >> 20,
			   most >> 20);
}

/* --- samples ------------------------------------------------------------------------------- */

struct bench_samples bench_samples_new(size_t most)
{
	return (struct bench_samples){ .list = bench_alloc(most, sizeof(double)), .most = most };
}

void bench_sample(struct bench_samples *samples, double value)
{
	if (samples->n < samples->most)
		samples->list[samples->n++] = value;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_share(struct bench_samples *samples, double share)
{
	size_t below, above;
	double at;

	if (samples->n == 0)
		bench_fail("nothing was measured");
	qsort(samples->list, samples->n, sizeof samples->list[0], compare);
	at = share * (double)(samples->n - 1);
	below = (size_t)at;
	above = below + 1 < samples->n ? below + 1 : below;
	return samples->list[below] +
	       (at - (double)below) * (samples->list[above] - samples->list[below]);
}

/* --- JSON ---------------------------------------------------------------------------------- */

static const char *separator;

static void name_next(const char *name)
{
	printf("%s\"%s\": ", separator, name);
	separator = ", ";
}

void bench_json_begin(void)
{
	separator = "{";
}

void bench_json_real(const char *name, double value)
{
	if (!isfinite(value))
		bench_fail("%s is not a number", name);
	name_next(name);
	printf("%.7g", value);
}

void bench_json_count(const char *name, uint64_t value)
{
	name_next(name);
	printf("%llu", (unsigned long long)value);
}

void bench_json_end(void)
{
	printf("}\n");
	if (fflush(stdout) != 0)
		bench_fail("standard output: %s", strerror(errno));
}
