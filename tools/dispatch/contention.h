/* SPDX-License-Identifier: MIT */
/* contention.h: waits for locks on the demo's own page, by the contention profiler. */
#ifndef DISPATCH_CONTENTION_H
#define DISPATCH_CONTENTION_H

#include <quipu/quipu.h>

/* NULL, or why there are none. The profiler is found at run time: a demo that was not asked for it
 * needs no library of its own, and has no hooks. */
const char *contention_start(quipu_registry *registry);

#endif
