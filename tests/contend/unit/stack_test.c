/* SPDX-License-Identifier: MIT */
/*
 * stack_test.c: who called. A chain of functions that note where they return to is the oracle; a
 * frame pointer that is none leads to nothing, and to no crash.
 */
#include "tools/contention/profile.h"
#include "tools/contention/recorder.h"

#include <criterion/criterion.h>

#include <pthread.h>
#include <sys/mman.h>

#define CHAIN __attribute__((noinline))

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static const char *returns[3];

static void note(unsigned i, void *at)
{
	returns[i] = at;
}

CHAIN static int inner(void)
{
	int result;

	note(0, __builtin_return_address(0));
	result = pthread_rwlock_tryrdlock(&rwlock);
	__asm__ volatile("" ::: "memory"); /* no tail call */
	return result;
}

CHAIN static int middle(void)
{
	int result;

	note(1, __builtin_return_address(0));
	result = inner();
	__asm__ volatile("" ::: "memory");
	return result;
}

CHAIN static int outer(void)
{
	int result;

	note(2, __builtin_return_address(0));
	result = middle();
	__asm__ volatile("" ::: "memory");
	return result;
}

static void on(bool stacks)
{
	cr_assert_eq(qc_open(), QUIPU_OK);
	qc_set_stacks(stacks);
	qc_on();
	pthread_rwlock_wrlock(&rwlock);
}

/* The one site of that kind. */
static struct qc_site read_site(void)
{
	struct qc_profile *profile = qc_profile_read();
	struct qc_site site;
	size_t i, n = 0;

	cr_assert_not_null(profile);
	for (i = 0; i < profile->n_sites; i++) {
		if (profile->sites[i].kind == QC_RDLOCK) {
			site = profile->sites[i];
			n++;
		}
	}
	qc_profile_free(profile);
	cr_assert_eq(n, 1);
	return site;
}

Test(contend_stack, without_walking_there_is_one_frame)
{
	on(false);
	outer();
	cr_expect_eq(read_site().n_frames, 1);
}

Test(contend_stack, with_it_the_callers_are_there_in_order)
{
	struct qc_site site;
	unsigned i;

	on(true);
	outer();
	site = read_site();
	cr_assert_geq(site.n_frames, 4);
	for (i = 0; i < 3; i++) {
		cr_expect_eq(site.frames[i + 1].object, site.frames[0].object);
		/* all of one object: it lies as far from the first as in memory */
		cr_expect_eq((uintptr_t)(site.frames[i + 1].offset - site.frames[1].offset),
			     (uintptr_t)(returns[i] - returns[0]));
	}
}

#ifdef __x86_64__
/* The hook, called by a function that uses the register for something else. */
static int try_with_frame(const void *frame)
{
	int result;

	__asm__ volatile("mov %%rsp, %%rbx\n\t"
			 "sub $256, %%rsp\n\t" /* past the red zone */
			 "and $-16, %%rsp\n\t"
			 "push %%rbp\n\t"
			 "push %%rbp\n\t"
			 "mov %%rsi, %%rbp\n\t"
			 "call pthread_rwlock_tryrdlock@PLT\n\t"
			 "pop %%rbp\n\t"
			 "pop %%rbp\n\t"
			 "mov %%rbx, %%rsp"
			 : "=a"(result), "+S"(frame)
			 : "D"(&rwlock)
			 : "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "memory", "cc");
	return result;
}

Test(contend_stack, a_register_that_is_no_frame_pointer_does_no_harm)
{
	char on_stack[64] = { 0 };
	const void *bad[] = {
		NULL,
		(void *)1,
		(void *)0x10,
		on_stack,
		on_stack + 1,
		(void *)UINTPTR_MAX,
		(void *)(UINTPTR_MAX - 15),
		&rwlock,
	};
	unsigned i;

	on(true);
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_neq(try_with_frame(bad[i]), 0);
}

#define STACK_BYTES ((size_t)512 * 1024)

static void *try_beyond_the_stack(void *end)
{
	cr_expect_neq(try_with_frame((char *)end + 64), 0);
	return NULL;
}

/* What lies right above the stack cannot be read: no frame is further from a frame than that. */
Test(contend_stack, a_register_that_points_beyond_the_stack_does_no_harm)
{
	char *base = mmap(NULL, STACK_BYTES + 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pthread_attr_t attr;
	pthread_t thread;

	on(true);
	cr_assert_eq(mprotect(base + STACK_BYTES, 4096, PROT_NONE), 0);
	pthread_attr_init(&attr);
	cr_assert_eq(pthread_attr_setstack(&attr, base, STACK_BYTES), 0);
	cr_assert_eq(pthread_create(&thread, &attr, try_beyond_the_stack, base + STACK_BYTES), 0);
	pthread_join(thread, NULL);
	pthread_attr_destroy(&attr);
}
#endif
