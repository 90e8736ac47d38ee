/* SPDX-License-Identifier: MIT */
/* totals.h: what was counted before there was anything to record with (recorder.c). */
#ifndef QC_TOTALS_H
#define QC_TOTALS_H

#include <stdbool.h>
#include <stdint.h>

uint64_t qc_early_calls(void);

/* A hook was called while they were off. */
bool qc_was_hit(void);

#endif
