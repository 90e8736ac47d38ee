/* SPDX-License-Identifier: MIT */
/*
 * elements.h: the elements of a list like "text/plain; version=0.0.4; q=0.5, star/star", which
 * Accept and Accept-Encoding are. Commas and semicolons within quotes separate nothing. Pure;
 * nothing is refused: what makes no sense is left out.
 */
#ifndef QP_HTTP_ELEMENTS_H
#define QP_HTTP_ELEMENTS_H

#include "words.h"

#define QP_WEIGHT_ONE 1000000u

struct qp_element {
	struct qp_words value;	/* what is before the first semicolon */
	struct qp_words params; /* what is behind it */
	unsigned weight;	/* q in millionths; 0 where it says 0 or makes no sense */
};

struct qp_param {
	struct qp_words name;
	struct qp_words value; /* as it came, perhaps in quotes */
};

/* Takes the next one off the front; false where none is left. */
bool qp_element_next(struct qp_words *list, struct qp_element *element);
bool qp_param_next(struct qp_words *params, struct qp_param *param);

/* Is the parameter's value, without its quotes, exactly this? */
bool qp_param_says(const struct qp_param *param, const char *value);

#endif
