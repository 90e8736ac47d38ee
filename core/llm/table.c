/* SPDX-License-Identifier: MIT */
/* table.c: see table.h. */
#include "llm/table.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/lock.h"

bool qp_llm_table_open(struct qp_llm_table *table, const struct qp_llm_type *type,
		       const char *const *only, uint32_t most)
{
	table->type = type;
	if (!qp_llm_names_open(&table->names, only, most))
		return false;
	table->objects = qp_alloc((table->names.most + 1) * sizeof(table->objects[0]));
	return table->objects != NULL;
}

void qp_llm_table_close(struct qp_llm_table *table)
{
	uint32_t i;

	for (i = 0; table->objects && i <= table->names.most; i++) {
		if (table->objects[i])
			table->type->free(table->objects[i]);
	}
	qp_free(table->objects);
	qp_llm_names_close(&table->names);
}

void *qp_llm_publish(void **place, void *object, void (*free)(void *object))
{
	void *there;

	if (!object)
		return NULL;
	qp_lock(&qp_kit_lock);
	there = *place;
	if (!there)
		qp_store_release(place, object); /* complete; pairs with the acquire of readers */
	qp_unlock(&qp_kit_lock);
	if (!there)
		return object;
	free(object);
	return there;
}

void *qp_llm_table_at(struct qp_llm_table *table, quipu_llm *kit, const struct qp_llm_name *name)
{
	void **place = &table->objects[name->index];
	/* acquire: pairs with the release in qp_llm_publish; the object is complete */
	void *object = qp_load_acquire(place);

	if (object)
		return object;
	return qp_llm_publish(place, table->type->make(kit, name->text), table->type->free);
}

void *qp_llm_table_get(struct qp_llm_table *table, quipu_llm *kit, const char *text)
{
	const struct qp_llm_name *name = qp_llm_names_get(&table->names, text);

	return name ? qp_llm_table_at(table, kit, name) : NULL;
}
