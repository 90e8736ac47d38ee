/* SPDX-License-Identifier: MIT */
/*
 * roles.h: what samples are called: a family's name and a suffix that depends on type and format.
 */
#ifndef QX_ROLES_H
#define QX_ROLES_H

#include "model.h"

struct qx_suffix {
	enum qx_type type;
	const char *suffix;
	enum qx_role role;
};

/* The suffixes of a format's text lines, ending in one with suffix NULL. */
const struct qx_suffix *qx_suffixes(enum qx_format format);

/* The family that a sample of this name belongs to, and as what; current is tried first. NULL:
 * no family has such samples. */
struct qx_family *qx_family_of_sample(const struct qx_exposition *exposition,
				      struct qx_family *current, struct qx_text sample,
				      enum qx_role *role);

/* The label that a role takes for itself: "le", "quantile", the stateset's name, or none. */
struct qx_text qx_own_label(const struct qx_family *family, enum qx_role role);

/* Words of TYPE lines. */
bool qx_type_find(struct qx_text word, bool openmetrics, enum qx_type *type);

#endif
