/* SPDX-License-Identifier: MIT */
/*
 * hook.h: what all hooks are made with.
 *
 * A hook is short and in two halves. The fast one asks whether anything is to be recorded, counts,
 * and tries; only a lock that is taken leads to the slow one, which is never inlined. Every file
 * here is compiled twice: interposing, and for the linker's --wrap.
 *
 * Semantics: a try that says anything but "taken" has said what the lock itself would have; one
 * that says "taken" changed nothing, and the lock itself decides, deadlocks and all.
 */
#ifndef QC_HOOK_H
#define QC_HOOK_H

#include "../real.h"
#include "../wait.h"

#include <errno.h>

#define QC_SHOWN __attribute__((visibility("default")))
#define QC_SLOW static __attribute__((noinline))

#ifdef QC_WRAP
#define QC_HOOK(name) QC_SHOWN int __wrap_##name
#define X(name, parameters, arguments) int __wrap_##name parameters;
#define V X
#include "../real.def"
#undef V
#undef X
#else
#define QC_HOOK(name) QC_SHOWN int name
#endif

/* The same value in a register of its own: else the way of hooks that are off makes room on the
 * stack for one that only the other way needs. */
#define QC_APART(value)                                                                            \
	__extension__({                                                                            \
		__typeof__(value) apart = (value);                                                 \
		__asm__("" : "+r"(apart));                                                         \
		apart;                                                                             \
	})

/* Takes a lock that was found taken, by the call, and returns what that says. */
#define QC_WAIT_FOR(kind, lock, from, call)                                                        \
	do {                                                                                       \
		struct qc_wait wait;                                                               \
		int result;                                                                        \
                                                                                                   \
		qc_wait_begin(&wait, (kind), (void *)(uintptr_t)(lock), (from));                   \
		result = (call);                                                                   \
		if (result == 0 || result == EOWNERDEAD)                                           \
			qc_wait_holding(&wait, (void *)(uintptr_t)(lock));                         \
		else if (result == ETIMEDOUT)                                                      \
			qc_wait_over(&wait);                                                       \
		return result;                                                                     \
	} while (0)

/* Gives a lock back, and then records what was waited for it: never before. */
#define QC_GIVE_BACK(lock, call)                                                                   \
	do {                                                                                       \
		int result;                                                                        \
                                                                                                   \
		if (qc_likely(!qc_thread_has_any()))                                               \
			return (call);                                                             \
		result = (call);                                                                   \
		if (result == 0)                                                                   \
			qc_thread_publish((void *)(uintptr_t)(lock));                              \
		return result;                                                                     \
	} while (0)

/* The real function refuses some times even where nobody is to be waited for: it decides then. */
static inline bool qc_is_time(clockid_t clock, const struct timespec *until)
{
	return (clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC) && until &&
	       until->tv_nsec >= 0 && until->tv_nsec < 1000000000;
}

#endif
