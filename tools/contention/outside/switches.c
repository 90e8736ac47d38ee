/* SPDX-License-Identifier: MIT */
/* switches.c: see switches.h. */
#include "switches.h"

#include <sys/resource.h>

void qc_switches_read(struct qc_switches *switches)
{
	struct rusage usage;

	*switches = (struct qc_switches){ .known = getrusage(RUSAGE_SELF, &usage) == 0 };
	if (!switches->known)
		return;
	switches->voluntary = (uint64_t)usage.ru_nvcsw;
	switches->involuntary = (uint64_t)usage.ru_nivcsw;
}

void qc_switches_less(struct qc_switches *switches, const struct qc_switches *then)
{
	switches->known = switches->known && then->known;
	switches->voluntary -= then->voluntary;
	switches->involuntary -= then->involuntary;
}
