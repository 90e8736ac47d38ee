/* SPDX-License-Identifier: MIT */
/*
 * registry.h: families by name, and the first error.
 *
 * Writers and readers: under the catalog lock; handlers of errors are called without it.
 * Reclamation: a registry is freed by its user, who then does not use it any more; its families
 *           are retired like any other.
 */
#ifndef QP_REGISTRY_H
#define QP_REGISTRY_H

#include "claims.h"
#include "family.h"

#include <quipu/format.h>

struct qp_callback;

struct quipu_registry {
	struct qp_family **families; /* sorted by name */
	size_t n_families, capacity;
	struct qp_claims claims;       /* what they are called on the wire */
	struct qp_callback *callbacks; /* by id, which is their order of creation */
	char *prefix;
	quipu_label *const_labels;
	quipu_label_view *const_views; /* the same, for scrapes */
	struct qp_shown *const_shown;  /* their names where escaped; NULL: nothing to escape */
	size_t n_const_labels;
	size_t max_series;
	quipu_error status;
	struct qp_where where;
	void (*on_error)(quipu_error error, const char *where, void *ctx);
	void *on_error_ctx;
	uint64_t last_call_ns[QUIPU_N_ERRORS]; /* of on_error, by error: at most one a second */
};

/* Sets up the library, once; false when memory is out (and may be tried again). */
bool qp_library_init(void);

/* The family called name, or NULL; *at gets where it is or belongs. Catalog lock held. */
struct qp_family *qp_registry_find(quipu_registry *registry, const char *name, size_t len,
				   size_t *at);

/* Adds and removes; add needs a free place (reserve). Catalog lock held. */
bool qp_registry_reserve(quipu_registry *registry);
void qp_registry_add(quipu_registry *registry, struct qp_family *family);
void qp_registry_drop(quipu_registry *registry, struct qp_family *family);

/* The name with the registry's prefix, to be freed; NULL when out of memory. */
char *qp_registry_full_name(const quipu_registry *registry, const char *name, const char *suffix);

/* A call of the program's error function that is due; fn NULL: none is. */
struct qp_telling {
	void (*fn)(quipu_error error, const char *where, void *ctx);
	void *ctx;
	quipu_error error;
};

/* Remembers an error in the status, unless it is one of those that are no failure (EFULL,
 * ELATE). The first, catalog lock held, says what qp_tell must do without the lock; meanwhile
 * the registry may go. The second does both. */
struct qp_telling qp_registry_note_locked(quipu_registry *registry, quipu_error error,
					  const struct qp_where *where);
void qp_tell(const struct qp_telling *telling, const struct qp_where *where);
void qp_registry_note(quipu_registry *registry, quipu_error error, const struct qp_where *where);

#endif
