/* SPDX-License-Identifier: MIT */
/*
 * pressure.h: how long somebody was ready to run and no processor was free: of this process' control
 * group where it has one that tells, of the whole system otherwise.
 */
#ifndef QC_PRESSURE_H
#define QC_PRESSURE_H

#include <stdbool.h>
#include <stdint.h>

struct qc_pressure {
	const char *scope; /* "cgroup", "system"; NULL: not known */
	uint64_t some_ns;  /* at least one task */
	uint64_t full_ns;  /* all of them */
};

void qc_pressure_read(struct qc_pressure *pressure);

/* Since then; not known where the scope is another one by now. */
void qc_pressure_less(struct qc_pressure *pressure, const struct qc_pressure *then);

/* From the text of such a file; false: it is none. */
bool qc_pressure_parse(const char *text, struct qc_pressure *pressure);

#endif
