/* SPDX-License-Identifier: MIT */
/* kit.c: see kit.h. */
#include "llm/kit.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/lock.h"
#include "llm/agent.h"
#include "llm/fork.h"
#include "llm/keep.h"
#include "llm/loop.h"
#include "llm/provider.h"
#include "llm/queue.h"
#include "llm/route.h"
#include "llm/sets.h"
#include "registry.h"

#include <stdio.h>
#include <string.h>

#define MAX_MODELS 64
#define MAX_PROVIDERS 16
#define MAX_NAMES 64
#define MOST_NAMES 4096 /* that may be asked for */
#define MOST_PROVIDERS 256

static quipu_llm
	*kits; /* changed under the kit lock; atomic, for who looks whether there are any */

/* --- options ----------------------------------------------------------------------------------- */

static unsigned or_default(unsigned given, unsigned usual)
{
	return given ? given : usual;
}

static quipu_llm_opts complete(const quipu_llm_opts *given)
{
	quipu_llm_opts opts = { 0 };

	if (given)
		memcpy(&opts, given, given->size < sizeof(opts) ? given->size : sizeof(opts));
	opts.size = sizeof(opts);
	opts.max_models = or_default(opts.max_models, MAX_MODELS);
	opts.max_providers = or_default(opts.max_providers, MAX_PROVIDERS);
	opts.max_names = or_default(opts.max_names, MAX_NAMES);
	opts.names = or_default(opts.names, QUIPU_LLM_NAMES_SHORT);
	return opts;
}

/* The kit's own errors; those of families the registry knows already. */
static quipu_error fail(quipu_registry *registry, quipu_error error, const char *what)
{
	struct qp_where where;

	snprintf(where.text, sizeof(where.text), "LLM kit: %s", what);
	qp_registry_note(registry, error, &where);
	return error;
}

static bool too_many(const char *const *list, unsigned max, size_t most)
{
	size_t n = 0;

	while (list && list[n] && n <= most)
		n++;
	return max > most || n > most;
}

/* What cannot be as it is; NULL: nothing. */
static const char *check(const quipu_llm_opts *opts)
{
	if (opts->names & ~(QUIPU_LLM_NAMES_SHORT | QUIPU_LLM_NAMES_OTEL_1_41))
		return "names: a naming that there is not";
	if (too_many(opts->models, opts->max_models, MOST_NAMES))
		return "models or max_models: more than 4096";
	if (too_many(opts->providers, opts->max_providers, MOST_PROVIDERS))
		return "providers or max_providers: more than 256";
	if (too_many(NULL, opts->max_names, MOST_NAMES))
		return "max_names: more than 4096";
	return NULL;
}

/* --- the list of kits ---------------------------------------------------------------------------- */

/* Statesets are zero in a child as all values are; but a circuit is in some state. */
static void begin_in_child(void)
{
	quipu_llm *kit;

	for (kit = kits; kit; kit = kit->next)
		qp_llm_circuits_begin(&kit->providers);
}

static quipu_error enlist_locked(quipu_llm *kit)
{
	const quipu_llm *other;

	if (!qp_llm_fork_init(begin_in_child))
		return QUIPU_ENOMEM;
	for (other = kits; other; other = other->next) {
		if (other->registry == kit->registry)
			return QUIPU_EDUPLICATE;
	}
	kit->next = kits;
	qp_store_release(&kits, kit); /* pairs with the acquire in misused_somewhere */
	return QUIPU_OK;
}

static quipu_error enlist(quipu_llm *kit)
{
	quipu_error error;

	qp_lock(&qp_kit_lock);
	error = enlist_locked(kit);
	qp_unlock(&qp_kit_lock);
	return error ? fail(kit->registry, error, "another one, or its fork handler") : QUIPU_OK;
}

/* From now on what nothing is known of may be counted here. */
static void set_ready(quipu_llm *kit)
{
	qp_lock(&qp_kit_lock);
	kit->ready = true;
	qp_unlock(&qp_kit_lock);
}

static void delist(quipu_llm *kit)
{
	quipu_llm **at = &kits;

	qp_lock(&qp_kit_lock);
	while (*at && *at != kit)
		at = &(*at)->next;
	if (*at)
		qp_store_relaxed(at, kit->next); /* relaxed: an older value costs taking the lock */
	qp_unlock(&qp_kit_lock);
}

/* --- opening and closing ------------------------------------------------------------------------- */

static bool open_tables(quipu_llm *kit, const quipu_llm_opts *opts)
{
	return qp_llm_names_open(&kit->models, opts->models, opts->max_models) &&
	       qp_llm_table_open(&kit->providers, &qp_llm_providers, opts->providers,
				 opts->max_providers) &&
	       qp_llm_table_open(&kit->queues, &qp_llm_queues, NULL, opts->max_names) &&
	       qp_llm_table_open(&kit->loops, &qp_llm_loops, NULL, opts->max_names) &&
	       qp_llm_table_open(&kit->agents, &qp_llm_agents, NULL, opts->max_names) &&
	       qp_llm_table_open(&kit->tools, &qp_llm_tools, NULL, opts->max_names) &&
	       qp_llm_routes_open(kit);
}

static void close_tables(quipu_llm *kit)
{
	qp_llm_routes_close(kit);
	qp_llm_finders_close(&kit->finders);
	qp_llm_table_close(&kit->tools);
	qp_llm_table_close(&kit->agents);
	qp_llm_table_close(&kit->loops);
	qp_llm_table_close(&kit->queues);
	qp_llm_table_close(&kit->providers);
	qp_llm_names_close(&kit->models);
}

static bool keep_handles(quipu_llm *kit)
{
	size_t stage;
	bool ok = true;

	for (size_t i = 0; i < QUIPU_LLM_N_MISUSES; i++)
		kit->misuse[i] = QP_LLM_KEPT(counter, kit->families.misuse, &ok, qp_llm_misuses[i]);
	for (stage = 0; stage < QUIPU_LLM_N_STAGES; stage++)
		QP_LLM_KEPT_EACH(counter, kit->guards[stage], kit->families.guards, &ok,
				 qp_llm_decisions, qp_llm_stages[stage]);
	return ok;
}

static void release_handles(quipu_llm *kit)
{
	size_t stage;

	QP_LLM_RELEASE_EACH(kit->misuse);
	for (stage = 0; stage < QUIPU_LLM_N_STAGES; stage++)
		QP_LLM_RELEASE_EACH(kit->guards[stage]);
}

static quipu_error make_families(quipu_llm *kit, const quipu_llm_opts *opts)
{
	const struct qp_llm_limits limits = {
		.models = kit->models.most,
		.providers = kit->providers.names.most,
		.names = opts->max_names,
	};
	quipu_error error;

	if (qp_llm_families_open(&kit->families, kit->registry, &limits, opts) && keep_handles(kit))
		return QUIPU_OK;
	error = quipu_registry_status(kit->registry, NULL);
	return error ? error : QUIPU_ENOMEM;
}

static quipu_error open_kit(quipu_llm *kit, const quipu_llm_opts *opts)
{
	const char *wrong = check(opts);
	quipu_error error;

	if (wrong)
		return fail(kit->registry, QUIPU_EOPTION, wrong);
	if (!open_tables(kit, opts))
		return fail(kit->registry, QUIPU_ENOMEM, "its tables");
	error = enlist(kit);
	if (!error)
		error = make_families(kit, opts);
	if (!error)
		set_ready(kit);
	return error;
}

quipu_llm *quipu_llm_open(quipu_registry *registry, const quipu_llm_opts *given, quipu_error *error)
{
	quipu_llm_opts opts = complete(given);
	quipu_llm *kit = registry ? qp_alloc(sizeof(*kit)) : NULL;
	quipu_error result = QUIPU_ENOMEM;

	if (kit) {
		kit->registry = registry;
		result = open_kit(kit, &opts);
	}
	if (result) {
		quipu_llm_close(kit);
		kit = NULL;
	}
	if (error)
		*error = result;
	return kit;
}

void quipu_llm_close(quipu_llm *kit)
{
	if (!kit)
		return;
	delist(kit); /* first: nobody else counts in what is going away */
	close_tables(kit);
	release_handles(kit);
	qp_llm_families_close(&kit->families);
	qp_free(kit);
}

/* --- misuse ---------------------------------------------------------------------------------------- */

/* With the lock held, so that the kit stays: an add, and no more. */
static void misused_somewhere(quipu_llm_misuse misuse)
{
	const quipu_llm *kit;

	/* acquire: pairs with the release in enlist_locked; with the kit its fork handler is there */
	if (!qp_load_acquire(&kits))
		return;
	qp_lock(&qp_kit_lock);
	for (kit = kits; kit && !kit->ready; kit = kit->next)
		;
	if (kit)
		quipu_inc(kit->misuse[misuse]);
	qp_unlock(&qp_kit_lock);
}

void qp_llm_misused(const quipu_llm *kit, quipu_llm_misuse misuse)
{
	if (kit)
		quipu_inc(kit->misuse[misuse]);
	else
		misused_somewhere(misuse);
}

void quipu_llm_guarded(quipu_llm *kit, quipu_llm_stage stage, quipu_llm_decision decision)
{
	if (kit && qp_llm_is_one_of(kit, stage, QUIPU_LLM_N_STAGES) &&
	    qp_llm_is_one_of(kit, decision, QUIPU_LLM_N_DECISIONS))
		quipu_inc(kit->guards[stage][decision]);
}
