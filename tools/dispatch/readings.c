/* SPDX-License-Identifier: MIT */
/* readings.c: from the lines of a scrape to totals; see readings.h. */
#include "readings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_LABELS 5

/* Names that are there whatever the calls' naming is. */
#define ANY 0u
#define SHORT QUIPU_LLM_NAMES_SHORT
#define OTEL QUIPU_LLM_NAMES_OTEL_1_41

/* The samples read, and how each is counted: X(name, naming that it is read under, counted by) */
#define READING_MAP(X)                                                                             \
	X("llm_requests_total", ANY, count_request)                                                \
	X("llm_tokens_total", ANY, count_tokens)                                                   \
	X("llm_requests_in_flight", ANY, count_in_flight)                                          \
	X("llm_cost_dollars_total", ANY, count_cost)                                               \
	X("llm_time_per_output_token_seconds_count", ANY, count_other)                             \
	X("llm_request_duration_seconds_bucket", SHORT, count_bucket)                              \
	X("llm_request_duration_seconds_count", SHORT, count_durations)                            \
	X("llm_request_duration_seconds_sum", SHORT, sum_durations)                                \
	X("llm_time_to_first_token_seconds_count", SHORT, count_first_tokens)                      \
	X("llm_time_to_first_token_seconds_sum", SHORT, sum_first_tokens)                          \
	X("llm_time_between_chunks_seconds_count", SHORT, count_other)                             \
	X("llm_request_tokens_count", SHORT, count_other)                                          \
	X("gen_ai_client_operation_duration_seconds_bucket", OTEL, count_bucket)                   \
	X("gen_ai_client_operation_duration_seconds_count", OTEL, count_durations)                 \
	X("gen_ai_client_operation_duration_seconds_sum", OTEL, sum_durations)                     \
	X("gen_ai_client_operation_time_to_first_chunk_seconds_count", OTEL, count_first_tokens)   \
	X("gen_ai_client_operation_time_to_first_chunk_seconds_sum", OTEL, sum_first_tokens)       \
	X("gen_ai_client_operation_time_per_output_chunk_seconds_count", OTEL, count_other)        \
	X("gen_ai_client_token_usage_count", OTEL, count_other)

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

/* In OpenTelemetry's durations are also calls that no model worked on. */
static bool worked_on(const struct sample *sample)
{
	const char *type = label(sample, "error_type");

	return strcmp(type, quipu_llm_error_name(QUIPU_LLM_RATE_LIMITED)) != 0 &&
	       strcmp(type, quipu_llm_error_name(QUIPU_LLM_CANCELLED)) != 0;
}

/* Buckets of a series come by rising bounds, and each has those before it in it. */
static void count_bucket(struct totals *totals, const struct sample *sample)
{
	double bound = strtod(label(sample, "le"), NULL);
	unsigned i = 0;

	while (i < TOTALS_N_BOUNDS && totals_bounds[i] < bound)
		i++;
	if (worked_on(sample))
		totals->buckets[i] += whole(sample) - (i ? sample->before : 0);
}

static void count_durations(struct totals *totals, const struct sample *sample)
{
	if (worked_on(sample))
		totals->observed += whole(sample);
}

static void sum_durations(struct totals *totals, const struct sample *sample)
{
	if (worked_on(sample))
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

static const struct kind {
	const char *name;
	unsigned naming;
	void (*count)(struct totals *totals, const struct sample *sample);
} kinds[] = {
#define KIND(name, naming, count) { name, naming, count },
	READING_MAP(KIND)
#undef KIND
};
#define N_KINDS (sizeof kinds / sizeof *kinds)

/* Where both namings are there, each call is counted under one. */
static size_t choose(unsigned names, const char *chosen[N_KINDS])
{
	unsigned naming = names == OTEL ? OTEL : SHORT;
	size_t i, n = 0;

	for (i = 0; i < N_KINDS; i++)
		if (kinds[i].naming == ANY || kinds[i].naming == naming)
			chosen[n++] = kinds[i].name;
	return n;
}

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

	if (!*model) {
		model = label(sample, "gen_ai_request_model");
		provider = label(sample, "gen_ai_provider_name");
	}
	while (i < PROVIDER_N_ROUTES && (strcmp(provider_routes[i].model, model) != 0 ||
					 strcmp(provider_routes[i].provider, provider) != 0))
		i++;
	return i;
}

/* Counts the sample if it is one of those. (The families that were asked for have others, too.) */
static void count(struct readings *readings, const struct sample *sample)
{
	unsigned route = route_of(sample);
	const struct kind *kind = kinds;

	while (kind < kinds + N_KINDS && strcmp(kind->name, sample->name) != 0)
		kind++;
	if (route < PROVIDER_N_ROUTES && kind < kinds + N_KINDS)
		kind->count(&readings->route[route], sample);
}

static void read_lines(struct readings *readings, char *text)
{
	struct sample sample;
	uint64_t before = 0;
	char *next;

	for (; (next = cut(text, "\n")); text = next) {
		if (*text == '#' || !read_sample(&sample, text))
			continue;
		sample.before = before;
		before = whole(&sample);
		count(readings, &sample);
	}
}

static int take_piece(void *ctx, const char *data, size_t len)
{
	return fwrite(data, 1, len, ctx) != len;
}

struct readings readings_take(quipu_registry *registry, unsigned names)
{
	struct readings readings = { 0 };
	const char *chosen[N_KINDS];
	size_t n = choose(names, chosen), len;
	char *text = NULL;
	FILE *file = open_memstream(&text, &len);
	quipu_error error;

	if (!file)
		return readings;
	error = quipu_write_with(registry, NULL, QUIPU_SCRAPE_OPTS(.names = chosen, .n_names = n),
				 take_piece, file);
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
