/* SPDX-License-Identifier: MIT */
/* provider.c: see provider.h. */
#include "llm/provider.h"

#include "base/alloc.h"
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
	return provider;
}

const struct qp_llm_type qp_llm_providers = { make, release };
