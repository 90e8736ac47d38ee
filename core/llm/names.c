/* SPDX-License-Identifier: MIT */
/* names.c: see names.h. */
#include "llm/names.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/lock.h"
#include "base/text.h"

#include <string.h>

#define OTHER "other"

/* FNV-1a. */
static uint32_t hash_of(const char *text, size_t len)
{
	uint32_t hash = 2166136261u;
	size_t i;

	for (i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 16777619u;
	return hash;
}

static struct qp_llm_name *make_name(const char *text, size_t len, uint32_t hash, uint32_t index)
{
	struct qp_llm_name *name = qp_alloc(sizeof(*name) + len + 1);

	if (!name)
		return NULL;
	name->hash = hash;
	name->index = index;
	name->len = len;
	memcpy(name->text, text, len);
	return name;
}

static bool is_other(const char *text, size_t len)
{
	return len == 0 || len > QP_LLM_NAME_MAX || strcmp(text, OTHER) == 0 ||
	       !qp_utf8_valid(text, len);
}

/* The name, or NULL, and then *slot is where it belongs. */
static struct qp_llm_name *find(const struct qp_llm_names *names, const char *text, size_t len,
				uint32_t hash, struct qp_llm_name ***slot)
{
	uint32_t i = hash & names->mask;
	struct qp_llm_name *name;

	/* acquire: pairs with the release in add; the name is complete */
	while ((name = qp_load_acquire(&names->slots[i])) != NULL) {
		if (name->hash == hash && name->len == len && memcmp(name->text, text, len) == 0)
			return name;
		i = (i + 1) & names->mask;
	}
	*slot = &names->slots[i];
	return NULL;
}

/* The name, added if there is room. Kit lock held. */
static const struct qp_llm_name *add(struct qp_llm_names *names, const char *text, size_t len,
				     uint32_t hash)
{
	struct qp_llm_name **slot, *name = find(names, text, len, hash, &slot);

	if (name)
		return name;
	if (names->n == names->most)
		return names->other;
	name = make_name(text, len, hash, names->n);
	if (!name)
		return NULL;
	qp_store_release(slot, name); /* pairs with the acquire in find */
	names->n++;
	if (names->n == names->most)
		qp_store_release(&names->full, true); /* pairs with the acquire in get */
	return name;
}

static const struct qp_llm_name *add_locked(struct qp_llm_names *names, const char *text,
					    size_t len, uint32_t hash)
{
	const struct qp_llm_name *name;

	qp_lock(&qp_kit_lock);
	name = add(names, text, len, hash);
	qp_unlock(&qp_kit_lock);
	return name;
}

const struct qp_llm_name *qp_llm_names_get(struct qp_llm_names *names, const char *text)
{
	const struct qp_llm_name *name;
	struct qp_llm_name **slot;
	uint32_t hash;
	size_t len;
	bool full;

	if (!text)
		return NULL;
	len = strnlen(text, QP_LLM_NAME_MAX + 1);
	hash = hash_of(text, len);
	/* acquire: pairs with the release in add; all names that there will be are seen below */
	full = qp_load_acquire(&names->full);
	name = find(names, text, len, hash, &slot);
	if (name)
		return name;
	if (full || is_other(text, len))
		return names->other;
	return add_locked(names, text, len, hash);
}

/* --- making ----------------------------------------------------------------------------------- */

static uint32_t count(const char *const *list)
{
	uint32_t n = 0;

	while (list[n])
		n++;
	return n;
}

/* The names of the list are all that there will be, although some may be "other" or there twice. */
static bool add_list(struct qp_llm_names *names, const char *const *list)
{
	for (; *list; list++) {
		if (!qp_llm_names_get(names, *list))
			return false;
	}
	names->most = names->n;
	names->other->index = names->n;
	names->full = true;
	return true;
}

bool qp_llm_names_open(struct qp_llm_names *names, const char *const *only, uint32_t most)
{
	uint32_t slots = 2;

	names->most = only ? count(only) : most;
	while (slots < names->most * 2)
		slots *= 2;
	names->mask = slots - 1;
	names->full = names->most == 0;
	names->slots = qp_alloc(slots * sizeof(struct qp_llm_name *));
	names->other = make_name(OTHER, strlen(OTHER), 0, names->most);
	if (!names->slots || !names->other)
		return false;
	return !only || add_list(names, only);
}

void qp_llm_names_close(struct qp_llm_names *names)
{
	uint32_t i;

	for (i = 0; names->slots && i <= names->mask; i++)
		qp_free(names->slots[i]);
	qp_free(names->slots);
	qp_free(names->other);
}
