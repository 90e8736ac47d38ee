/* SPDX-License-Identifier: MIT */
/* readings.c: from the lines of a scrape to totals; see readings.h. */
#include "readings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_LABELS 4

/* The families read, and how a sample of each is counted: X(name, counted by) */
#define READING_MAP(X)                                                                             \
	X("llm_requests_total", count_request)                                                     \
	X("llm_tokens_total", count_tokens)                                                        \
	X("llm_requests_in_flight", count_in_flight)                                               \
	X("llm_cost_dollars_total", count_cost)                                                    \
	X("llm_request_duration_seconds_bucket", count_bucket)                                     \
	X("llm_request_duration_seconds_count", count_durations)                                   \
	X("llm_request_duration_seconds_sum", sum_durations)                                       \
	X("llm_time_to_first_token_seconds_count", count_first_tokens)                             \
	X("llm_time_to_first_token_seconds_sum", sum_first_tokens)                                 \
	X("llm_time_per_output_token_seconds_count", count_other)                                  \
	X("llm_time_between_chunks_seconds_count", count_other)                                    \
	X("llm_request_tokens_count", count_other)

/* name{label="value",...} value, taken apart where it stands. */
struct sample {
	char *name;
	char *label[N_LABELS];
	char *value[N_LABELS];
	unsigned n;
	char *number;
};

static const char *const statuses[] = {
#define TEXT(name, text) text,
	QUIPU_LLM_STATUS_MAP(TEXT)
};
static const char *const directions[] = { QUIPU_LLM_DIRECTION_MAP(TEXT) };
#undef TEXT

/* Where the text is in the list; n where it is not. */
static unsigned place(const char *const *list, unsigned n, const char *text)
{
	unsigned i = 0;

	while (i < n && strcmp(list[i], text) != 0)
		i++;
	return i;
}

static const char *label(const struct sample *sample, const char *name)
{
	unsigned i;

	for (i = 0; i < sample->n; i++)
		if (!strcmp(sample->label[i], name))
			return sample->value[i];
	return "";
}

/* --- samples ----------------------------------------------------------------------- */

static uint64_t whole(const struct sample *sample)
{
	return strtoull(sample->number, NULL, 10);
}

static void count_request(struct totals *totals, const struct sample *sample)
{
	unsigned i = place(statuses, QUIPU_LLM_N_STATUSES, label(sample, "status"));

	if (i < QUIPU_LLM_N_STATUSES)
		totals->requests[i] += whole(sample);
}

static void count_tokens(struct totals *totals, const struct sample *sample)
{
	unsigned i = place(directions, QUIPU_LLM_N_DIRECTIONS, label(sample, "direction"));

	if (i < QUIPU_LLM_N_DIRECTIONS)
		totals->tokens[i] += whole(sample);
}

static void count_in_flight(struct totals *totals, const struct sample *sample)
{
	totals->in_flight += strtoll(sample->number, NULL, 10);
}

static void count_cost(struct totals *totals, const struct sample *sample)
{
	totals->microdollars += (uint64_t)llround(strtod(sample->number, NULL) * 1e6);
}

/* Buckets come by rising bounds, and each has those before it in it. */
static void count_bucket(struct totals *totals, const struct sample *sample)
{
	double bound = strtod(label(sample, "le"), NULL);
	uint64_t below = 0;
	unsigned i = 0;

	for (; i < TOTALS_N_BOUNDS && totals_bounds[i] < bound; i++)
		below += totals->buckets[i];
	totals->buckets[i] = whole(sample) - below;
}

static void count_durations(struct totals *totals, const struct sample *sample)
{
	totals->observed += whole(sample);
}

static void sum_durations(struct totals *totals, const struct sample *sample)
{
	totals->seconds += strtod(sample->number, NULL);
}

static void count_first_tokens(struct totals *totals, const struct sample *sample)
{
	totals->first_tokens += whole(sample);
}

static void sum_first_tokens(struct totals *totals, const struct sample *sample)
{
	totals->first_seconds += strtod(sample->number, NULL);
}

static void count_other(struct totals *totals, const struct sample *sample)
{
	totals->other_observations += whole(sample);
}

static const struct {
	const char *name;
	void (*count)(struct totals *totals, const struct sample *sample);
} kinds[] = {
#define KIND(name, count) { name, count },
	READING_MAP(KIND)
#undef KIND
};
#define N_KINDS (sizeof kinds / sizeof *kinds)

static const char *const names[] = {
#define NAME(name, count) name,
	READING_MAP(NAME)
#undef NAME
};

/* --- lines ------------------------------------------------------------------------- */

/* Cuts the text at the first of the marks and returns what comes after it; NULL: no mark. */
static char *cut(char *text, const char *marks)
{
	char *end = strpbrk(text, marks);

	if (!end)
		return NULL;
	*end = '\0';
	return end + 1;
}

/* One label="value" off the front; no value here has a quote in it. */
static char *read_label(struct sample *sample, char *text)
{
	char *value = cut(text, "="), *rest = value ? cut(value + 1, "\"") : NULL;

	if (!rest || sample->n == N_LABELS)
		return NULL;
	sample->label[sample->n] = text;
	sample->value[sample->n++] = value + 1;
	return *rest == ',' ? rest + 1 : rest;
}

static bool read_sample(struct sample *sample, char *line)
{
	char *rest = cut(line, "{");

	*sample = (struct sample){ .name = line };
	while (rest && *rest != '}')
		rest = read_label(sample, rest);
	if (!rest)
		return false;
	sample->number = rest + 2;
	return true;
}

static unsigned route_of(const struct sample *sample)
{
	const char *model = label(sample, "model"), *provider = label(sample, "provider");
	unsigned i = 0;

	while (i < PROVIDER_N_ROUTES && (strcmp(provider_routes[i].model, model) != 0 ||
					 strcmp(provider_routes[i].provider, provider) != 0))
		i++;
	return i;
}

static void read_line(struct readings *readings, char *line)
{
	struct sample sample;
	unsigned route, kind;

	if (*line == '#' || !read_sample(&sample, line))
		return;
	route = route_of(&sample);
	kind = place(names, N_KINDS, sample.name);
	if (route < PROVIDER_N_ROUTES && kind < N_KINDS)
		kinds[kind].count(&readings->route[route], &sample);
}

static void read_lines(struct readings *readings, char *text)
{
	char *next;

	for (; (next = cut(text, "\n")); text = next)
		read_line(readings, text);
}

static int take_piece(void *ctx, const char *data, size_t len)
{
	return fwrite(data, 1, len, ctx) != len;
}

struct readings readings_take(quipu_registry *registry)
{
	struct readings readings = { 0 };
	char *text = NULL;
	size_t len;
	FILE *file = open_memstream(&text, &len);
	quipu_error error;

	if (!file)
		return readings;
	error = quipu_write_with(registry, NULL,
				 QUIPU_SCRAPE_OPTS(.names = names, .n_names = N_KINDS), take_piece,
				 file);
	if (fclose(file) == 0 && error == QUIPU_OK)
		read_lines(&readings, text);
	free(text);
	return readings;
}

struct totals readings_sum(const struct readings *readings)
{
	struct totals sum = { 0 };
	unsigned i;

	for (i = 0; i < PROVIDER_N_ROUTES; i++)
		totals_add(&sum, &readings->route[i]);
	return sum;
}
