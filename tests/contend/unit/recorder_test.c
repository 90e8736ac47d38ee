/* SPDX-License-Identifier: MIT */
/*
 * recorder_test.c: what is a wait and what is none, and when it is recorded. The hooks are linked
 * into the program; kinds are those that quipu's own locks, which the hooks see, do not have, or
 * else sites are told apart by the lock's name.
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
#include <string.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static sem_t sem;
static pthread_barrier_t barrier;

static void on(void)
{
	cr_assert_eq(qc_open(), QUIPU_OK);
	cr_assert_eq(quipu_contend_name(&mutex, "mutex"), QUIPU_OK);
	cr_assert_eq(sem_init(&sem, 0, 0), 0);
	qc_on();
	cr_assert(qc_is_on());
}

static struct timespec in_ms(clockid_t clock, long ms)
{
	struct timespec time;

	clock_gettime(clock, &time);
	time.tv_nsec += ms * 1000000;
	time.tv_sec += time.tv_nsec / 1000000000;
	time.tv_nsec %= 1000000000;
	return time;
}

/* --- when ------------------------------------------------------------------------------------- */

static uint64_t waits_while_held;

static void lock_and_look(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&mutex);
	waits_while_held = sums_of_lock("mutex").waits;
	pthread_mutex_unlock(&mutex);
}

Test(contend_recorder, a_wait_for_a_mutex_is_recorded_after_it_is_given_back)
{
	struct waiting waiting;
	struct sums sums;

	on();
	pthread_mutex_lock(&mutex);
	waiting_start(&waiting, lock_and_look, NULL);
	usleep(20000);
	pthread_mutex_unlock(&mutex);
	waiting_join(&waiting);
	sums = sums_of_lock("mutex");
	cr_expect_eq(waits_while_held, 0);
	cr_expect_eq(sums.waits, 1);
	cr_expect_geq(sums.ns, 20000000);
}

static void lock_and_end(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&mutex);
}

Test(contend_recorder, a_thread_that_ends_with_a_lock_has_its_wait_recorded)
{
	struct waiting waiting;

	on();
	pthread_mutex_lock(&mutex);
	waiting_start(&waiting, lock_and_end, NULL);
	pthread_mutex_unlock(&mutex);
	waiting_join(&waiting);
	cr_expect_eq(sums_of_lock("mutex").waits, 1);
}

static void read_and_write(void *unused)
{
	(void)unused;
	pthread_rwlock_rdlock(&rwlock);
	pthread_rwlock_unlock(&rwlock);
}

static void write_lock(void *unused)
{
	(void)unused;
	pthread_rwlock_wrlock(&rwlock);
	pthread_rwlock_unlock(&rwlock);
}

Test(contend_recorder, readers_and_writers_wait_apart)
{
	struct waiting reader, writer;

	on();
	pthread_rwlock_wrlock(&rwlock);
	waiting_start(&reader, read_and_write, NULL);
	waiting_start(&writer, write_lock, NULL);
	pthread_rwlock_unlock(&rwlock);
	waiting_join(&reader);
	waiting_join(&writer);
	cr_expect_eq(sums_of(QC_RDLOCK).waits, 1);
	cr_expect_eq(sums_of(QC_WRLOCK).waits, 1);
}

static int is_signalled; /* under the mutex */

static void wait_for_signal(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&mutex);
	while (!is_signalled)
		pthread_cond_wait(&cond, &mutex);
	pthread_mutex_unlock(&mutex);
}

Test(contend_recorder, a_condition_is_a_kind_of_its_own_and_no_contention)
{
	struct waiting waiting;
	uint64_t before;

	on();
	before = sums_of(QC_COND).waits;
	waiting_start(&waiting, wait_for_signal, NULL);
	pthread_mutex_lock(&mutex);
	is_signalled = 1;
	pthread_cond_signal(&cond);
	pthread_mutex_unlock(&mutex);
	waiting_join(&waiting);
	cr_expect_eq(sums_of(QC_COND).waits - before, 1);
	cr_expect_eq(sums_of_lock("mutex").waits, 0);
}

static void wait_for_post(void *unused)
{
	(void)unused;
	errno = 77;
	cr_expect_eq(sem_wait(&sem), 0);
	cr_expect_eq(errno, 77, "a try found nothing before, but that is nobody's business");
}

Test(contend_recorder, a_semaphore_that_is_there_is_no_wait)
{
	struct waiting waiting;

	on();
	sem_post(&sem);
	errno = 77;
	cr_expect_eq(sem_wait(&sem), 0);
	cr_expect_eq(errno, 77);
	cr_expect_eq(sums_of(QC_SEM).waits, 0);
	waiting_start(&waiting, wait_for_post, NULL);
	sem_post(&sem);
	waiting_join(&waiting);
	cr_expect_eq(sums_of(QC_SEM).waits, 1);
}

static void meet(void *unused)
{
	(void)unused;
	pthread_barrier_wait(&barrier);
}

Test(contend_recorder, everybody_waits_at_a_barrier)
{
	struct waiting waiting;

	on();
	pthread_barrier_init(&barrier, NULL, 2);
	waiting_start(&waiting, meet, NULL);
	meet(NULL);
	waiting_join(&waiting);
	cr_expect_eq(sums_of(QC_BARRIER).waits, 2);
}

/* --- what is a wait --------------------------------------------------------------------------- */

Test(contend_recorder, a_wait_that_timed_out_is_one)
{
	struct timespec until, begin, end;

	on();
	clock_gettime(CLOCK_MONOTONIC, &begin);
	until = in_ms(CLOCK_REALTIME, 5);
	errno = 77;
	cr_expect_eq(sem_timedwait(&sem, &until), -1);
	cr_expect_eq(errno, ETIMEDOUT);
	until = in_ms(CLOCK_MONOTONIC, 5);
	cr_expect_eq(sem_clockwait(&sem, CLOCK_MONOTONIC, &until), -1);
	cr_expect_eq(errno, ETIMEDOUT);
	cr_expect_eq(sums_of(QC_SEM).waits, 2);
	clock_gettime(CLOCK_MONOTONIC, &end);
	cr_expect_leq((int64_t)sums_of(QC_SEM).ns,
		      (end.tv_sec - begin.tv_sec) * 1000000000 + end.tv_nsec - begin.tv_nsec);
	cr_expect_gt(sums_of(QC_SEM).ns, 0);
	cr_expect_not(qc_thread_has_any());
}

static void *lock_until(void *result)
{
	struct timespec until = in_ms(CLOCK_REALTIME, 5);

	*(int *)result = pthread_mutex_timedlock(&mutex, &until);
	return NULL;
}

Test(contend_recorder, a_mutex_that_was_not_had_in_time_was_waited_for)
{
	pthread_t thread;
	int result;

	on();
	pthread_mutex_lock(&mutex);
	cr_assert_eq(pthread_create(&thread, NULL, lock_until, &result), 0);
	pthread_join(thread, NULL);
	pthread_mutex_unlock(&mutex);
	cr_expect_eq(result, ETIMEDOUT);
	cr_expect_eq(sums_of_lock("mutex").waits, 1);
}

Test(contend_recorder, a_deadlock_that_is_refused_is_no_wait)
{
	pthread_mutexattr_t checking;

	on();
	pthread_mutexattr_init(&checking);
	pthread_mutexattr_settype(&checking, PTHREAD_MUTEX_ERRORCHECK);
	pthread_mutex_init(&mutex, &checking);
	cr_expect_eq(pthread_mutex_lock(&mutex), 0);
	cr_expect_eq(pthread_mutex_lock(&mutex), EDEADLK);
	cr_expect_eq(pthread_mutex_unlock(&mutex), 0);
	cr_expect_eq(pthread_rwlock_wrlock(&rwlock), 0);
	cr_expect_eq(pthread_rwlock_rdlock(&rwlock), EDEADLK);
	cr_expect_eq(pthread_rwlock_wrlock(&rwlock), EDEADLK);
	cr_expect_eq(pthread_rwlock_unlock(&rwlock), 0);
	cr_expect_eq(sums_of_lock("mutex").waits, 0);
	cr_expect_eq(sums_of(QC_RDLOCK).waits + sums_of(QC_WRLOCK).waits, 0);
}

Test(contend_recorder, a_time_that_is_none_is_refused_as_ever)
{
	struct timespec never = { 0, 1000000000 };

	on();
	sem_post(&sem);
	cr_expect_eq(sem_timedwait(&sem, &never), -1);
	cr_expect_eq(errno, EINVAL);
	cr_expect_eq(pthread_rwlock_timedrdlock(&rwlock, &never), EINVAL);
	cr_expect_eq(pthread_mutex_timedlock(&mutex, &never), 0, "nobody is to be waited for");
	cr_expect_eq(sums_of(QC_SEM).waits, 0);
}

static void try_all(void *unused)
{
	(void)unused;
	cr_expect_eq(pthread_mutex_trylock(&mutex), EBUSY);
	cr_expect_eq(pthread_rwlock_tryrdlock(&rwlock), EBUSY);
	cr_expect_eq(pthread_rwlock_trywrlock(&rwlock), EBUSY);
	cr_expect_eq(sem_trywait(&sem), -1);
	cr_expect_eq(errno, EAGAIN);
	sem_wait(&sem);
}

Test(contend_recorder, a_try_that_failed_is_counted_apart)
{
	struct waiting waiting;

	on();
	pthread_mutex_lock(&mutex);
	pthread_rwlock_wrlock(&rwlock);
	waiting_start(&waiting, try_all, NULL);
	sem_post(&sem);
	waiting_join(&waiting);
	cr_expect_eq(sums_of_lock("mutex").busy, 1);
	cr_expect_eq(sums_of_lock("mutex").waits, 0);
	cr_expect_eq(sums_of(QC_RDLOCK).busy, 1);
	cr_expect_eq(sums_of(QC_WRLOCK).busy, 1);
	cr_expect_eq(sums_of(QC_SEM).busy, 1);
	cr_expect_eq(sums_of(QC_SEM).waits, 1);
}

static void nothing(int signal)
{
	(void)signal;
}

static void be_interrupted(void *unused)
{
	(void)unused;
	cr_expect_eq(sem_wait(&sem), -1);
	cr_expect_eq(errno, EINTR);
}

Test(contend_recorder, a_wait_that_was_interrupted_is_one)
{
	struct sigaction action = { .sa_handler = nothing };
	struct waiting waiting;

	on();
	sigaction(SIGUSR1, &action, NULL);
	waiting_start(&waiting, be_interrupted, NULL);
	pthread_kill(waiting.thread, SIGUSR1);
	waiting_join(&waiting);
	cr_expect_eq(sums_of(QC_SEM).waits, 1);
}

/* --- off, counts ------------------------------------------------------------------------------ */

static uint64_t calls_of(enum qc_kind kind)
{
	struct qc_profile *profile = qc_profile_read();
	uint64_t calls;

	cr_assert_not_null(profile);
	calls = profile->totals.calls[kind];
	qc_profile_free(profile);
	return calls;
}

Test(contend_recorder, calls_are_counted_while_it_is_on)
{
	unsigned i;

	on();
	for (i = 0; i < 10; i++) {
		pthread_rwlock_rdlock(&rwlock);
		pthread_rwlock_unlock(&rwlock);
	}
	cr_expect_eq(calls_of(QC_RDLOCK), 10);
	qc_off();
	pthread_rwlock_rdlock(&rwlock);
	pthread_rwlock_unlock(&rwlock);
	cr_expect_eq(calls_of(QC_RDLOCK), 10);
	cr_expect(qc_profile_is_hit());
}

Test(contend_recorder, what_the_profiler_calls_itself_is_not_counted)
{
	struct qc_profile *profile;

	on();
	sem_trywait(&sem); /* this thread has its shard now */
	cr_assert(qc_thread_enter());
	pthread_rwlock_rdlock(&rwlock);
	pthread_rwlock_unlock(&rwlock);
	qc_thread_leave();
	profile = qc_profile_read();
	cr_assert_not_null(profile);
	cr_expect_eq(profile->totals.calls[QC_RDLOCK], 0);
	cr_expect_eq(profile->totals.calls[QC_MUTEX], 0, "quipu has locks, too");
	cr_expect_eq(profile->totals.early, 0);
	qc_profile_free(profile);
}

Test(contend_recorder, off_it_records_no_wait_and_gives_back_what_was_kept)
{
	struct waiting waiting;

	on();
	pthread_mutex_lock(&mutex);
	waiting_start(&waiting, lock_and_look, NULL);
	qc_off();
	pthread_mutex_unlock(&mutex);
	waiting_join(&waiting);
	cr_expect_eq(sums_of_lock("mutex").waits, 1, "it was on when the wait began");
	pthread_mutex_lock(&mutex);
	waiting_start(&waiting, lock_and_look, NULL);
	pthread_mutex_unlock(&mutex);
	waiting_join(&waiting);
	cr_expect_eq(sums_of_lock("mutex").waits, 1);
}

/* Functions of their own, or a compiler that unrolls a loop makes more places of one. */
#define PLACE __attribute__((noinline)) static void

PLACE wait_here(const struct timespec *until)
{
	cr_expect_eq(sem_timedwait(&sem, until), -1);
}

PLACE wait_there(const struct timespec *until)
{
	cr_expect_eq(sem_timedwait(&sem, until), -1);
}

Test(contend_recorder, two_places_are_two_sites)
{
	struct timespec until;
	unsigned i;

	on();
	until = in_ms(CLOCK_REALTIME, 1);
	for (i = 0; i < 3; i++)
		wait_here(&until);
	wait_there(&until);
	cr_expect_eq(sums_of(QC_SEM).sites, 2);
	cr_expect_eq(sums_of(QC_SEM).waits, 4);
}
