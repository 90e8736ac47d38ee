/* SPDX-License-Identifier: MIT */
/* family.h: one name: its series, and their sum. */
#ifndef TOP_FAMILY_H
#define TOP_FAMILY_H

#include "figure.h"
#include "heat.h"
#include "series.h"

/* NaN is what is not known. */
struct family {
	uint64_t key;		   /* of name and type */
	struct qx_text name, help; /* the name as text formats have it: "jobs_total" */
	char *texts;		   /* both */
	enum qx_type type;
	enum unit unit;
	unsigned seen; /* the scrape that had it last */
	struct series **series;
	size_t n_series, capacity;
	size_t n_unkept;	    /* series of the last scrape beyond the limit */
	size_t n_points;	    /* samples of all of them */
	double value, rate, change; /* sums of the series'; change as in series.h */
	struct spread since;
	struct history history;
	struct heat *heat;
};

struct family *family_new(struct qx_text name, const struct qx_family *from, uint64_t key);
void family_free(struct family *family);

void family_append(struct family *family, struct series *series);

/* Frees the series that this scrape did not have; true if there were any. */
bool family_sweep(struct family *family, unsigned scrape);

/* After its series are up to date. */
void family_sum(struct family *family, int64_t slot);

double family_figure(const struct family *family);

/* "counter", "gaugehist": at most nine characters. */
const char *kind_word(enum qx_type type);

#endif
