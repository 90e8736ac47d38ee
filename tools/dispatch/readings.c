/* SPDX-License-Identifier: MIT */
/* readings.c: from the lines of a scrape to totals; see readings.h. */
#include "readings.h"

#include "sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* --- samples ----------------------------------------------------------------------- */

static void count_request(struct totals *totals, const struct sample *sample)
{
	unsigned i = place(statuses, QUIPU_LLM_N_STATUSES, sample_label(sample, "status"));

	if (i < QUIPU_LLM_N_STATUSES)
		totals->requests[i] += sample_whole(sample);
}

static void count_tokens(struct totals *totals, const struct sample *sample)
{
	unsigned i = place(directions, QUIPU_LLM_N_DIRECTIONS, sample_label(sample, "direction"));

	if (i < QUIPU_LLM_N_DIRECTIONS)
		totals->tokens[i] += sample_whole(sample);
}

static void count_in_flight(struct totals *totals, const struct sample *sample)
{
	totals->in_flight += strtoll(sample->number, NULL, 10);
}

static void count_cost(struct totals *totals, const struct sample *sample)
{
	totals->microdollars += (uint64_t)llround(sample_real(sample) * 1e6);
}

/* In OpenTelemetry's durations are also calls that no model worked on. */
static bool worked_on(const struct sample *sample)
{
	const char *type = sample_label(sample, "error_type");

	return strcmp(type, quipu_llm_error_name(QUIPU_LLM_RATE_LIMITED)) != 0 &&
	       strcmp(type, quipu_llm_error_name(QUIPU_LLM_CANCELLED)) != 0;
}

/* Buckets of a series come by rising bounds, and each has those before it in it. */
static void count_bucket(struct totals *totals, const struct sample *sample)
{
	double bound = strtod(sample_label(sample, "le"), NULL);
	unsigned i = 0;

	while (i < TOTALS_N_BOUNDS && totals_bounds[i] < bound)
		i++;
	if (worked_on(sample))
		totals->buckets[i] += sample_whole(sample) - (i ? sample->before : 0);
}

static void count_durations(struct totals *totals, const struct sample *sample)
{
	if (worked_on(sample))
		totals->observed += sample_whole(sample);
}

static void sum_durations(struct totals *totals, const struct sample *sample)
{
	if (worked_on(sample))
		totals->seconds += sample_real(sample);
}

static void count_first_tokens(struct totals *totals, const struct sample *sample)
{
	totals->first_tokens += sample_whole(sample);
}

static void sum_first_tokens(struct totals *totals, const struct sample *sample)
{
	totals->first_seconds += sample_real(sample);
}

static void count_other(struct totals *totals, const struct sample *sample)
{
	totals->other_observations += sample_whole(sample);
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

static unsigned route_of(const struct sample *sample)
{
	const char *model = sample_label(sample, "model"),
		   *provider = sample_label(sample, "provider");
	unsigned i = 0;

	if (!*model) {
		model = sample_label(sample, "gen_ai_request_model");
		provider = sample_label(sample, "gen_ai_provider_name");
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
	char *line;

	while ((line = sample_line(&text))) {
		if (!sample_read(&sample, line))
			continue;
		sample.before = before;
		before = sample_whole(&sample);
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
