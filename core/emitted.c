/* SPDX-License-Identifier: MIT */
/* emitted.c: what collectors made: kept in one list by name, and freed. See emitter.h. */
#include "emitter.h"

#include "base/alloc.h"
#include "check.h"
#include "self.h"

#include <string.h>

void qp_values_free(quipu_str *values, size_t n)
{
	size_t i;

	for (i = 0; values && i < n; i++)
		qp_free((void *)(uintptr_t)values[i].data);
	qp_free(values);
}

static void family_free(struct qp_emitted *family)
{
	size_t i;

	for (i = 0; i < family->n_samples; i++) {
		qp_values_free(family->samples[i].values, family->n_labels);
		qp_free(family->samples[i].counts);
	}
	qp_values_free(family->label_names, family->n_labels);
	qp_free(family->name);
	qp_free(family->help);
	qp_free(family->unit);
	qp_free(family->bounds);
	qp_free(family->samples);
	qp_free(family->index);
	qp_free(family);
}

void qp_emitted_free(struct qp_emitted *list)
{
	struct qp_emitted *next;

	for (; list; list = next) {
		next = list->next;
		family_free(list);
	}
}

void qp_emitter_free(quipu_emitter *emitter)
{
	qp_emitted_free(emitter->families);
	emitter->families = NULL;
}

static bool clashes(const struct qp_emitted *list, const struct qp_emitted *family)
{
	for (; list; list = list->next) {
		if (qp_names_clash(list->kind, list->name, family->kind, family->name))
			return true;
	}
	return false;
}

static void insert(struct qp_emitted **list, struct qp_emitted *family)
{
	if (clashes(*list, family)) {
		qp_self_count(QP_SELF_failed_samples);
		family_free(family);
		return;
	}
	while (*list && strcmp((*list)->name, family->name) < 0)
		list = &(*list)->next;
	family->next = *list;
	*list = family;
}

void qp_emitted_merge(struct qp_emitted **list, quipu_emitter *emitter)
{
	struct qp_emitted *family = emitter->families, *next;

	emitter->families = NULL;
	for (; family; family = next) {
		next = family->next;
		insert(list, family);
	}
}
