/* SPDX-License-Identifier: MIT */
/* thread.c: see thread.h. */
#include "thread.h"

#include "choice.h"
#include "memory.h"
#include "shared.h"

#include <link.h>
#include <stdio.h>
#include <string.h>

#define STACK_BYTES (128u * 1024)
#define MAX_LOCALS 512
#define MAX_STEPS 1000000u /* of one schedule: it does not end */

struct thread threads[MAX_THREADS] = { { .name = "the program", .wait = EVER } };
unsigned n_threads = 1;
unsigned current;

static void *stack_at[MAX_THREADS];	     /* of who does not run */
static char locals[MAX_THREADS][MAX_LOCALS]; /* the thread-local variables of who does not run */
static bool running, quiet;

/* Set once, before anything is remembered. */
static char *stacks;
static char *locals_at;		 /* the program's thread-local variables, */
static size_t locals_bytes;	 /* how many bytes they are, */
static const char *locals_image; /* and what they are at first */
static size_t image_bytes;

/* --- thread-local variables ----------------------------------------------------------------- */

/* The program itself is the first object. */
static int find_locals(struct dl_phdr_info *object, size_t size, void *unused)
{
	int i;

	(void)size, (void)unused;
	for (i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &object->dlpi_phdr[i];

		if (header->p_type != PT_TLS)
			continue;
		locals_at = object->dlpi_tls_data;
		locals_bytes = header->p_memsz;
		locals_image = (const char *)object->dlpi_addr + header->p_vaddr;
		image_bytes = header->p_filesz;
	}
	return 1;
}

void threads_init(void)
{
	dl_iterate_phdr(find_locals, NULL);
	if (!locals_at || locals_bytes > MAX_LOCALS)
		explore_broken("thread-local variables: %zu bytes", locals_bytes);
	stacks = memory_keep(MAX_THREADS * (size_t)STACK_BYTES);
}

static bool is_local(const volatile void *at)
{
	return (size_t)((const volatile char *)at - locals_at) < locals_bytes;
}

/* --- switching ------------------------------------------------------------------------------ */

void thread_new(const char *name, void *(*run)(void *), void (*run_scenario)(void))
{
	if (n_threads == MAX_THREADS)
		explore_broken("too many threads");
	threads[n_threads] =
		(struct thread){ .name = name, .run = run, .run_scenario = run_scenario };
	memcpy(locals[n_threads], locals_image, image_bytes);
	memset(locals[n_threads] + image_bytes, 0, locals_bytes - image_bytes);
	n_threads++;
}

/* Leaves one stack and goes on with another: what a call must preserve is on them. */
void switch_stacks(void **leave, void *enter);
__asm__(".text\n"
	"switch_stacks:\n"
	"	push %rbp\n	push %rbx\n	push %r12\n	push %r13\n	push %r14\n	"
	"push %r15\n"
	"	mov %rsp, (%rdi)\n"
	"	mov %rsi, %rsp\n"
	"	pop %r15\n	pop %r14\n	pop %r13\n	pop %r12\n	pop %rbx\n	"
	"pop %rbp\n"
	"	ret\n");

static void switch_to(unsigned next)
{
	unsigned last = current;

	if (next == last)
		return;
	memcpy(locals[last], locals_at, locals_bytes);
	current = next;
	memcpy(locals_at, locals[next], locals_bytes);
	switch_stacks(&stack_at[last], stack_at[next]);
}

static bool can_run(const struct thread *thread)
{
	switch (thread->wait) {
	case NOTHING:
		return true;
	case A_LOCK:
		return lock_is_free(thread->object);
	case A_GRACE_PERIOD:
		return grace_is_over(thread);
	case A_CONDITION:
		return thread->condition();
	case A_SIGNAL:
	case EVER:
		break;
	}
	return false;
}

/* Those that can run: the current one first, then in a circle. */
static unsigned who_can_run(unsigned can[MAX_THREADS])
{
	unsigned n = 0, i, k;

	for (i = 0; i < n_threads; i++) {
		k = (current + i) % n_threads;
		if (can_run(&threads[k]))
			can[n++] = k;
	}
	return n;
}

/* Nobody can run: is the schedule over? */
static bool all_done(void)
{
	unsigned i;

	for (i = 1; i < n_threads; i++) {
		if (threads[i].wait != EVER && threads[i].run_scenario)
			return false;
	}
	return true;
}

/* Lets time pass until the first time limit; false: there is none. */
static bool first_time_limit(void)
{
	struct thread *first = NULL;
	unsigned i;

	for (i = 1; i < n_threads; i++) {
		if (threads[i].wait == A_SIGNAL && threads[i].until &&
		    (!first || threads[i].until < first->until))
			first = &threads[i];
	}
	if (!first)
		return false;
	clock_jump(first->until);
	first->wait = NOTHING;
	return true;
}

static void deadlock(void)
{
	static const char *const names[] = { "can run",
					     "waits for a lock",
					     "waits for a signal",
					     "waits for a grace period",
					     "waits for others",
					     "has ended" };
	char text[512];
	size_t used = 0;
	unsigned i;

	for (i = 1; i < n_threads && used < sizeof text; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %s%s%s",
					 i > 1 ? ", " : "", threads[i].name, names[threads[i].wait],
					 threads[i].wait == EVER ? "" : ": ",
					 threads[i].wait == EVER ? "" : threads[i].where);
	explore_violation("deadlock", "%s", text);
}

/* The current thread cannot go on. */
static void give_way(void)
{
	unsigned can[MAX_THREADS], n = who_can_run(can);

	while (n == 0 && !all_done() && first_time_limit())
		n = who_can_run(can);
	if (n > 0)
		switch_to(choice_free(can, n));
	else if (all_done())
		switch_to(0);
	else
		deadlock();
}

void thread_wait(enum wait wait, const void *object)
{
	struct thread *me = &threads[current];

	me->object = object;
	for (me->wait = wait; !can_run(me); give_way()) {
		if (!running)
			explore_broken("the program would wait for ever");
	}
	me->wait = running ? NOTHING : EVER;
}

void explore_point(const volatile void *at, enum explore_use use, const char *what,
		   const char *where)
{
	unsigned can[MAX_THREADS];

	memory_use(at, use);
	if (!running || quiet)
		return;
	threads[current].what = what;
	threads[current].where = where;
	if (choice_step() > MAX_STEPS)
		explore_violation("endless", "%s goes on for ever", threads[current].name);
	if (!is_local(at) && (shared_use(at, use) || choice_is_replay()))
		switch_to(choice_preempt(can, who_can_run(can)));
}

/* --- a schedule ----------------------------------------------------------------------------- */

static void enter(void)
{
	struct thread *me = &threads[current];

	if (me->run_scenario)
		me->run_scenario();
	else
		me->run(NULL);
	thread_ends();
	me->wait = EVER;
	me->where = "";
	give_way();
}

/* As if enter had been called and had switched: six registers, where to go on, and no caller. */
static void prepare(unsigned i)
{
	void **top = (void **)(void *)(stacks + (i + 1) * (size_t)STACK_BYTES);

	memset(top - 8, 0, 8 * sizeof *top);
	top[-2] = (void *)(uintptr_t)enter;
	stack_at[i] = top - 8;
}

void threads_remember(void)
{
	memcpy(locals[0], locals_at, locals_bytes);
}

void threads_run(void)
{
	unsigned i;

	memcpy(locals_at, locals[0], locals_bytes);
	for (i = 1; i < MAX_THREADS; i++)
		prepare(i);
	running = true;
	give_way();
	running = false;
}

void explore_quietly(void (*fn)(void))
{
	quiet = true;
	fn();
	quiet = false;
}

void explore_wait(bool (*condition)(void))
{
	threads[current].condition = condition;
	threads[current].what = "a wait";
	threads[current].where = "the scenario";
	thread_wait(A_CONDITION, NULL);
}
