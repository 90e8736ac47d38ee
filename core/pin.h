/* SPDX-License-Identifier: MIT */
/*
 * pin.h: the series behind label values, found or made under the catalog lock and pinned, and
 * what is said when it cannot be.
 */
#ifndef QP_PIN_H
#define QP_PIN_H

#include "family.h"

#include <string.h>

/* C strings as strings with length; false where there are too many for any family. NULL stays
 * NULL, to be refused by qp_labels_check. */
static inline bool qp_strs(const char *const *values, size_t n, quipu_str *out)
{
	size_t i;

	if (n > QUIPU_MAX_LABELS)
		return false;
	for (i = 0; i < n; i++)
		out[i] = (quipu_str){ values[i], values[i] ? strlen(values[i]) : 0 };
	return true;
}

/* The series of a handle, found or made and pinned. No lock held; errors are noted in the
 * registry. NULL: give the sink. */
struct qp_series *qp_pin(const struct quipu_priv_family *cell, uint64_t generation,
			 const quipu_str *values, size_t n);
struct qp_series *qp_pin_at(const struct quipu_priv_family *cell, uint64_t generation,
			    const char *const *values, size_t n);
struct qp_series *qp_pin_with(const struct quipu_priv_family *cell, uint64_t generation,
			      const char *const *names, const char *const *values);
void qp_unpin(uint32_t offset);

/* The same for one record: where nothing can be made, the overflow series, pinned too. */
struct qp_series *qp_pin_to_record(const struct quipu_priv_family *cell, uint64_t generation,
				   const quipu_str *values, size_t n);

/* Notes an error of a handle's family: in its registry's status, and counted. */
void qp_note_bad_labels(const struct quipu_priv_family *cell, uint64_t generation,
			quipu_error error, size_t n);

/* Are the names those of the handle's family (or is it gone)? Takes the catalog lock. */
bool qp_names_fit(const struct quipu_priv_family *cell, uint64_t generation,
		  const char *const *names);

/* How many names a NULL-terminated list has, and whether they are the family's, in order. */
size_t qp_names_count(const char *const *names);
bool qp_names_match(const struct qp_family *family, const char *const *names);

#endif
