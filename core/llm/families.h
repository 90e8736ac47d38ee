/* SPDX-License-Identifier: MIT */
/* families.h: the families of llm.def, made in a registry and taken out of it again. */
#ifndef QP_LLM_FAMILIES_H
#define QP_LLM_FAMILIES_H

#include <quipu/llm.h>

#include <stdbool.h>

#define QP_LLM_COUNTER quipu_counter_family
#define QP_LLM_COST quipu_counter_family
#define QP_LLM_UPDOWN quipu_updown_family
#define QP_LLM_HISTOGRAM quipu_histogram_family
#define QP_LLM_STATESET quipu_stateset_family

/* One member for each; zero: it was not made. */
struct qp_llm_families {
#define QUIPU_LLM_FAMILY(id, group, kind, ...) QP_LLM_##kind id;
#define QUIPU_LLM_OTEL(id, ...) quipu_histogram_family id;
#include <quipu/llm.def>
};

/* How many values of its own a label of that sort can have. */
struct qp_llm_limits {
	size_t models, providers, names;
};

/* What to make, as in quipu_llm_opts. False: one could not be made, the registry's status knows. */
bool qp_llm_families_open(struct qp_llm_families *families, quipu_registry *registry,
			  const struct qp_llm_limits *limits, const quipu_llm_opts *opts);

/* Those that were made. */
void qp_llm_families_close(struct qp_llm_families *families);

#endif
