/* SPDX-License-Identifier: MIT */
/*
 * names.h: the names that have series of their own, so many and no more; all others are "other".
 *
 * Writers:  under the kit lock (lock.h); names only come.
 * Readers:  anybody, without a lock.
 * Publication: a name is complete before its slot points to it; the table is full only after
 *           that.
 * Reclamation: with the kit, when nobody uses it any more.
 */
#ifndef QP_LLM_NAMES_H
#define QP_LLM_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest name; what is longer is "other". */
#define QP_LLM_NAME_MAX 256

struct qp_llm_name {
	uint32_t hash;
	uint32_t index; /* below most; "other" has most */
	size_t len;
	char text[];
};

struct qp_llm_names {
	uint32_t most;
	uint32_t n;		    /* of those in slots. Kit lock */
	bool full;		    /* atomic: no more will come */
	uint32_t mask;		    /* of slots, of which at least half are empty */
	struct qp_llm_name **slots; /* atomic */
	struct qp_llm_name *other;
};

/* Room for the names that are listed up to a NULL, and no others; or, where only is NULL, for the
 * first so many that are asked for. False: out of memory; close it all the same. */
bool qp_llm_names_open(struct qp_llm_names *names, const char *const *only, uint32_t most);
void qp_llm_names_close(struct qp_llm_names *names);

/* The name that text goes by. NULL: out of memory, or text is NULL. */
const struct qp_llm_name *qp_llm_names_get(struct qp_llm_names *names, const char *text);

#endif
