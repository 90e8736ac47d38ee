/* SPDX-License-Identifier: MIT */
/* families.c: see families.h. */
#include "llm/families.h"

#include "llm/sets.h"

#include <string.h>

/* --- llm.def as a table ------------------------------------------------------------------------ */

#define QUIPU_LLM_BUCKETS(id, ...) static const double bounds_##id[] = { __VA_ARGS__ };
#include <quipu/llm.def>
#define QUIPU_LLM_BUCKETS(id, ...) N_##id = sizeof(bounds_##id) / sizeof(bounds_##id[0]),
enum {
#include <quipu/llm.def>
	N_NONE = 0
};
static const double bounds_NONE[1];

enum kind { COUNTER, COST, UPDOWN, HISTOGRAM, STATESET };
#define COST_DECIMALS 6 /* micro-dollars */

enum group { CALLS, DISPATCH, AGENTS, KIT, OTEL };

struct description {
	size_t at; /* in struct qp_llm_families */
	enum group group;
	enum kind kind;
	const char *name, *unit, *help;
	const double *bounds;
	size_t n_bounds;
	const char *const *labels;
};

#define AT(id) offsetof(struct qp_llm_families, id)
#define DESCRIPTION(id, group, kind, name, unit, buckets, help, ...)                               \
	{ AT(id),                                                                                  \
	  group,                                                                                   \
	  kind,                                                                                    \
	  name,                                                                                    \
	  unit,                                                                                    \
	  help,                                                                                    \
	  bounds_##buckets,                                                                        \
	  N_##buckets,                                                                             \
	  (const char *const[]){ __VA_ARGS__, NULL } },
#define QUIPU_LLM_FAMILY(...) DESCRIPTION(__VA_ARGS__)
#define QUIPU_LLM_OTEL(id, otel, ...) DESCRIPTION(id, OTEL, HISTOGRAM, __VA_ARGS__)
static const struct description descriptions[] = {
#include <quipu/llm.def>
};

#define N_DESCRIPTIONS (sizeof(descriptions) / sizeof(descriptions[0]))

static const char *const states[] = {
#define TEXT(name, text) text,
	QUIPU_LLM_CIRCUIT_MAP(TEXT)
#undef TEXT
};

/* --- which are made ---------------------------------------------------------------------------- */

/* Those that OpenTelemetry has a name for. */
static bool has_otel_name(const struct description *description)
{
	return description->at == AT(duration) || description->at == AT(request_tokens) ||
	       description->at == AT(first_token) || description->at == AT(chunk);
}

static bool is_wanted(const struct description *description, unsigned names)
{
	if (description->group == OTEL)
		return names & QUIPU_LLM_NAMES_OTEL_1_41;
	return names & QUIPU_LLM_NAMES_SHORT || !has_otel_name(description);
}

/* --- their options ----------------------------------------------------------------------------- */

static size_t most_values(const char *label, const struct qp_llm_limits *limits)
{
	static const struct {
		const char *label;
		size_t limit;
	} open[] = {
		{ "model", offsetof(struct qp_llm_limits, models) },
		{ "gen_ai_request_model", offsetof(struct qp_llm_limits, models) },
		{ "from", offsetof(struct qp_llm_limits, models) },
		{ "to", offsetof(struct qp_llm_limits, models) },
		{ "provider", offsetof(struct qp_llm_limits, providers) },
		{ "gen_ai_provider_name", offsetof(struct qp_llm_limits, providers) },
		{ "queue", offsetof(struct qp_llm_limits, names) },
		{ "loop", offsetof(struct qp_llm_limits, names) },
		{ "agent", offsetof(struct qp_llm_limits, names) },
		{ "tool", offsetof(struct qp_llm_limits, names) },
	};
	size_t i, limit;

	for (i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
		if (strcmp(label, open[i].label) == 0) {
			memcpy(&limit, (const char *)limits + open[i].limit, sizeof(limit));
			return limit + 1; /* and "other" */
		}
	}
	return QUIPU_LLM_N_ERRORS; /* the largest closed set, with one for none of it */
}

/* As many series as there can be, so that none ever overflows. */
static size_t most_series(const struct description *description, const struct qp_llm_limits *limits)
{
	size_t most = QUIPU_LLM_N_CIRCUITS, i; /* where "to" is a state */

	for (i = 0; description->labels[i]; i++)
		most *= most_values(description->labels[i], limits);
	return most;
}

static bool is_duration(const struct description *description)
{
	return (description->group == CALLS || description->group == OTEL) &&
	       description->kind == HISTOGRAM && *description->unit;
}

static bool has_exemplars(const struct description *description)
{
	return description->at == AT(requests) || description->at == AT(duration) ||
	       description->at == AT(otel_duration);
}

static void set_native(quipu_opts *opts)
{
	opts->native_factor = 1.1;
	opts->native_min = 1e-3;
	opts->native_max = 3600;
}

static quipu_opts opts_of(const struct description *description, const struct qp_llm_limits *limits,
			  const quipu_llm_opts *llm)
{
	quipu_opts opts = { .size = sizeof(opts), .name = description->name };

	opts.help = description->help;
	opts.unit = description->unit;
	opts.labels = description->labels;
	opts.max_series = most_series(description, limits);
	opts.exemplars = has_exemplars(description);
	opts.decimals = description->kind == COST ? COST_DECIMALS : 0;
	if (description->kind == HISTOGRAM) {
		opts.bounds = description->bounds;
		opts.n_bounds = description->n_bounds;
	}
	if (is_duration(description) && !llm->no_native)
		set_native(&opts);
	if (description->kind == STATESET) {
		opts.states = states;
		opts.n_states = QUIPU_LLM_N_CIRCUITS;
	}
	return opts;
}

/* --- making and unmaking ----------------------------------------------------------------------- */

static bool make(void *at, enum kind kind, quipu_registry *registry, const quipu_opts *opts)
{
	switch (kind) {
#define MAKE(KIND, kind)                                                                           \
	case KIND: {                                                                               \
		quipu_##kind##_family *family = at;                                                \
                                                                                                   \
		*family = quipu_##kind##_family_new(registry, opts);                               \
		return family->family != NULL;                                                     \
	}
		MAKE(COUNTER, counter)
		MAKE(COST, counter)
		MAKE(UPDOWN, updown)
		MAKE(HISTOGRAM, histogram)
		MAKE(STATESET, stateset)
	default:
		return false;
	}
}

static void unmake(void *at, enum kind kind)
{
	switch (kind) {
#define UNMAKE(KIND, kind)                                                                         \
	case KIND: {                                                                               \
		quipu_##kind##_family *family = at;                                                \
                                                                                                   \
		quipu_##kind##_family_unregister(*family);                                         \
		break;                                                                             \
	}
		UNMAKE(COUNTER, counter)
		UNMAKE(COST, counter)
		UNMAKE(UPDOWN, updown)
		UNMAKE(HISTOGRAM, histogram)
		UNMAKE(STATESET, stateset)
	}
}

bool qp_llm_families_open(struct qp_llm_families *families, quipu_registry *registry,
			  const struct qp_llm_limits *limits, const quipu_llm_opts *llm)
{
	const struct description *one;
	quipu_opts opts;
	size_t i;

	for (i = 0; i < N_DESCRIPTIONS; i++) {
		one = &descriptions[i];
		opts = opts_of(one, limits, llm);
		if (is_wanted(one, llm->names) &&
		    !make((char *)families + one->at, one->kind, registry, &opts))
			return false;
	}
	return true;
}

void qp_llm_families_close(struct qp_llm_families *families)
{
	size_t i;

	for (i = 0; i < N_DESCRIPTIONS; i++)
		unmake((char *)families + descriptions[i].at, descriptions[i].kind);
}
