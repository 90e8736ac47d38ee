/* SPDX-License-Identifier: MIT */
/* location.h: a place in the program, kept beyond the profile that told of it. */
#ifndef QC_LOCATION_H
#define QC_LOCATION_H

#include "../profile.h"

struct qc_location_frame {
	const char *path, *build_id; /* as in qc_object */
	uint64_t offset;
};

struct qc_location {
	enum qc_kind kind;
	const char *lock; /* NULL: none */
	unsigned n_frames;
	struct qc_location_frame frames[QC_MAX_FRAMES];
};

/* With the profile's own strings. */
struct qc_location qc_location_of(const struct qc_profile *profile, const struct qc_site *site);

/* With strings of its own; freed by free. NULL: out of memory. */
struct qc_location *qc_location_copy(const struct qc_location *place);

uint64_t qc_location_hash(const struct qc_location *place);
bool qc_location_equals(const struct qc_location *a, const struct qc_location *b);

#endif
