/* SPDX-License-Identifier: MIT */
/* cond.h: a condition wait, for those who come to it another way. */
#ifndef QC_COND_H
#define QC_COND_H

#include "hook.h"

/* pthread_cond_wait, waited from there. */
int qc_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock, const void *from);

#endif
