/* SPDX-License-Identifier: MIT */
/* c11.c: the locks of <threads.h> (transcript.h). */
#include "transcript.h"

#include <errno.h>
#include <stdint.h>
#include <threads.h>

static void say_c11_answer(const char *what, int answer)
{
	static const char *const names[] = {
		[thrd_success] = "success", [thrd_busy] = "busy",	  [thrd_error] = "error",
		[thrd_nomem] = "nomem",	    [thrd_timedout] = "timedout",
	};

	say_text(what, errno == NEVER_SET ? names[answer] : "errno changed");
}

#define SAY_C11(call) (before_call(), say_c11_answer(#call, (call)))

static void *say_other(void *argument)
{
	mtx_t *mutex = argument;
	const struct timespec soon = from_now(CLOCK_REALTIME, 5), past = { .tv_sec = 1 };

	SAY_C11(mtx_trylock(mutex));
	SAY_C11(mtx_timedlock(mutex, &soon));
	SAY_C11(mtx_timedlock(mutex, &past));
	return NULL;
}

static void *lock_once(void *argument)
{
	mtx_t *mutex = argument;
	int answer = mtx_lock(mutex);

	mtx_unlock(mutex);
	return (void *)(intptr_t)answer;
}

static void say_mutex(int type)
{
	struct blocked blocked;
	mtx_t mutex;

	SAY_C11(mtx_init(&mutex, type));
	SAY_C11(mtx_lock(&mutex));
	SAY_C11(mtx_trylock(&mutex));
	if (type & mtx_recursive)
		SAY_C11(mtx_unlock(&mutex));
	in_thread(say_other, &mutex);
	block_in_thread(&blocked, lock_once, &mutex);
	SAY_C11(mtx_unlock(&mutex));
	before_call();
	say_c11_answer("handed over", (int)(intptr_t)join_blocked(&blocked));
	mtx_destroy(&mutex);
}

static void say_cond(void)
{
	const struct timespec soon = from_now(CLOCK_REALTIME, 5);
	mtx_t mutex;
	cnd_t cond;

	say_about("cnd_t");
	mtx_init(&mutex, mtx_plain);
	cnd_init(&cond);
	mtx_lock(&mutex);
	SAY_C11(cnd_timedwait(&cond, &mutex, &soon));
	SAY_C11(cnd_signal(&cond));
	SAY_C11(cnd_broadcast(&cond));
	in_thread(say_other, &mutex);
	mtx_unlock(&mutex);
	cnd_destroy(&cond);
	mtx_destroy(&mutex);
}

void say_c11(void)
{
	say_about("mtx_t, plain");
	say_mutex(mtx_plain);
	say_about("mtx_t, timed");
	say_mutex(mtx_timed);
	say_about("mtx_t, recursive");
	say_mutex(mtx_timed | mtx_recursive);
	say_cond();
}
