/* SPDX-License-Identifier: MIT */
/* intake.c: calls arrive, and wait to be taken; see intake.h. */
#include "intake.h"

static void *intake_main(void *arg)
{
	struct intake *intake = arg;
	unsigned i;

	for (; intake->in < intake->end; intake->in++) {
		if (!pace_until(intake->pace, intake_moment(intake, intake->in)))
			break;
		quipu_llm_enqueued(intake->queue);
		sem_post(&intake->arrived);
	}
	/* one more for each worker, so that all of them find out */
	for (i = 0; i < intake->readers; i++)
		sem_post(&intake->arrived);
	return NULL;
}

int intake_open(struct intake *intake)
{
	int error;

	intake->span_ns = workload_span(intake->workload);
	intake->in = 0;
	sem_init(&intake->arrived, 0, 0);
	error = pthread_create(&intake->thread, NULL, intake_main, intake);
	if (error)
		sem_destroy(&intake->arrived);
	return error;
}

bool intake_try(struct intake *intake)
{
	return sem_trywait(&intake->arrived) == 0;
}

void intake_wait(struct intake *intake)
{
	while (sem_wait(&intake->arrived))
		; /* a signal */
}

uint64_t intake_moment(const struct intake *intake, uint64_t number)
{
	const struct workload *workload = intake->workload;

	return intake->pace->started_ns + number / workload->n * intake->span_ns +
	       workload->calls[number % workload->n].arrival_ns;
}

void intake_close(struct intake *intake, uint64_t taken)
{
	pthread_join(intake->thread, NULL);
	sem_destroy(&intake->arrived);
	for (; taken < intake->in; taken++)
		quipu_llm_abandoned(intake->queue);
}
