/* SPDX-License-Identifier: MIT */
/*
 * contend.h: which lock, which line, how long: waits for locks as metrics.
 *
 * Link quipu-contend before the C library (or preload it) and its hooks stand in the place of
 * pthread_mutex_lock and its kin, for the whole process. They do nothing until they are switched
 * on. Then every wait is recorded by the place in the program that waited:
 *
 *   quipu_contend_start(quipu_default_registry(), NULL);
 *   quipu_contend_name(&cache_lock, "cache");
 *
 *   quipu_lock_wait_seconds{site="cache.c:123",function="lookup",object="server",kind="mutex",lock="cache"}
 *
 * Static programs: quipu-contend's static library and the linker's --wrap, as its pkg-config
 * file quipu-contend-static says.
 */
#ifndef QUIPU_CONTEND_H
#define QUIPU_CONTEND_H

#include <quipu/error.h>
#include <quipu/types.h>
#include <quipu/verbs.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Written QUIPU_CONTEND_OPTS(.top = 20). */
typedef struct quipu_contend_opts {
	size_t size;
	size_t top; /* sites with series of their own, those with the longest waits, of contention and
		       of idle waits (cond, sem, barrier) each; the rest is site="other"; 0: 50 */
	int stacks; /* walk up to 8 frames, where the program keeps frame pointers */
} quipu_contend_opts;

#define QUIPU_CONTEND_OPTS(...) QUIPU_PRIV_OPTS(quipu_contend_opts, __VA_ARGS__)

/*
 * Switches the hooks on and shows in registry what they find. opts may be NULL.
 * Threads: any, one at a time. Cost: allocates; a collector. Fails: ENOMEM, EOPTION, ESLOTS,
 * EDUPLICATE (it is on already; what `quipu contend run --listen` serves goes on beside it), ESYSTEM
 * (no hook is in place: not linked before the C library).
 */
quipu_error quipu_contend_start(quipu_registry *registry, const quipu_contend_opts *opts);

/* Switches the hooks off; the series leave the registry, which must still be there. What was
 * recorded stays and counts on if it is switched on again. Threads: any, one at a time. Cost: a
 * lock. Fails: never. */
void quipu_contend_stop(void);

/*
 * Names a lock: waits for it have series of their own, whatever the place. The name is copied; at
 * most 64 bytes of UTF-8. A lock that is destroyed or freed should be forgotten first, or else the
 * name stays for whatever comes to lie there.
 * Threads: any. Cost: a short search. Fails: ENAME; EFULL: 1024 locks have names.
 */
quipu_error quipu_contend_name(const void *lock, const char *name);
void quipu_contend_forget(const void *lock);

/* Writes what was recorded so far for `quipu contend report`. Threads: any. Cost: allocates, writes
 * a file (atomic rename). Fails: EFILE, ENOMEM. */
quipu_error quipu_contend_save(const char *path);

#ifdef __cplusplus
}
#endif
#endif
