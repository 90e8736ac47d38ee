/* SPDX-License-Identifier: MIT */
/* switches.h: how often the process' threads gave up a processor, or lost it. */
#ifndef QC_SWITCHES_H
#define QC_SWITCHES_H

#include <stdbool.h>
#include <stdint.h>

struct qc_switches {
	bool known;
	uint64_t voluntary, involuntary; /* threads that have ended included */
};

void qc_switches_read(struct qc_switches *switches);

/* Since then. */
void qc_switches_less(struct qc_switches *switches, const struct qc_switches *then);

#endif
