/* SPDX-License-Identifier: MIT */
/* fuzz_exposition.h: what the harnesses of the checker's readers share. */
#ifndef QT_FUZZ_EXPOSITION_H
#define QT_FUZZ_EXPOSITION_H

#include "format.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads the bytes, and demands of the result what holds whatever they are. */
void fuzz_exposition(enum qx_format format, const uint8_t *data, size_t size);

#endif
