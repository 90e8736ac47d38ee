/* SPDX-License-Identifier: MIT */
/* registry.c: see registry.h. */
#include "registry.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/lock.h"
#include "callback.h"
#include "check.h"

#include <assert.h>
#include <string.h>

#define DEFAULT_MAX_SERIES 1000
#define SECOND_NS 1000000000u

static quipu_registry default_registry = { .prefix = (char *)(uintptr_t) "",
					   .max_series = DEFAULT_MAX_SERIES };

quipu_registry *quipu_default_registry(void)
{
	static const struct qp_where where = { "quipu_default_registry" };

	if (!qp_library_init())
		qp_registry_note(&default_registry, QUIPU_ENOMEM, &where);
	return &default_registry;
}

/* --- making ------------------------------------------------------------------------------ */

static size_t count_labels(const quipu_registry_opts *opts)
{
	size_t n = opts->n_const_labels;

	while (opts->const_labels && !opts->n_const_labels && opts->const_labels[n].name)
		n++;
	return opts->const_labels ? n : 0;
}

static quipu_error check_opts(const quipu_registry_opts *opts, size_t n, struct qp_where *where)
{
	quipu_error error = QUIPU_OK;
	size_t i, j;

	if (n > QUIPU_MAX_LABELS)
		return qp_fail(QUIPU_ELABEL, where, "more than %d constant labels",
			       QUIPU_MAX_LABELS);
	for (i = 0; i < n && !error; i++) {
		error = qp_check_label(&opts->const_labels[i], "registry", where);
		for (j = 0; j < i && !error; j++) {
			error = qp_check_twins(opts->const_labels[j].name,
					       opts->const_labels[i].name, "the registry", where);
		}
	}
	return error;
}

/* One block: both arrays and every string. */
static bool copy_labels(quipu_registry *registry, const quipu_label *labels, size_t n)
{
	size_t i;

	registry->const_labels = qp_alloc(n * sizeof(quipu_label));
	registry->const_views = qp_alloc(n * sizeof(quipu_label_view));
	if (!registry->const_labels || !registry->const_views)
		return false;
	for (i = 0; i < n; i++) {
		char *name = qp_copy(labels[i].name, strlen(labels[i].name));
		char *value = qp_copy(labels[i].value, strlen(labels[i].value));

		registry->const_labels[i] = (quipu_label){ name, value };
		registry->n_const_labels++;
		if (!name || !value)
			return false;
		registry->const_views[i] =
			(quipu_label_view){ { name, strlen(name) }, { value, strlen(value) } };
	}
	return true;
}

static bool make_shown(quipu_registry *registry)
{
	quipu_str names[QUIPU_MAX_LABELS];
	size_t i;

	for (i = 0; i < registry->n_const_labels; i++)
		names[i] = registry->const_views[i].name;
	return qp_shown_make(&registry->const_shown, (quipu_str){ "", 0 }, names,
			     registry->n_const_labels);
}

static void registry_destroy(quipu_registry *registry)
{
	size_t i;

	for (i = 0; i < registry->n_const_labels; i++) {
		qp_free((void *)(uintptr_t)registry->const_labels[i].name);
		qp_free((void *)(uintptr_t)registry->const_labels[i].value);
	}
	qp_free(registry->const_labels);
	qp_free(registry->const_views);
	qp_free(registry->const_shown);
	qp_claims_free(&registry->claims);
	qp_free(registry->families);
	qp_free(registry->prefix);
	qp_free(registry);
}

static quipu_registry_opts complete(const quipu_registry_opts *opts)
{
	quipu_registry_opts all = { 0 };

	if (opts)
		memcpy(&all, opts, opts->size < sizeof all ? opts->size : sizeof all);
	return all;
}

quipu_registry *quipu_registry_new(const quipu_registry_opts *given)
{
	quipu_registry_opts opts = complete(given);
	const char *prefix = opts.prefix ? opts.prefix : "";
	size_t n = count_labels(&opts);
	quipu_registry *registry;
	struct qp_where where;
	quipu_error error;

	if (!qp_library_init())
		return NULL;
	registry = qp_alloc(sizeof *registry);
	if (!registry)
		return NULL;
	error = check_opts(&opts, n, &where);
	registry->prefix = qp_copy(prefix, strlen(prefix));
	registry->max_series = opts.max_series ? opts.max_series : DEFAULT_MAX_SERIES;
	if (!registry->prefix ||
	    (!error && !(copy_labels(registry, opts.const_labels, n) && make_shown(registry)))) {
		registry_destroy(registry);
		return NULL;
	}
	if (error)
		qp_registry_note(registry, error, &where);
	return registry;
}

void quipu_registry_free(quipu_registry *registry)
{
	if (!registry)
		return;
	qp_callbacks_remove_all(registry);
	qp_lock(&qp_catalog_lock);
	while (registry->n_families)
		qp_family_remove(registry->families[registry->n_families - 1]);
	qp_unlock(&qp_catalog_lock);
	if (registry != &default_registry)
		registry_destroy(registry);
}

/* --- status ------------------------------------------------------------------------------- */

quipu_error quipu_registry_status(quipu_registry *registry, const char **where)
{
	quipu_error status;

	if (!registry) {
		if (where)
			*where = "registry";
		return QUIPU_ENOMEM;
	}
	qp_lock(&qp_catalog_lock);
	status = registry->status;
	if (where)
		*where = registry->where.text;
	qp_unlock(&qp_catalog_lock);
	return status;
}

void quipu_registry_clear_status(quipu_registry *registry)
{
	if (!registry)
		return;
	qp_lock(&qp_catalog_lock);
	registry->status = QUIPU_OK;
	registry->where.text[0] = '\0';
	qp_unlock(&qp_catalog_lock);
}

void quipu_registry_on_error(quipu_registry *registry,
			     void (*fn)(quipu_error error, const char *where, void *ctx), void *ctx)
{
	if (!registry)
		return;
	qp_lock(&qp_catalog_lock);
	registry->on_error = fn;
	registry->on_error_ctx = ctx;
	qp_unlock(&qp_catalog_lock);
}

/* What on_error is to be called with; nothing when it is not its turn. */
static struct qp_telling telling_locked(quipu_registry *registry, quipu_error error)
{
	struct qp_telling telling = { registry->on_error, registry->on_error_ctx, error };
	uint64_t now = qp_now_ns(), *last = &registry->last_call_ns[error];

	if (*last && now - *last < SECOND_NS)
		telling.fn = NULL;
	else if (telling.fn)
		*last = now;
	return telling;
}

struct qp_telling qp_registry_note_locked(quipu_registry *registry, quipu_error error,
					  const struct qp_where *where)
{
	assert(qp_lock_held(&qp_catalog_lock));
	if (registry->status == QUIPU_OK && error != QUIPU_EFULL && error != QUIPU_ELATE) {
		registry->status = error;
		registry->where = *where;
	}
	return telling_locked(registry, error);
}

void qp_tell(const struct qp_telling *telling, const struct qp_where *where)
{
	if (telling->fn)
		telling->fn(telling->error, where->text, telling->ctx);
}

void qp_registry_note(quipu_registry *registry, quipu_error error, const struct qp_where *where)
{
	struct qp_telling telling;

	qp_lock(&qp_catalog_lock);
	telling = qp_registry_note_locked(registry, error, where);
	qp_unlock(&qp_catalog_lock);
	qp_tell(&telling, where);
}

/* --- families by name ------------------------------------------------------------------------ */

static int compare(const struct qp_family *family, const char *name, size_t len)
{
	size_t shorter = family->name.len < len ? family->name.len : len;
	int order = memcmp(family->name.data, name, shorter);

	if (order != 0)
		return order;
	return family->name.len < len ? -1 : family->name.len > len;
}

struct qp_family *qp_registry_find(quipu_registry *registry, const char *name, size_t len,
				   size_t *at)
{
	size_t low = 0, high = registry->n_families;

	assert(qp_lock_held(&qp_catalog_lock));
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(registry->families[middle], name, len) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*at = low;
	if (low < registry->n_families && compare(registry->families[low], name, len) == 0)
		return registry->families[low];
	return NULL;
}

bool qp_registry_reserve(quipu_registry *registry)
{
	size_t capacity = registry->capacity ? registry->capacity * 2 : 16;
	struct qp_family **families;

	if (!qp_claims_reserve(&registry->claims))
		return false;
	if (registry->n_families < registry->capacity)
		return true;
	families = qp_realloc(registry->families, capacity * sizeof families[0]);
	if (!families)
		return false;
	registry->families = families;
	registry->capacity = capacity;
	return true;
}

void qp_registry_add(quipu_registry *registry, struct qp_family *family)
{
	size_t at;

	qp_registry_find(registry, family->name.data, family->name.len, &at);
	memmove(&registry->families[at + 1], &registry->families[at],
		(registry->n_families - at) * sizeof registry->families[0]);
	registry->families[at] = family;
	registry->n_families++;
	qp_claims_add(&registry->claims, family->kind, family->name.data, family->shown);
}

void qp_registry_drop(quipu_registry *registry, struct qp_family *family)
{
	size_t at;

	if (qp_registry_find(registry, family->name.data, family->name.len, &at) != family)
		return;
	qp_claims_drop(&registry->claims, family->kind, family->name.data, family->shown);
	registry->n_families--;
	memmove(&registry->families[at], &registry->families[at + 1],
		(registry->n_families - at) * sizeof registry->families[0]);
}

char *qp_registry_full_name(const quipu_registry *registry, const char *name, const char *suffix)
{
	size_t prefix = strlen(registry->prefix), len = strlen(name), more = strlen(suffix);
	char *full = qp_alloc(prefix + len + more + 1);

	if (!full)
		return NULL;
	memcpy(full, registry->prefix, prefix);
	memcpy(full + prefix, name, len);
	memcpy(full + prefix + len, suffix, more);
	return full;
}

quipu_error quipu_registry_unregister(quipu_registry *registry, const char *name)
{
	quipu_callback callback = { 0 };
	struct qp_family *family;
	char *full;
	size_t at;

	if (!registry || !name)
		return QUIPU_EGONE;
	full = qp_registry_full_name(registry, name, "");
	qp_lock(&qp_catalog_lock);
	family = qp_registry_find(registry, name, strlen(name), &at);
	if (!family && full)
		family = qp_registry_find(registry, full, strlen(full), &at);
	if (family) {
		callback.id = family->callback;
		qp_family_remove(family);
	}
	qp_retire_help();
	qp_unlock(&qp_catalog_lock);
	qp_retire_pause();
	quipu_callback_remove(registry, callback);
	qp_free(full);
	return family ? QUIPU_OK : QUIPU_EGONE;
}
