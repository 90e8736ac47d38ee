/* SPDX-License-Identifier: MIT */
/*
 * handle.h: from a series to the small value that programs keep, and back.
 */
#ifndef QP_HANDLE_H
#define QP_HANDLE_H

#include "base/cell.h"
#include "family.h"
#include "shard.h"

static inline uint64_t *qp_shared_cell(uint32_t offset)
{
	return (uint64_t *)(void *)(qp_shard_overflow() + offset);
}

/* Only from what stays with the series: its family may be gone already. */
#define QP_PLAIN_HANDLE(kind)                                                                      \
	static inline quipu_##kind qp_##kind##_of(const struct qp_series *series)                  \
	{                                                                                          \
		return (quipu_##kind){ series->owner.offset };                                     \
	}
QP_PLAIN_HANDLE(counter)
QP_PLAIN_HANDLE(float_counter)
QP_PLAIN_HANDLE(updown)
QP_PLAIN_HANDLE(info)

static inline quipu_gauge qp_gauge_of(const struct qp_series *series)
{
	return (quipu_gauge){ qp_shared_cell(series->owner.offset) };
}

static inline quipu_stateset qp_stateset_of(const struct qp_series *series)
{
	return (quipu_stateset){ qp_shared_cell(series->owner.offset), series->n_states };
}

static inline quipu_histogram qp_histogram_of(const struct qp_series *series)
{
	return (quipu_histogram){ qp_layout_inline(series->layout, qp_cell_whole),
				  series->owner.offset, series->layout->id };
}

/* The offset in a handle that is a pointer into the overflow shard; 0 for a sink. */
static inline uint32_t qp_shared_offset(const uint64_t *cell)
{
	return cell ? (uint32_t)((const char *)cell - qp_shard_overflow()) : 0;
}

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
