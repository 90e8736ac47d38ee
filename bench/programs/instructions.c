/* SPDX-License-Identifier: MIT */
/*
 * instructions.c: one way of recording, a given number of times, for a simulator to count.
 *
 *   valgrind --tool=callgrind bench_instructions counter 1000
 *
 * The difference of two runs divided by the difference of their lengths is the number of
 * instructions of one operation, start-up and loop overhead of the empty case taken off.
 */
#include <quipu/quipu.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static quipu_counter counter;
static quipu_float_counter float_counter;
static quipu_updown updown;
static quipu_histogram histogram, native;
static quipu_counter_family family;
static const char *const label[8] = { "gpt-4o",	       "claude-3-5-sonnet",
				      "llama-3.1-70b", "mixtral-8x7b",
				      "openai",	       "anthropic",
				      "rate_limited",  "success" };
static quipu_str label_str[8];
static double values[64];

static void run_empty(unsigned long i)
{
	__asm__ volatile("" : : "r"(i));
}

static void run_counter(unsigned long i)
{
	(void)i;
	quipu_inc(counter);
}

static void run_float(unsigned long i)
{
	(void)i;
	quipu_add(float_counter, 0.5);
}

static void run_updown(unsigned long i)
{
	(void)i;
	quipu_inc(updown);
}

static void run_histogram(unsigned long i)
{
	quipu_observe(histogram, values[i % 64]);
}

static void run_native(unsigned long i)
{
	quipu_observe(native, values[i % 64]);
}

static void run_lookup(unsigned long i)
{
	quipu_inc_at(family, label[i % 4], label[4 + i / 4 % 2], label[6 + i / 8 % 2]);
}

static void run_lookup_v(unsigned long i)
{
	const quipu_str set[3] = { label_str[i % 4], label_str[4 + i / 4 % 2],
				   label_str[6 + i / 8 % 2] };

	quipu_inc_at_v(family, set, 3);
}

static const struct {
	const char *name;
	void (*run)(unsigned long i);
} cases[] = { { "empty", run_empty },	      { "counter", run_counter },
	      { "float_counter", run_float }, { "updown", run_updown },
	      { "histogram", run_histogram }, { "lookup", run_lookup },
	      { "native", run_native },	      { "lookup_v", run_lookup_v } };
#define CASES (sizeof cases / sizeof *cases)

static int make(void)
{
	quipu_registry *registry = quipu_default_registry();
	size_t i;

	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "a_total", .help = "x"));
	float_counter =
		quipu_float_counter_new(registry, QUIPU_OPTS(.name = "b_total", .help = "x"));
	updown = quipu_updown_new(registry, QUIPU_OPTS(.name = "c", .help = "x"));
	histogram = quipu_histogram_new(registry, QUIPU_OPTS(.name = "d", .help = "x"));
	native = quipu_histogram_new(registry,
				     QUIPU_OPTS(.name = "n", .help = "x", .native_factor = 1.1));
	family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "e_total", .help = "x",
				     .labels = QUIPU_NAMES("model", "provider", "status")));
	for (i = 0; i < 8; i++)
		label_str[i] = (quipu_str){ label[i], strlen(label[i]) };
	for (i = 0; i < 64; i++)
		values[i] = 0.0025 * (double)(1u << i % 13);
	return quipu_registry_status(registry, NULL) == QUIPU_OK;
}

int main(int argc, char **argv)
{
	unsigned long i, n;
	size_t c;

	if (argc != 3 || !make())
		return 2;
	n = strtoul(argv[2], NULL, 10);
	for (c = 0; c < CASES; c++) {
		if (strcmp(cases[c].name, argv[1]))
			continue;
		for (i = 0; i < n; i++)
			cases[c].run(i);
		return 0;
	}
	fprintf(stderr, "no case \"%s\"\n", argv[1]);
	return 2;
}
