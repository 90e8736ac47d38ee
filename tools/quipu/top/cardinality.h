/* SPDX-License-Identifier: MIT */
/* cardinality.h: how many values each label of a family has. */
#ifndef TOP_CARDINALITY_H
#define TOP_CARDINALITY_H

#include "family.h"

#define CARDINALITY_EXAMPLES 3

struct label_values {
	struct qx_text name;
	size_t distinct;
	size_t n_series; /* that have the label */
	/* the most frequent values, and how many series have them */
	struct qx_text examples[CARDINALITY_EXAMPLES];
	size_t counts[CARDINALITY_EXAMPLES];
};

struct cardinality {
	struct label_values *labels; /* the one with most values first */
	size_t n;
};

/* Texts are the family's. To be freed. */
struct cardinality cardinality_of(const struct family *family);
void cardinality_free(struct cardinality *cardinality);

#endif
