/* SPDX-License-Identifier: MIT */
/*
 * recorder_ends_test.c: threads that are cancelled or interrupted while they wait, and children:
 * nothing stays marked, nobody inherits. The oracle is that a later wait is still recorded.
 */
#include "waiting.h"

#include "tools/contention/profile.h"
#include "tools/contention/recorder.h"
#include "tools/contention/thread.h"

#include <quipu/contend.h>

#include <criterion/criterion.h>

#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static sem_t sem, other;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;

static void on(void)
{
	cr_assert_eq(qc_open(), QUIPU_OK);
	cr_assert_eq(sem_init(&sem, 0, 0), 0);
	cr_assert_eq(sem_init(&other, 0, 0), 0);
	qc_on();
}

/* A wait of at least a millisecond, on this thread. */
static void wait_a_moment(sem_t *for_nothing)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	cr_expect_eq(sem_timedwait(for_nothing, &until), -1);
}

/* --- signals --------------------------------------------------------------------------------- */

static bool busy_in_handler;

static void handle(int signal)
{
	int kept = errno;

	(void)signal;
	busy_in_handler = qc_thread.busy;
	pthread_rwlock_rdlock(&rwlock);
	pthread_rwlock_unlock(&rwlock);
	wait_a_moment(&other);
	sem_post(&sem);
	errno = kept;
}

static void wait_for_handler(void *unused)
{
	(void)unused;
	while (sem_wait(&sem) != 0) {
	}
	cr_expect_not(qc_thread.busy);
	wait_a_moment(&other);
}

Test(contend_recorder_ends, a_handler_that_comes_into_a_wait_records_its_own)
{
	struct sigaction action = { .sa_handler = handle };
	struct waiting waiting;

	on();
	sigaction(SIGUSR1, &action, NULL);
	waiting_start(&waiting, wait_for_handler, NULL);
	pthread_kill(waiting.thread, SIGUSR1);
	waiting_join(&waiting);
	cr_expect_not(busy_in_handler);
	/* the handler's and the thread's moment; the interrupted wait; maybe one until the post */
	cr_expect_geq(sums_of(QC_SEM).waits, 3);
}

/* --- cancelled ------------------------------------------------------------------------------- */

static bool busy_at_end;

static void at_end(void *unused)
{
	(void)unused;
	busy_at_end = qc_thread.busy;
	wait_a_moment(&other);
}

static void wait_for_ever(void *unused)
{
	(void)unused;
	pthread_cleanup_push(at_end, NULL);
	for (;;)
		sem_wait(&sem);
	pthread_cleanup_pop(0);
}

static void unlock(void *unused)
{
	(void)unused;
	pthread_mutex_unlock(&mutex);
}

static void wait_for_no_signal(void *unused)
{
	(void)unused;
	pthread_cleanup_push(at_end, NULL);
	pthread_mutex_lock(&mutex);
	pthread_cleanup_push(unlock, NULL);
	for (;;)
		pthread_cond_wait(&cond, &mutex);
	pthread_cleanup_pop(0);
	pthread_cleanup_pop(0);
}

static void cancel(void (*call)(void *))
{
	struct waiting waiting;

	on();
	waiting_start(&waiting, call, NULL);
	cr_assert_eq(pthread_cancel(waiting.thread), 0);
	waiting_join(&waiting);
	cr_expect_not(busy_at_end);
	cr_expect_eq(sums_of(QC_SEM).waits, 1, "that of the thread's end");
}

Test(contend_recorder_ends, a_thread_cancelled_at_a_semaphore_still_records)
{
	cancel(wait_for_ever);
}

Test(contend_recorder_ends, a_thread_cancelled_at_a_condition_still_records)
{
	cancel(wait_for_no_signal);
	cr_expect_eq(pthread_mutex_trylock(&mutex), 0, "its end gave the mutex back");
}

static void *be_cancelled_already(void *passed)
{
	pthread_cancel(pthread_self());
	sem_wait(&sem);
	*(bool *)passed = true;
	return NULL;
}

Test(contend_recorder_ends, a_semaphore_that_is_there_is_a_cancellation_point_too)
{
	bool passed = false;
	pthread_t thread;
	void *result;

	on();
	sem_post(&sem);
	pthread_create(&thread, NULL, be_cancelled_already, &passed);
	pthread_join(thread, &result);
	cr_expect_not(passed);
	cr_expect_eq(result, PTHREAD_CANCELED);
	cr_expect_eq(sem_trywait(&sem), 0, "it took nothing");
}

/* --- children -------------------------------------------------------------------------------- */

static bool is_empty(void)
{
	struct qc_profile *profile = qc_profile_read();
	uint64_t calls = 0;
	size_t i;
	bool none;

	if (!profile)
		return false;
	for (i = QC_RDLOCK; i < QC_N_KINDS; i++)
		calls += profile->totals.calls[i];
	none = calls == 0;
	for (i = 0; i < profile->n_sites; i++)
		none = none && profile->sites[i].kind != QC_SEM;
	qc_profile_free(profile);
	return none;
}

static int child(void)
{
	if (!is_empty())
		return 1;
	wait_a_moment(&sem);
	return sums_of(QC_SEM).waits == 1 && sums_of(QC_SEM).sites == 1 ? 0 : 2;
}

Test(contend_recorder_ends, a_child_starts_at_zero_and_records_its_own)
{
	int status;
	pid_t pid;

	on();
	wait_a_moment(&sem);
	wait_a_moment(&sem);
	pid = fork();
	if (pid == 0)
		_exit(child());
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect_eq(status, 0, "exit status %d", WEXITSTATUS(status));
	cr_expect_eq(sums_of(QC_SEM).waits, 2);
}

static void lock_and_fork(void *status)
{
	pid_t pid;

	pthread_rwlock_rdlock(&rwlock);
	pid = fork();
	if (pid == 0) {
		pthread_rwlock_unlock(&rwlock);
		_exit(sums_of(QC_RDLOCK).waits == 0 ? 0 : 1);
	}
	pthread_rwlock_unlock(&rwlock);
	cr_assert_eq(waitpid(pid, status, 0), pid);
}

Test(contend_recorder_ends, a_wait_that_is_kept_is_not_the_childs)
{
	struct waiting waiting;
	int status = -1;

	on();
	pthread_rwlock_wrlock(&rwlock);
	waiting_start(&waiting, lock_and_fork, &status);
	pthread_rwlock_unlock(&rwlock);
	waiting_join(&waiting);
	cr_expect_eq(status, 0);
	cr_expect_eq(sums_of(QC_RDLOCK).waits, 1);
}
