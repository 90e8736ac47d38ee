/* SPDX-License-Identifier: MIT */
/*
 * storm.c: signals that come while threads are in the hooks; the handler waits too, for a lock of
 * the handlers' own, and posts a semaphore. Every wait is one with a deadline, so that all know
 * how many they made. It ends when threads and handlers have waited COUNT times each; then as many
 * signals come to a thread that sleeps in its call.
 *
 *   contend_storm COUNT
 */
#include "known.h"

#include "asleep.h"

#include <semaphore.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>

#define THREADS 3

static struct known of_threads, of_handlers, of_calm;
static sem_t sem;
static uint64_t posted;
static int enough;
static volatile sig_atomic_t is_calm;
static pthread_mutex_t calm_lock = PTHREAD_MUTEX_INITIALIZER;
static int calm_tid;

KNOWN_WAIT(wait_in_thread)
KNOWN_WAIT(wait_in_handler)
KNOWN_WAIT(wait_in_calm)

static void handle(int signal)
{
	int error = errno;

	(void)signal;
	if (is_calm)
		wait_in_calm(&of_calm, 0);
	else
		wait_in_handler(&of_handlers, 0);
	sem_post(&sem);
	/* relaxed: only counts */
	__atomic_fetch_add(&posted, 1, __ATOMIC_RELAXED);
	errno = error;
}

static void *wait_on(void *argument)
{
	/* relaxed: joined afterwards */
	while (!__atomic_load_n(&enough, __ATOMIC_RELAXED))
		wait_in_thread(&of_threads, 0);
	return argument;
}

/* The kernel's own timer beats only a few hundred times a second. */
static void start_timer(long microseconds)
{
	struct itimerval often = { .it_interval.tv_usec = microseconds,
				   .it_value.tv_usec = microseconds };

	KNOWN_EXPECT(!setitimer(ITIMER_PROF, &often, NULL));
}

static bool has_waited(const struct known *known, uint64_t count)
{
	return __atomic_load_n(&known->waits, __ATOMIC_RELAXED) >=
	       count; /* relaxed: only a count */
}

/* EINTR, which a handler without SA_RESTART makes, or a post: nothing else. */
static void storm(const pthread_t *threads, uint64_t count)
{
	int i;

	while (!has_waited(&of_threads, count) || !has_waited(&of_handlers, count)) {
		const struct timespec at = known_soon(10000);

		for (i = 0; i < THREADS; i++)
			pthread_kill(threads[i], SIGPROF);
		if (sem_timedwait(&sem, &at))
			KNOWN_EXPECT(errno == EINTR || errno == ETIMEDOUT);
	}
}

static void *wait_calmly(void *unused)
{
	/* relaxed: nothing comes with it */
	__atomic_store_n(&calm_tid, (int)syscall(SYS_gettid), __ATOMIC_RELAXED);
	KNOWN_EXPECT(!pthread_mutex_lock(&calm_lock));
	KNOWN_EXPECT(!pthread_mutex_unlock(&calm_lock));
	return unused;
}

/* One signal after the other: it sleeps again before the next. */
static void disturb(uint64_t count)
{
	pthread_t thread;
	uint64_t n;

	is_calm = 1;
	KNOWN_EXPECT(!pthread_mutex_lock(&calm_lock));
	KNOWN_EXPECT(!pthread_create(&thread, NULL, wait_calmly, NULL));
	for (n = 1; n <= count; n++) {
		KNOWN_EXPECT(see_it_asleep(&calm_tid));
		pthread_kill(thread, SIGPROF);
		while (!has_waited(&of_calm, n))
			usleep(10);
	}
	KNOWN_EXPECT(!pthread_mutex_unlock(&calm_lock));
	pthread_join(thread, NULL);
}

int main(int argc, char **argv)
{
	uint64_t count = argc > 1 ? (uint64_t)atoi(argv[1]) : 1000;
	struct sigaction action = { .sa_handler = handle };
	pthread_t threads[THREADS];
	int i;

	known_hold();
	sem_init(&sem, 0, 0);
	sigaction(SIGPROF, &action, NULL);
	for (i = 0; i < THREADS; i++)
		KNOWN_EXPECT(!pthread_create(&threads[i], NULL, wait_on, NULL));
	start_timer(1000);
	storm(threads, count);
	start_timer(0);
	/* relaxed: joined next */
	__atomic_store_n(&enough, 1, __ATOMIC_RELAXED);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	disturb(count);
	known_print("wait_in_thread", &of_threads);
	known_print("wait_in_handler", &of_handlers);
	known_print("wait_in_calm", &of_calm);
	fprintf(stderr, "%" PRIu64 " signals\n", posted);
	return 0;
}
