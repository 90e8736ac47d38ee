/* SPDX-License-Identifier: MIT */
/* readings.c: from the lines of a scrape to totals; see readings.h. */
#include "readings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_LABELS 6

/*
 * The samples read, and how each is counted, under one naming and the other (where calls in
 * flight and costs are not told): X(name, counted by)
 */
#define SHORT_MAP(X)                                                                               \
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

#define OTEL_MAP(X)                                                                                \
	X("gen_ai_client_operation_duration_seconds_bucket", count_otel_bucket)                    \
	X("gen_ai_client_operation_duration_seconds_count", count_otel_calls)                      \
	X("gen_ai_client_operation_duration_seconds_sum", sum_otel_durations)                      \
	X("gen_ai_client_token_usage_sum", count_otel_tokens)                                      \
	X("gen_ai_client_operation_time_to_first_chunk_seconds_count", count_first_tokens)         \
	X("gen_ai_client_operation_time_to_first_chunk_seconds_sum", sum_first_tokens)             \
	X("gen_ai_client_operation_time_per_output_chunk_seconds_count", count_other)

/* name{label="value",...} value, taken apart where it stands. */
struct sample {
	char *name;
	char *label[N_LABELS];
	char *value[N_LABELS];
	unsigned n;
	char *number;
	uint64_t before; /* the number of the sample before this one */
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

/* Buckets of a series come by rising bounds, and each has those before it in it. */
static void count_bucket(struct totals *totals, const struct sample *sample)
{
	double bound = strtod(label(sample, "le"), NULL);
	unsigned i = 0;

	while (i < TOTALS_N_BOUNDS && totals_bounds[i] < bound)
		i++;
	totals->buckets[i] += whole(sample) - (i ? sample->before : 0);
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

/* In OpenTelemetry's duration are all calls, by what went wrong; none: success. */
static quipu_llm_status otel_status(const struct sample *sample)
{
	const char *type = label(sample, "error_type");
	unsigned i = place(statuses, QUIPU_LLM_N_STATUSES, type);

	if (!*type)
		return QUIPU_LLM_STATUS_SUCCESS;
	return i < QUIPU_LLM_N_STATUSES ? (quipu_llm_status)i : QUIPU_LLM_STATUS_ERROR;
}

static bool otel_worked(const struct sample *sample)
{
	quipu_llm_status status = otel_status(sample);

	return status == QUIPU_LLM_STATUS_SUCCESS || status == QUIPU_LLM_STATUS_ERROR;
}

static void count_otel_calls(struct totals *totals, const struct sample *sample)
{
	totals->requests[otel_status(sample)] += whole(sample);
	if (otel_worked(sample))
		count_durations(totals, sample);
}

static void count_otel_bucket(struct totals *totals, const struct sample *sample)
{
	if (otel_worked(sample))
		count_bucket(totals, sample);
}

static void sum_otel_durations(struct totals *totals, const struct sample *sample)
{
	if (otel_worked(sample))
		sum_durations(totals, sample);
}

static void count_otel_tokens(struct totals *totals, const struct sample *sample)
{
	unsigned i = place(directions, QUIPU_LLM_N_DIRECTIONS, label(sample, "gen_ai_token_type"));

	/* a sum, which is whole all the same */
	if (i < QUIPU_LLM_N_DIRECTIONS)
		totals->tokens[i] += (uint64_t)strtod(sample->number, NULL);
}

typedef void (*count_function)(struct totals *totals, const struct sample *sample);

#define NAME(name, count) name,
#define COUNT(name, count) count,
static const char *const short_names[] = { SHORT_MAP(NAME) };
static const char *const otel_names[] = { OTEL_MAP(NAME) };
static const count_function short_counts[] = { SHORT_MAP(COUNT) };
static const count_function otel_counts[] = { OTEL_MAP(COUNT) };
#undef NAME
#undef COUNT

static const struct naming {
	const char *const *names;
	const count_function *counts;
	unsigned n;
	const char *model; /* labels */
	const char *provider;
} short_naming = { short_names, short_counts, sizeof short_names / sizeof *short_names, "model",
		   "provider" },
  otel_naming = { otel_names, otel_counts, sizeof otel_names / sizeof *otel_names,
		  "gen_ai_request_model", "gen_ai_provider_name" };

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

static unsigned route_of(const char *model, const char *provider)
{
	unsigned i = 0;

	while (i < PROVIDER_N_ROUTES && (strcmp(provider_routes[i].model, model) != 0 ||
					 strcmp(provider_routes[i].provider, provider) != 0))
		i++;
	return i;
}

static void count(struct readings *readings, const struct naming *naming,
		  const struct sample *sample)
{
	unsigned route = route_of(label(sample, naming->model), label(sample, naming->provider));
	unsigned kind = place(naming->names, naming->n, sample->name);

	if (route < PROVIDER_N_ROUTES && kind < naming->n)
		naming->counts[kind](&readings->route[route], sample);
}

static void read_lines(struct readings *readings, const struct naming *naming, char *text)
{
	struct sample sample;
	uint64_t before = 0;
	char *next;

	for (; (next = cut(text, "\n")); text = next) {
		if (*text == '#' || !read_sample(&sample, text))
			continue;
		sample.before = before;
		before = whole(&sample);
		count(readings, naming, &sample);
	}
}

static int take_piece(void *ctx, const char *data, size_t len)
{
	return fwrite(data, 1, len, ctx) != len;
}

struct readings readings_take(quipu_registry *registry, unsigned names)
{
	const struct naming *naming =
		names == QUIPU_LLM_NAMES_OTEL_1_41 ? &otel_naming : &short_naming;
	struct readings readings = { 0 };
	char *text = NULL;
	size_t len;
	FILE *file = open_memstream(&text, &len);
	quipu_error error;

	if (!file)
		return readings;
	error = quipu_write_with(registry, NULL,
				 QUIPU_SCRAPE_OPTS(.names = naming->names, .n_names = naming->n),
				 take_piece, file);
	if (fclose(file) == 0 && error == QUIPU_OK)
		read_lines(&readings, naming, text);
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
