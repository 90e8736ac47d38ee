/* SPDX-License-Identifier: MIT */
/* locks.h: the families of a contention profiler, with waits that are always the same ones. */
#ifndef PAGE_LOCKS_H
#define PAGE_LOCKS_H

#include <quipu/quipu.h>

void locks_make(quipu_registry *registry);
void locks_step(void);

#endif
