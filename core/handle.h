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
	return (quipu_stateset){ qp_shared_cell(series->owner.offset), (uint32_t)series->n_states };
}

static inline quipu_histogram qp_histogram_of(const struct qp_series *series)
{
	return (quipu_histogram){ qp_layout_inline(series->layout, qp_cell_whole),
				  series->owner.offset, series->layout->id };
}

static inline quipu_summary qp_summary_of(const struct qp_series *series)
{
	return (quipu_summary){ qp_histogram_of(series) };
}

/* The offset in a handle that is a pointer into the overflow shard; 0 for a sink. */
static inline uint32_t qp_shared_offset(const uint64_t *cell)
{
	return cell ? (uint32_t)((const char *)cell - qp_shard_overflow()) : 0;
}

#endif
