/* SPDX-License-Identifier: MIT */
/*
 * checker.h: who somebody is: passwords checked by a thread of its own, for bcrypt takes longer
 * than a server may be busy with one client.
 *
 * Writers and readers: any thread, under one lock; bcrypt runs without it.
 * Reclamation: a check belongs to whoever asked for it, until it was taken or given up. The thread
 * frees what was given up while it worked on it.
 *
 * K1. wake is called with the lock held: after qp_check_forget nobody calls it.
 * K2. Whether a name is there or not, a check that is made costs one run of bcrypt.
 */
#ifndef QP_TLS_CHECKER_H
#define QP_TLS_CHECKER_H

#include "remembered.h"
#include "settings.h"

#include <quipu/transport.h>

#include <pthread.h>

#define QP_CHECKS_WAITING 64
#define QP_CHECKS_OF_CLIENT 4 /* of those, so that one host does not take every place */

struct qp_check;
struct crypt_data;

struct qp_checker {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct qp_check *first, **end; /* that wait for the thread */
	unsigned n_waiting;
	bool stopping;
	struct crypt_data *data; /* the thread's */
	struct qp_remembered remembered;
	uint64_t *hashed, *known; /* figures of counted.h */
	void *owner;
};

enum qp_checked { QP_CHECK_RIGHT, QP_CHECK_WRONG, QP_CHECK_LATER, QP_CHECK_FULL };

/* QUIPU_OK, or ENOMEM or ESYSTEM and the text. The figures are counted up. */
quipu_error qp_checker_start(struct qp_checker *checker, void *owner, uint64_t *hashed,
			     uint64_t *known, struct qp_refusal *refusal);
void qp_checker_stop(struct qp_checker *checker);

/* Is it one of the users? LATER: *check is what to ask, once the question's wake was called. */
enum qp_checked qp_checker_ask(struct qp_checker *checker, const struct qp_settings *settings,
			       const struct qp_credentials *credentials,
			       const quipu_question *question, struct qp_check **check);

/* What came out; frees it where that is not LATER. */
enum qp_checked qp_check_take(struct qp_check *check);

/* Whose checker it is. */
void *qp_check_owner(const struct qp_check *check);

/* Nobody wants to know any more. */
void qp_check_forget(struct qp_check *check);

#endif
