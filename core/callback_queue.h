/* SPDX-License-Identifier: MIT */
/* callback_queue.h: what callback.c and collection.c share. All with the catalog lock held. */
#ifndef QP_CALLBACK_QUEUE_H
#define QP_CALLBACK_QUEUE_H

#include "callback.h"

/* Hands a collection to the callback thread; false when there is none to be had, or the
 * program ends. */
bool qp_callbacks_enqueue(struct qp_collection *collection);

/* Waits, lock released meanwhile, for anything to finish; false when ns is past. */
bool qp_callbacks_wait_progress(uint64_t ns);

/* Waits until the collection is not being woken, and takes it out of the queue if it is in. */
void qp_callbacks_drop(struct qp_collection *collection);

/* Is this the callback thread? */
bool qp_callbacks_is_own_thread(void);

/* Callback i of a collection has returned; the emitter's families move over. */
void qp_collection_add(struct qp_collection *collection, size_t i, double value,
		       quipu_emitter *emitter);

void qp_collection_unref(struct qp_collection *collection);
void qp_callback_unref(struct qp_callback *callback);

#endif
