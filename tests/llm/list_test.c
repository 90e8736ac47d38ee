/* SPDX-License-Identifier: MIT */
/*
 * list_test.c: what is scraped is what llm.def lists: every family, by name, kind, help, unit,
 * labels and bounds, and no other; and the label values that there are closed sets of are those.
 */
#include "opened.h"

#include <stdio.h>

struct listed {
	const char *name, *kind, *unit, *help;
	const double *bounds;
	size_t n_bounds;
	const char *const *labels;
	size_t otel; /* 1: of OpenTelemetry's naming */
};

#define QUIPU_LLM_BUCKETS(id, ...) static const double bounds_##id[] = { __VA_ARGS__ };
#include <quipu/llm.def>
static const double bounds_NONE[1];

#define ROW(kind, name, unit, buckets, help, otel, ...)                                            \
	{ name,                                                                                    \
	  kind,                                                                                    \
	  unit,                                                                                    \
	  help,                                                                                    \
	  bounds_##buckets,                                                                        \
	  N_OF(bounds_##buckets),                                                                  \
	  (const char *const[]){ __VA_ARGS__, NULL },                                              \
	  otel },
#define QUIPU_LLM_FAMILY(id, group, kind, name, unit, buckets, help, ...)                          \
	ROW(#kind, name, unit, buckets, help, 0, __VA_ARGS__)
#define QUIPU_LLM_OTEL(id, otel, name, unit, buckets, help, ...)                                   \
	ROW("HISTOGRAM", name, unit, buckets, help, 1, __VA_ARGS__)
static const struct listed list[] = {
#include <quipu/llm.def>
};

/* Everything that can be asked for, once, so that every family has a series. */
static void use_all(void)
{
	quipu_llm_loop loop = quipu_llm_loop_of(kit, "main", MS);
	const quipu_llm_agent *agent = quipu_llm_agent_of(kit, "planner");
	quipu_llm_turn turn = QUIPU_LLM_TURN_INIT;

	for (unsigned i = 0; i < QUIPU_LLM_N_OPERATIONS; i++)
		one_call(quipu_llm_route_for(kit, (quipu_llm_operation)i, "gpt-4o", "openai"),
			 QUIPU_LLM_OK, QUIPU_LLM_USAGE(.input = 5, .output = 1));
	for (unsigned i = 0; i < QUIPU_LLM_N_ERRORS; i++)
		one_call(route, (quipu_llm_error)i, NULL);
	quipu_llm_retry(route, QUIPU_LLM_TIMEOUT);
	quipu_llm_fallback(route, quipu_llm_route_of(kit, "claude", "anthropic"));
	quipu_llm_queue_of(kit, "main");
	quipu_llm_tool_of(kit, "search");
	quipu_llm_tick(&loop);
	quipu_llm_turn_begin(&turn, agent);
	quipu_llm_turn_end(&turn, QUIPU_LLM_OUTCOME_OK);
}

static const struct qt_family *find(const struct qt_exposition *shown, const char *name)
{
	for (size_t i = 0; i < shown->n_families; i++) {
		if (strcmp(shown->families[i].name, name) == 0)
			return &shown->families[i];
	}
	return NULL;
}

static const char *type_of(const struct listed *listed)
{
	if (strcmp(listed->kind, "COUNTER") == 0 || strcmp(listed->kind, "COST") == 0)
		return "counter";
	return strcmp(listed->kind, "HISTOGRAM") == 0 ? "histogram" : "gauge";
}

/* The labels of a sample are those listed, but for what its kind adds at the end. */
static void expect_labels(const struct listed *listed, const struct qt_sample *sample)
{
	size_t n = 0;

	for (; listed->labels[n]; n++) {
		cr_assert_lt(n, sample->n_labels, "%s", listed->name);
		cr_expect_str_eq(sample->labels[n].name, listed->labels[n], "%s", listed->name);
	}
	if (n < sample->n_labels) {
		cr_expect_eq(n + 1, sample->n_labels, "%s", listed->name);
		cr_expect(strcmp(sample->labels[n].name, "le") == 0 ||
				  strcmp(sample->labels[n].name, listed->name) == 0,
			  "%s: label %s", listed->name, sample->labels[n].name);
	}
}

static void expect_bounds(const struct listed *listed, const struct qt_exposition *shown,
			  const struct qt_family *family)
{
	const struct qt_sample *sample = &shown->samples[family->first];
	char text[32];

	for (size_t i = 0; i < listed->n_bounds; i++, sample++) {
		cr_assert_str_eq(sample->labels[sample->n_labels - 1].name, "le");
		snprintf(text, sizeof text, "%.17g", listed->bounds[i]);
		cr_expect_eq(strtod(sample->labels[sample->n_labels - 1].value, NULL),
			     strtod(text, NULL), "%s", listed->name);
	}
	cr_expect_str_eq(sample->labels[sample->n_labels - 1].value, "+Inf", "%s", listed->name);
}

static void expect_listed(const struct listed *listed, const struct qt_exposition *shown)
{
	const struct qt_family *family = find(shown, listed->name);

	cr_assert(family, "no family %s", listed->name);
	cr_expect_str_eq(family->help, listed->help, "%s", listed->name);
	cr_expect_str_eq(family->type, type_of(listed), "%s", listed->name);
	cr_assert_gt(family->n_samples, 0, "%s has no series", listed->name);
	for (size_t i = 0; i < family->n_samples; i++)
		expect_labels(listed, &shown->samples[family->first + i]);
	if (strcmp(listed->kind, "HISTOGRAM") == 0)
		expect_bounds(listed, shown, family);
}

static void check(unsigned names, size_t n)
{
	struct qt_exposition *shown;

	open_with(&(quipu_llm_opts){ .size = sizeof(quipu_llm_opts), .names = names });
	use_all();
	shown = exposed(registry);
	cr_expect_eq(shown->n_families, n, "%zu families", shown->n_families);
	for (size_t i = 0; i < N_OF(list); i++) {
		if (names & QUIPU_LLM_NAMES_SHORT && !list[i].otel)
			expect_listed(&list[i], shown);
		if (names & QUIPU_LLM_NAMES_OTEL_1_41 && list[i].otel)
			expect_listed(&list[i], shown);
	}
	qt_free(shown);
	close_kit();
}

static size_t count_otel(void)
{
	size_t n = 0;

	for (size_t i = 0; i < N_OF(list); i++)
		n += list[i].otel;
	return n;
}

Test(list, the_short_names)
{
	check(QUIPU_LLM_NAMES_SHORT, N_OF(list) - count_otel());
}

Test(list, both_namings)
{
	check(QUIPU_LLM_NAMES_SHORT | QUIPU_LLM_NAMES_OTEL_1_41, N_OF(list));
}

/* What OpenTelemetry names it has instead of the short name. */
Test(list, opentelemetry_alone)
{
	check(QUIPU_LLM_NAMES_OTEL_1_41, N_OF(list) - count_otel());
}

Test(list, units_are_what_names_end_in)
{
	for (size_t i = 0; i < N_OF(list); i++) {
		char end[32];
		size_t len = strlen(list[i].name), n;

		n = (size_t)snprintf(end, sizeof end, "_%s%s", list[i].unit,
				     strcmp(type_of(&list[i]), "counter") == 0 ? "_total" : "");
		if (*list[i].unit)
			cr_expect_str_eq(list[i].name + len - n, end, "%s", list[i].name);
	}
}

/* --- closed sets --------------------------------------------------------------------------------- */

struct set {
	const char *family, *label;
	const char *const *values;
	size_t n;
};

#define TEXT(name, text) text,
#define SET(family, label, map)                                                                    \
	{                                                                                          \
		family, label, (const char *const[]){ map(TEXT) },                                 \
			N_OF(((const char *const[]){ map(TEXT) }))                                 \
	}

/* Those whose series all exist, at zero, as soon as their other labels are known. */
static const struct set sets[] = {
	SET("llm_requests_total", "status", QUIPU_LLM_STATUS_MAP),
	SET("llm_tokens_total", "direction", QUIPU_LLM_DIRECTION_MAP),
	SET("llm_stream_aborts_total", "side", QUIPU_LLM_SIDE_MAP),
	SET("llm_hedges_total", "result", QUIPU_LLM_HEDGE_MAP),
	SET("llm_rate_limit_events_total", "kind", QUIPU_LLM_RATE_LIMIT_MAP),
	SET("llm_circuit_state", "llm_circuit_state", QUIPU_LLM_CIRCUIT_MAP),
	SET("llm_circuit_transitions_total", "to", QUIPU_LLM_CIRCUIT_MAP),
	SET("agent_turns_total", "outcome", QUIPU_LLM_OUTCOME_MAP),
	SET("tool_invocations_total", "outcome", QUIPU_LLM_OUTCOME_MAP),
	SET("llm_misuse_total", "kind", QUIPU_LLM_MISUSE_MAP),
};

static void expect_set(const struct set *set, const struct qt_exposition *shown)
{
	const struct qt_family *family = find(shown, set->family);
	size_t i;

	cr_assert(family, "%s", set->family);
	cr_expect_eq(family->n_samples, set->n, "%s", set->family);
	for (size_t k = 0; k < family->n_samples; k++) {
		const struct qt_sample *sample = &shown->samples[family->first + k];
		const struct qt_label *label = &sample->labels[sample->n_labels - 1];

		cr_expect_str_eq(label->name, set->label, "%s", set->family);
		for (i = 0; i < set->n && strcmp(label->value, set->values[i]) != 0; i++)
			;
		cr_expect_lt(i, set->n, "%s: %s", set->family, label->value);
	}
}

Test(list, closed_sets_stand_at_zero_from_the_start, .init = open_kit, .fini = close_kit)
{
	struct qt_exposition *shown;

	quipu_llm_agent_of(kit, "planner");
	quipu_llm_tool_of(kit, "search");
	shown = exposed(registry);
	for (size_t i = 0; i < N_OF(sets); i++)
		expect_set(&sets[i], shown);
	for (size_t i = 0; i < shown->n_samples; i++)
		cr_expect(shown->samples[i].value == 0 ||
				  strcmp(shown->samples[i].name, "llm_circuit_state") == 0,
			  "%s", shown->samples[i].name);
	cr_expect_eq(qt_value(shown, "llm_circuit_state", "provider", "openai", "llm_circuit_state",
			      "closed", NULL),
		     1);
	cr_expect_eq(qt_sum_u64(shown, "guard_decisions_total", NULL), 0);
	cr_expect_eq(find(shown, "guard_decisions_total")->n_samples, 9);
	qt_free(shown);
}
