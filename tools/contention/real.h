/* SPDX-License-Identifier: MIT */
/*
 * real.h: the C library's own functions, behind the hooks: QC_REAL(sem_wait)(sem).
 *
 * Interposed, they are found by the dynamic linker: all at once, when the first of them is called
 * or the recorder is opened, whichever comes first. With QC_WRAP the static linker has found them.
 *
 * Writers:  whoever finds them, any number at once: they all store the same.
 * Readers:  every hook.
 * Publication: none needed; a pointer leads to the function or to the stub that finds it.
 * Reclamation: none.
 */
#ifndef QC_REAL_H
#define QC_REAL_H

#include <pthread.h>
#include <semaphore.h>
#include <threads.h>
#include <time.h>

#ifdef QC_WRAP

#define QC_REAL(name) __real_##name
#define X(name, parameters, arguments) int __real_##name parameters;
#define V X
#include "real.def"
#undef V
#undef X

static inline void qc_real_find(void)
{
}

#else

struct qc_real {
#define X(name, parameters, arguments) int(*name) parameters;
#define V X
#include "real.def"
#undef V
#undef X
};

extern struct qc_real qc_real;

/* relaxed: see Publication above */
#define QC_REAL(name) __atomic_load_n(&qc_real.name, __ATOMIC_RELAXED)

/* Finds them all. Threads: any. Calls the dynamic linker: not from a hook, but the first one. */
void qc_real_find(void);

#endif
#endif
