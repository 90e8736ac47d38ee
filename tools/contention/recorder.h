/* SPDX-License-Identifier: MIT */
/*
 * recorder.h: the recorder as a whole: opening it, switching the hooks on and off.
 *
 * Whoever starts it (a constructor, quipu_contend_start) opens it once and then switches it on.
 * The profiler's own threads call qc_thread_hide (thread.h) first of all: they are not recorded.
 */
#ifndef QC_RECORDER_H
#define QC_RECORDER_H

#include <quipu/error.h>

#include <stdbool.h>

/*
 * Makes everything that recording needs; does nothing where it is there already.
 * Threads: any. Cost: allocates, a lock; finds the C library's functions. Fails: ENOMEM, ESLOTS,
 * ESYSTEM (no thread-specific key or fork handler left).
 */
quipu_error qc_open(void);

/* Switch the hooks on, once it is open (or else they stay off), and off; what a thread holds when
 * they go off is still recorded when it gives it back, or when it ends. Threads: any. */
void qc_on(void);
void qc_off(void);
bool qc_is_on(void);

/* Walk frame pointers, up to 8 frames, from now on. Threads: any. */
void qc_set_stacks(bool on);

/* Whether a call of pthread_mutex_lock in this process comes to a hook: the library was preloaded
 * or linked before the C library, or this is its static form. */
bool qc_is_in_place(void);

#endif
