/* SPDX-License-Identifier: MIT */
/* sandbox.c: see sandbox.h; what is allowed: sandbox.def. */
#include "sandbox.h"

#include "fail.h"

#include <quipu/metric.h>

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- what is allowed ----------------------------------------------------------------------- */

/* A call, and what its argument (the low half, as the kernel takes an int) has to be. */
struct rule {
	uint32_t call;
	enum { ANY, MASKED, OWN } how;
	uint32_t argument, mask, value;
};

static const struct rule rules[] = {
#define ARCH(audit)
#define CALL(name) { __NR_##name, ANY, 0, 0, 0 },
#define WITHOUT(name, argument, bits) { __NR_##name, MASKED, argument, bits, 0 },
#define WITH(name, argument, value) { __NR_##name, MASKED, argument, UINT32_MAX, value },
#define ON_THREAD(name, argument) { __NR_##name, OWN, argument, UINT32_MAX, 0 },
#include "sandbox.def"
#undef ARCH
#undef CALL
#undef WITHOUT
#undef WITH
#undef ON_THREAD
};
#define N_RULES (sizeof(rules) / sizeof(rules[0]))

/* None, or the one that this was built for. */
static const uint32_t architectures[] = {
#define ARCH(audit) audit,
#define CALL(name)
#define WITHOUT(name, argument, bits)
#define WITH(name, argument, value)
#define ON_THREAD(name, argument)
#include "sandbox.def"
#undef ARCH
#undef CALL
#undef WITHOUT
#undef WITH
#undef ON_THREAD
	0
};

/* --- the filter ---------------------------------------------------------------------------- */

#define REFUSE (SECCOMP_RET_ERRNO | EPERM)
#define RULE_MOST 6 /* steps of one rule */
#define STEPS_MOST (4 + RULE_MOST * N_RULES + 1)

_Static_assert(STEPS_MOST <= BPF_MAXINSNS, "the kernel takes no longer ones");

struct program {
	struct sock_filter steps[STEPS_MOST];
	unsigned short len;
};

static void step(struct program *program, struct sock_filter one)
{
	program->steps[program->len++] = one;
}

static void load(struct program *program, size_t offset)
{
	step(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void answer(struct program *program, uint32_t what)
{
	step(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, what));
}

/* Goes on behind the next steps, so many, unless what was loaded is the value. */
static void unless_is(struct program *program, uint32_t value, unsigned char skip)
{
	step(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip));
}

/* The call's number is loaded, and still is where the rule is for another one. */
static void add_rule(struct program *program, const struct rule *rule)
{
	uint32_t value = rule->how == OWN ? (uint32_t)gettid() : rule->value;

	if (rule->how == ANY) {
		unless_is(program, rule->call, 1);
		answer(program, SECCOMP_RET_ALLOW);
		return;
	}
	unless_is(program, rule->call, RULE_MOST - 1);
	load(program, offsetof(struct seccomp_data, args) + rule->argument * sizeof(uint64_t));
	step(program, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, rule->mask));
	unless_is(program, value, 1);
	answer(program, SECCOMP_RET_ALLOW);
	answer(program, REFUSE);
}

static void make(struct program *program)
{
	program->len = 0;
	load(program, offsetof(struct seccomp_data, arch));
	/* another architecture's numbers mean other calls (int $0x80) */
	step(program,
	     (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architectures[0], 1, 0));
	answer(program, REFUSE);
	load(program, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < N_RULES; i++)
		add_rule(program, &rules[i]);
	answer(program, REFUSE);
}

/* Without new privileges the kernel lets anybody filter himself. */
static int put_on(void)
{
	struct program program;
	struct sock_fprog given = { 0, program.steps };

	if (architectures[0] == 0)
		return ENOSYS;
	make(&program);
	given.len = program.len;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return errno;
	return syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &given) == 0 ? 0 : errno;
}

/* --- starting ------------------------------------------------------------------------------ */

quipu_error qp_sandbox_prepare(struct qp_sandbox *sandbox)
{
	sem_init(&sandbox->entered, 0, 0);
	if (quipu_start_threads() != QUIPU_OK)
		return qp_http_fail(QUIPU_ESYSTEM,
				    "cannot start the threads that must not be in the sandbox");
	return QUIPU_OK;
}

bool qp_sandbox_enter(struct qp_sandbox *sandbox)
{
	int number = put_on();

	sandbox->number = number;
	sem_post(&sandbox->entered);
	return number == 0;
}

quipu_error qp_sandbox_wait(struct qp_sandbox *sandbox)
{
	while (sem_wait(&sandbox->entered) != 0)
		;
	if (sandbox->number == 0)
		return QUIPU_OK;
	return qp_http_fail_errno(QUIPU_ESYSTEM, sandbox->number,
				  "cannot put the server's thread into a sandbox (seccomp)");
}
