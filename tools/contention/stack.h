/* SPDX-License-Identifier: MIT */
/* stack.h: who called, by frame pointers. */
#ifndef QC_STACK_H
#define QC_STACK_H

#include "site.h"

/* Walk frame pointers; off at first. */
void qc_stack_enable(bool on);

/*
 * Who called a hook that returns to here: all that there is where walking is off or the program
 * keeps no frame pointers. Ours are kept (CMakeLists.txt) and lead to the program's, whose memory
 * is read by a system call: a register that holds no frame pointer cannot lead to a crash. errno
 * stays.
 */
void qc_stack_walk(const void *here, struct qc_trace *trace);

#endif
