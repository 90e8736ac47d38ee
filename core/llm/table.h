/* SPDX-License-Identifier: MIT */
/*
 * table.h: objects by name (providers, queues, loops, agents, tools), each made when it is first
 * asked for.
 *
 * Writers:  whoever finds a place empty makes the object without a lock and publishes it under
 *           the kit lock; who comes second frees what he made.
 * Readers:  anybody, without a lock.
 * Publication: an object is complete before its place points to it.
 * Reclamation: with the kit.
 */
#ifndef QP_LLM_TABLE_H
#define QP_LLM_TABLE_H

#include "llm/names.h"

#include <quipu/llm.h>

struct qp_llm_type {
	void *(*make)(quipu_llm *kit, const char *name); /* NULL: out of memory */
	void (*free)(void *object);
};

struct qp_llm_table {
	const struct qp_llm_type *type;
	struct qp_llm_names names;
	void **objects; /* atomic; by the names' indices */
};

/* As qp_llm_names_open. */
bool qp_llm_table_open(struct qp_llm_table *table, const struct qp_llm_type *type,
		       const char *const *only, uint32_t most);
void qp_llm_table_close(struct qp_llm_table *table);

/* The object of that name; NULL: out of memory, or name is NULL. */
void *qp_llm_table_get(struct qp_llm_table *table, quipu_llm *kit, const char *name);

/* The same for a name that was looked up already. */
void *qp_llm_table_at(struct qp_llm_table *table, quipu_llm *kit, const struct qp_llm_name *name);

/* Puts the object, or NULL, in an empty place, or frees it where another was faster; gives what is
 * there now. */
void *qp_llm_publish(void **place, void *object, void (*free)(void *object));

#endif
