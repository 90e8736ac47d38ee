/* SPDX-License-Identifier: MIT */
/* keep.h: kept handles of a family that may not have been made, and whether all could be had. */
#ifndef QP_LLM_KEEP_H
#define QP_LLM_KEEP_H

#include <quipu/verbs.h>

#include <stdbool.h>

/* The handle; the sink where the family was not made, and else only with *ok = false. */
#define QP_LLM_KEEP(kind, part)                                                                    \
	static inline quipu_##kind qp_llm_keep_##kind(quipu_##kind##_family family, bool *ok,      \
						      const char *const *values, size_t n)         \
	{                                                                                          \
		quipu_##kind handle = quipu_##kind##_at(family, values, n);                        \
                                                                                                   \
		*ok = *ok && (handle.part || !family.family);                                      \
		return handle;                                                                     \
	}
QP_LLM_KEEP(counter, offset)
QP_LLM_KEEP(updown, offset)
QP_LLM_KEEP(histogram, offset)
QP_LLM_KEEP(stateset, cell)

#define QP_LLM_KEPT(kind, family, ok, ...)                                                         \
	qp_llm_keep_##kind((family), (ok), (const char *const[]){ __VA_ARGS__ },                   \
			   sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

/* One for each value of a closed set, the last label. */
#define QP_LLM_KEPT_EACH(kind, handles, family, ok, texts, ...)                                    \
	for (size_t i = 0; i < sizeof(handles) / sizeof((handles)[0]); i++)                        \
	(handles)[i] = QP_LLM_KEPT(kind, family, ok, __VA_ARGS__, (texts)[i])
#define QP_LLM_RELEASE_EACH(handles)                                                               \
	for (size_t i = 0; i < sizeof(handles) / sizeof((handles)[0]); i++)                        \
	quipu_release((handles)[i])

#endif
