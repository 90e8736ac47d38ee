/* SPDX-License-Identifier: MIT */
/* route.c: see route.h. */
#include "llm/route.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "llm/keep.h"
#include "llm/sets.h"

static size_t n_models(const quipu_llm *kit)
{
	return (size_t)kit->models.most + 1;
}

static size_t n_routes(const quipu_llm *kit)
{
	return QUIPU_LLM_N_OPERATIONS * ((size_t)kit->providers.names.most + 1) * n_models(kit);
}

bool qp_llm_routes_open(quipu_llm *kit)
{
	kit->routes = qp_alloc(n_routes(kit) * sizeof(kit->routes[0]));
	return kit->routes != NULL;
}

/* --- one route --------------------------------------------------------------------------------- */

static void release(void *object)
{
	quipu_llm_route *route = object;

	quipu_release(route->in_flight);
	QP_LLM_RELEASE_EACH(route->requests);
	QP_LLM_RELEASE_EACH(route->tokens);
	quipu_release(route->cost);
	quipu_release(route->first_token.ordinary);
	quipu_release(route->chunk.ordinary);
	quipu_release(route->duration.ordinary);
	quipu_release(route->per_token.ordinary);
	quipu_release(route->otel_first_chunk.ordinary);
	quipu_release(route->otel_chunk.ordinary);
	quipu_release(route->otel_duration.ordinary);
	for (unsigned side = 0; side < 2; side++) {
		quipu_release(route->request_tokens[side].ordinary);
		quipu_release(route->otel_tokens[side].ordinary);
	}
	qp_free(route);
}

static struct qp_llm_histogram found(quipu_llm *kit, quipu_histogram histogram, double per)
{
	return qp_llm_histogram_of(histogram,
				   qp_llm_finder_get(&kit->finders, histogram.layout, per));
}

#define KEPT_TIMES(...) found(route->kit, QP_LLM_KEPT(histogram, __VA_ARGS__), QP_LLM_PER_SECOND)
#define KEPT_TOKENS(...) found(route->kit, QP_LLM_KEPT(histogram, __VA_ARGS__), QP_LLM_PER_TOKEN)

static bool keep(quipu_llm_route *route, const struct qp_llm_families *families)
{
	const char *model = route->model, *provider = route->provider->name;
	bool ok = true;

	route->in_flight = QP_LLM_KEPT(updown, families->in_flight, &ok, model, provider);
	route->first_token = KEPT_TIMES(families->first_token, &ok, model, provider);
	route->chunk = KEPT_TIMES(families->chunk, &ok, model, provider);
	QP_LLM_KEPT_EACH(counter, route->requests, families->requests, &ok, qp_llm_statuses, model,
			 provider);
	QP_LLM_KEPT_EACH(counter, route->tokens, families->tokens, &ok, qp_llm_directions, model,
			 provider);
	route->cost = QP_LLM_KEPT(counter, families->cost, &ok, model, provider);
	route->duration = KEPT_TIMES(families->duration, &ok, model, provider);
	route->per_token = KEPT_TIMES(families->per_token, &ok, model, provider);
	for (unsigned side = 0; side < 2; side++)
		route->request_tokens[side] = KEPT_TOKENS(families->request_tokens, &ok, model,
							  provider, qp_llm_directions[side]);
	return ok;
}

static bool keep_otel(quipu_llm_route *route, const struct qp_llm_families *families)
{
	const char *model = route->model, *provider = route->provider->name;
	const char *operation = route->operation;
	bool ok = true;

	route->has_otel = families->otel_duration.family != NULL;
	route->otel_duration =
		KEPT_TIMES(families->otel_duration, &ok, operation, provider, model, "");
	for (unsigned side = 0; side < 2; side++)
		route->otel_tokens[side] = KEPT_TOKENS(families->otel_tokens, &ok, operation,
						       provider, model, qp_llm_directions[side]);
	route->otel_first_chunk =
		KEPT_TIMES(families->otel_first_chunk, &ok, operation, provider, model);
	route->otel_chunk = KEPT_TIMES(families->otel_chunk, &ok, operation, provider, model);
	return ok;
}

static quipu_llm_route *make(quipu_llm *kit, quipu_llm_operation operation, const char *model,
			     const struct qp_llm_provider *provider)
{
	quipu_llm_route *route = qp_alloc(sizeof(*route));

	if (!route)
		return NULL;
	route->kit = kit;
	route->provider = provider;
	route->model = model;
	route->operation = qp_llm_operations[operation];
	if (!keep(route, &kit->families) || !keep_otel(route, &kit->families)) {
		release(route);
		return NULL;
	}
	return route;
}

/* --- all of them ------------------------------------------------------------------------------- */

void qp_llm_routes_close(quipu_llm *kit)
{
	size_t i;

	for (i = 0; kit->routes && i < n_routes(kit); i++) {
		if (kit->routes[i])
			release(kit->routes[i]);
	}
	qp_free(kit->routes);
}

static quipu_llm_route *make_at(void **place, quipu_llm *kit, quipu_llm_operation operation,
				const struct qp_llm_name *model, const struct qp_llm_name *provider)
{
	const struct qp_llm_provider *of = qp_llm_table_at(&kit->providers, kit, provider);

	return of ? qp_llm_publish(place, make(kit, operation, model->text, of), release) : NULL;
}

const quipu_llm_route *quipu_llm_route_for(quipu_llm *kit, quipu_llm_operation operation,
					   const char *model_text, const char *provider_text)
{
	const struct qp_llm_name *model, *provider;
	quipu_llm_route *route;
	void **place;

	if (!kit || !qp_llm_is_one_of(kit, operation, QUIPU_LLM_N_OPERATIONS))
		return NULL;
	model = qp_llm_names_get(&kit->models, model_text);
	provider = qp_llm_names_get(&kit->providers.names, provider_text);
	if (!model || !provider)
		return NULL;
	place = &kit->routes[(operation * ((size_t)kit->providers.names.most + 1) +
			      provider->index) *
				     n_models(kit) +
			     model->index];
	/* acquire: pairs with the release in qp_llm_publish; the route is complete */
	route = qp_load_acquire(place);
	return route ? route : make_at(place, kit, operation, model, provider);
}

const quipu_llm_route *quipu_llm_route_of(quipu_llm *kit, const char *model, const char *provider)
{
	return quipu_llm_route_for(kit, QUIPU_LLM_CHAT, model, provider);
}
