/* SPDX-License-Identifier: MIT */
/*
 * site.h: the places in the program that wait, each with a number; a table of fixed size.
 *
 * Writers:  any thread that waits somewhere for the first time.
 * Readers:  any thread that waits; the profile.
 * Publication: a place is claimed by a compare-and-swap, filled in, and published by a release
 *           store of its state. Who meets one that is being filled in takes another: nobody waits,
 *           and two numbers for one place are one in every report.
 * Reclamation: none; a place whose object is gone is retired: nobody finds it again, and what was
 *           recorded there stays.
 */
#ifndef QC_SITE_H
#define QC_SITE_H

#include "kind.h"
#include "profile.h"

#include <stdbool.h>
#include <stdint.h>

#define QC_N_SITES 1024

/* The first numbers, one for each kind: all that the table had no room for. */
#define QC_FIRST_SITE QC_N_KINDS

#define QC_NO_SITE UINT16_MAX /* not recorded */

/* Where a call comes from: return addresses, innermost first. */
struct qc_trace {
	unsigned n;
	uintptr_t frames[QC_MAX_FRAMES];
};

struct qc_place {
	enum qc_kind kind;
	unsigned name; /* lock_names.h; 0: none */
	struct qc_trace trace;
};

/* The site's number, given to it now if it is new; its kind, less than QC_FIRST_SITE, if there is
 * no room. */
unsigned qc_site_find(const struct qc_place *place);

/* Site i, if it is in use; also one that is retired. */
bool qc_site_read(unsigned i, struct qc_place *place);

/* Nobody finds it any more. */
void qc_site_retire(unsigned i);

#endif
