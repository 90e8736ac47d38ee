/* SPDX-License-Identifier: MIT */
/* emitted.c: what collectors made: kept in one list by name, and freed. See emitter.h. */
#include "emitter.h"

#include "base/alloc.h"
#include "check.h"
#include "self.h"
#include "work.h"

#include <string.h>

#define WORK_OF_BLOCK 50 /* to free (work.h) */

void qp_values_free(quipu_str *values, size_t n)
{
	size_t i;

	for (i = 0; values && i < n; i++)
		qp_free((void *)(uintptr_t)values[i].data);
	qp_free(values);
}

static void free_last_sample(struct qp_emitted *family)
{
	struct qp_sample *last = &family->samples[--family->n_samples];

	qp_values_free(last->values, family->n_labels);
	qp_free(last->counts);
}

static void family_free(struct qp_emitted *family)
{
	while (family->n_samples)
		free_last_sample(family);
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

bool qp_emitted_free_some(struct qp_emitted **list, size_t *work)
{
	struct qp_emitted *family = *list;

	while (family && *work > 0) {
		if (family->n_samples) {
			free_last_sample(family);
			qp_work_spend(work, WORK_OF_BLOCK * (family->n_labels + 2));
			continue;
		}
		*list = family->next;
		family_free(family);
		qp_work_spend(work, WORK_OF_BLOCK * 10);
		family = *list;
	}
	return !family;
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
		qp_self_count(QUIPU_SELF_failed_samples);
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
