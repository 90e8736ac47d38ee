/* SPDX-License-Identifier: MIT */
/* mixed.h: one side of a program records in C, the other in C++. */
#ifndef QUIPU_TEST_MIXED_H
#define QUIPU_TEST_MIXED_H

#include <quipu/quipu.h>

#ifdef __cplusplus
extern "C" {
#endif

quipu_counter c_make(void);
void c_record(quipu_counter counter);

#ifdef __cplusplus
}
#endif
#endif
