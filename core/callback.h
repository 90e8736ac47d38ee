/* SPDX-License-Identifier: MIT */
/*
 * callback.h: running the program's own functions at scrape time, on one thread for them all.
 *
 * Writers:  whoever adds or removes a callback or starts a collection, and the callback
 *           thread, under the catalog lock; never while a callback runs.
 * Readers:  the same.
 * Publication: a callback's results join its collection when the callback has returned; a
 *           collection that was taken is no longer written to.
 * Reclamation: reference counts: a callback by its registry and by collections, a collection
 *           by its scrape and by the queue.
 *
 * C1. No lock is held while a callback runs.
 * C2. When qp_collection_free or a removal returns, the wake function or the callback is not
 *     running and will not be called again (unless it is the caller).
 * C3. A scrape never waits past its deadline: what is late is left out and counted.
 */
#ifndef QP_CALLBACK_H
#define QP_CALLBACK_H

#include "emitter.h"
#include "registry.h"

#include <stdbool.h>

struct qp_callback {
	struct qp_callback *next; /* in its registry */
	uint64_t id;
	quipu_registry *registry;
	struct qp_family_ref family; /* whose value it makes; none for a collector */
	double (*value)(void *ctx);  /* one of these two */
	void (*collect)(quipu_emitter *out, void *ctx);
	void *ctx;
	unsigned references;
	bool removed;
};

/* One scrape's results. */
struct qp_collection {
	struct qp_collection *next; /* in the queue */
	struct qp_callback **callbacks;
	double *values; /* by callback, where it makes one */
	bool *finished; /* by callback */
	size_t n;
	struct qp_emitted_list families; /* of collectors */
	uint64_t generation;		 /* of the youngest family when it began */
	void (*wake)(void *ctx);
	void *ctx;
	unsigned references;
	unsigned forks; /* of the process, when it was queued */
	bool done;	/* every callback has run or was skipped */
	bool taken;	/* the scrape goes on without the rest */
};

void qp_callbacks_init(void);

/* Starts the thread if it does not run; false where it cannot be had. Catalog lock held. */
bool qp_callbacks_start(void);

/* In a forked child, catalog lock held: nothing runs, nothing is queued. */
void qp_callbacks_after_fork_child(void);

/* As quipu_collector_add, unless the registry has a collector with this fn: then that one. */
quipu_callback qp_collector_once(quipu_registry *registry,
				 void (*fn)(quipu_emitter *emitter, void *ctx), void *ctx);

/* For quipu_registry_free. */
void qp_callbacks_remove_all(quipu_registry *registry);

/* Starts all callbacks of a registry. *collection NULL: there are none. wake may be NULL. */
quipu_error qp_collection_start(quipu_registry *registry, void (*wake)(void *ctx), void *ctx,
				struct qp_collection **collection);

/* In a forked child: it waits for a thread that only the parent has. */
bool qp_collection_orphaned(const struct qp_collection *collection);

/* Has everything run? And: waits for that, at most until the monotonic clock says ns. */
bool qp_collection_done(struct qp_collection *collection);
void qp_collection_wait(struct qp_collection *collection, uint64_t ns);

/* The results belong to the scrape from now on; what has not finished is late, is counted, and
 * the registry's error function is told. */
void qp_collection_take(struct qp_collection *collection, quipu_registry *registry);

/* The value that the callback with this id made; false if it was late, or came after. */
bool qp_collection_value(const struct qp_collection *collection, uint64_t id, double *value);

/* Frees what collectors made, which may be much, as far as work.h lets it, once the collection is
 * taken and its families were shown; true: all. Then the rest. NULL is allowed. */
bool qp_collection_free_some(struct qp_collection *collection, size_t *work);
void qp_collection_free(struct qp_collection *collection);

#endif
