/* SPDX-License-Identifier: MIT */
/*
 * sandbox.h: a filter of system calls (seccomp) that a server's own thread puts on itself, so
 * that whoever should take the thread over can open nothing, start nothing and connect nowhere.
 *
 * A library must not filter its host: the filter is for the one thread, and a thread that it would
 * start would inherit it, so it may start none; those of the core run before.
 *
 * Writers: the thread, before its first turn. Readers: who starts it, after waiting.
 * Publication: the semaphore. Reclamation: when the start has failed or succeeded.
 */
#ifndef QP_HTTP_SANDBOX_H
#define QP_HTTP_SANDBOX_H

#include <quipu/error.h>

#include <semaphore.h>
#include <stdbool.h>

struct qp_sandbox {
	sem_t entered;
	int number; /* why it could not be; 0: it is on */
};

/* Before the thread is started: QUIPU_OK, or ESYSTEM and the text (fail.h). */
quipu_error qp_sandbox_prepare(struct qp_sandbox *sandbox);

/* The thread: puts the filter on itself, for good, and says so. False: it could not. */
bool qp_sandbox_enter(struct qp_sandbox *sandbox);

/* Waits until the thread has said it. QUIPU_OK, or ESYSTEM and the text: the thread ends. */
quipu_error qp_sandbox_wait(struct qp_sandbox *sandbox);

#endif
