/* SPDX-License-Identifier: MIT */
/*
 * intake.h: the queue between the calls as they arrive and the workers that take them: a thread
 * that lets each call in at its moment.
 *
 * Writers:     the intake's thread: in, arrived; the workers: arrived
 * Readers:     the workers
 * Publication: the semaphore: a worker that got past it finds the next call arrived
 * Reclamation: the struct is its owner's; not before intake_close, and that after the workers'
 *              end
 */
#ifndef DISPATCH_INTAKE_H
#define DISPATCH_INTAKE_H

#include "pace.h"
#include "workload.h"

#include <quipu/llm.h>

#include <pthread.h>
#include <semaphore.h>

struct intake {
	struct pace *pace;
	const struct workload *workload;
	const quipu_llm_queue *queue;
	uint64_t span_ns; /* one pass of the workload */
	uint64_t end;	  /* the number after the last call's */
	unsigned readers;
	uint64_t in; /* calls let in */
	sem_t arrived;
	pthread_t thread;
};

/* Fill in pace, workload, queue, end and readers before. 0, or the errno of the thread that could
 * not be made. */
int intake_open(struct intake *intake);

/* Waits until the next call has arrived, or none will come any more. True: there was one waiting
 * already. */
bool intake_try(struct intake *intake);
void intake_wait(struct intake *intake);

/* When a call arrives. */
uint64_t intake_moment(const struct intake *intake, uint64_t number);

/* Ends the thread; the calls from `taken` on that came in are never served. */
void intake_close(struct intake *intake, uint64_t taken);

#endif
