/* SPDX-License-Identifier: MIT */
/* asleep.h: waits until another thread of this process sleeps, as the kernel has it. */
#ifndef CONTEND_ASLEEP_H
#define CONTEND_ASLEEP_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Returns once it sleeps, in what it was about to call if nothing before that can sleep; false: it
 * has ended. */
bool see_asleep(int tid);

/* The same of one that stores its id there, atomically, when it runs: 0 before. */
bool see_it_asleep(const int *tid);

#ifdef __cplusplus
}
#endif
#endif
