/* SPDX-License-Identifier: MIT */
/* emitted.c: what collectors made: kept in one list by name, and freed. See emitter.h. */
#include "emitter.h"

#include "base/alloc.h"
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

void qp_emitted_free(struct qp_emitted *family)
{
	while (family->n_samples)
		free_last_sample(family);
	qp_values_free(family->label_names, family->n_labels);
	qp_free(family->shown);
	qp_free(family->name);
	qp_free(family->help);
	qp_free(family->unit);
	qp_free(family->bounds);
	qp_free(family->samples);
	qp_free(family->index);
	qp_free(family);
}

void qp_emitted_free_all(struct qp_emitted_list *list)
{
	struct qp_emitted *family = list->first, *next;

	qp_claims_free(&list->claims);
	list->first = NULL;
	for (; family; family = next) {
		next = family->next;
		qp_emitted_free(family);
	}
}

bool qp_emitted_free_some(struct qp_emitted_list *list, size_t *work)
{
	struct qp_emitted *family = list->first;

	while (family && *work > 0) {
		if (family->n_samples) {
			free_last_sample(family);
			qp_work_spend(work, WORK_OF_BLOCK * (family->n_labels + 2));
			continue;
		}
		list->first = family->next;
		qp_emitted_free(family);
		qp_work_spend(work, WORK_OF_BLOCK * 10);
		family = list->first;
	}
	return !family;
}

void qp_emitter_free(quipu_emitter *emitter)
{
	qp_emitted_free_all(&emitter->families);
}

static void drop(struct qp_emitted *family)
{
	qp_self_count(QUIPU_SELF_failed_samples);
	qp_emitted_free(family);
}

static void insert(struct qp_emitted_list *list, struct qp_emitted *family)
{
	struct qp_emitted **at = &list->first;
	struct qp_clash clash;

	if (qp_claims_find(&list->claims, family->kind, family->name, &clash) ||
	    !qp_claims_reserve(&list->claims)) {
		drop(family);
		return;
	}
	while (*at && strcmp((*at)->name, family->name) < 0)
		at = &(*at)->next;
	family->next = *at;
	*at = family;
	qp_claims_add(&list->claims, family->kind, family->name, family->shown);
}

void qp_emitted_merge(struct qp_emitted_list *list, quipu_emitter *emitter)
{
	struct qp_emitted *family = emitter->families.first, *next;

	emitter->families.first = NULL;
	for (; family; family = next) {
		next = family->next;
		insert(list, family);
	}
}

void qp_emitted_yield(struct qp_emitted_list *list, const struct qp_family *registered)
{
	struct qp_clash clash;

	while (qp_claims_find(&list->claims, registered->kind, registered->name.data, &clash)) {
		struct qp_emitted **at = &list->first, *family;

		while ((*at)->name != clash.family)
			at = &(*at)->next;
		family = *at;
		*at = family->next;
		qp_claims_drop(&list->claims, family->kind, family->name, family->shown);
		drop(family);
	}
}
