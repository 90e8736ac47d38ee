/* SPDX-License-Identifier: MIT */
/* provider.c: see provider.h. */
#include "llm/provider.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "llm/keep.h"
#include "llm/kit.h"
#include "llm/sets.h"

static void release(void *object)
{
	struct qp_llm_provider *provider = object;

	QP_LLM_RELEASE_EACH(provider->stream_aborts);
	QP_LLM_RELEASE_EACH(provider->hedges);
	QP_LLM_RELEASE_EACH(provider->rate_limits);
	quipu_release(provider->rate_limit_wait);
	quipu_release(provider->circuit);
	QP_LLM_RELEASE_EACH(provider->circuit_transitions);
	qp_free(provider);
}

static bool keep(struct qp_llm_provider *provider, const struct qp_llm_families *families)
{
	const char *name = provider->name;
	bool ok = true;

	QP_LLM_KEPT_EACH(counter, provider->stream_aborts, families->stream_aborts, &ok,
			 qp_llm_sides, name);
	QP_LLM_KEPT_EACH(counter, provider->hedges, families->hedges, &ok, qp_llm_hedge_results,
			 name);
	QP_LLM_KEPT_EACH(counter, provider->rate_limits, families->rate_limits, &ok,
			 qp_llm_rate_limits, name);
	provider->rate_limit_wait = QP_LLM_KEPT(histogram, families->rate_limit_wait, &ok, name);
	provider->circuit = QP_LLM_KEPT(stateset, families->circuit, &ok, name);
	QP_LLM_KEPT_EACH(counter, provider->circuit_transitions, families->circuit_transitions, &ok,
			 qp_llm_circuits, name);
	return ok;
}

/* --- the circuit ------------------------------------------------------------------------------- */

static uint64_t bit_of(quipu_llm_circuit state)
{
	return UINT64_C(1) << state;
}

/* Closed, unless it is in a state already: the series may be made twice at once (table.h). */
static void close_circuit(const struct qp_llm_provider *provider)
{
	uint64_t none = 0;

	/* relaxed: one word, which orders nothing else; while it fails for no reason, again */
	while (provider->circuit.cell && none == 0 &&
	       !qp_cas_relaxed(provider->circuit.cell, &none,
			       bit_of(QUIPU_LLM_CIRCUIT_CLOSED_STATE)))
		;
}

void qp_llm_circuits_begin(const struct qp_llm_table *providers)
{
	for (uint32_t i = 0; i <= providers->names.most; i++) {
		if (providers->objects[i])
			close_circuit(providers->objects[i]);
	}
}

/* The word that the series shows is the one that is exchanged, so that of all that say the same at
 * once one makes the change, and what is shown is what was said last. */
bool qp_llm_circuit_set(const struct qp_llm_provider *provider, quipu_llm_circuit state)
{
	uint64_t *cell = provider->circuit.cell, now = bit_of(state);

	/* relaxed, both: one word, which orders nothing else */
	return qp_load_relaxed(cell) != now && qp_exchange_relaxed(cell, now) != now;
}

/* --- making ------------------------------------------------------------------------------------ */

static void *make(quipu_llm *kit, const char *name)
{
	struct qp_llm_provider *provider = qp_alloc(sizeof(*provider));

	if (!provider)
		return NULL;
	provider->kit = kit;
	provider->name = name;
	if (!keep(provider, &kit->families)) {
		release(provider);
		return NULL;
	}
	close_circuit(provider);
	return provider;
}

const struct qp_llm_type qp_llm_providers = { make, release };
