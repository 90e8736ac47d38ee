/* SPDX-License-Identifier: MIT */
/*
 * names.h: which function and line an address in an object is, asked of its debug information,
 * or of its symbols where it has none; found by its build-id where the file itself has changed
 * or was stripped.
 *
 * Threads: one at a time for one qc_names. Reads files, allocates. Never from a hook.
 */
#ifndef QC_NAMES_H
#define QC_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct qc_names;

/* One function at an address; several where calls were inlined, the innermost first. Strings live
 * as long as the qc_names. */
struct qc_name {
	const char *function; /* demangled; NULL: not known */
	const char *file;     /* as the compiler was given it; NULL: not known */
	unsigned line;	      /* 0: not known */
};

#define QC_MAX_INLINED 16

/* NULL: out of memory. debug_path: further folders to look for debug files in, separated by ':';
 * NULL: none but the system's. */
struct qc_names *qc_names_open(const char *debug_path);
void qc_names_close(struct qc_names *names);

/*
 * The names of the call that returns to offset in the object (profile.h); how many, 0 if nothing
 * is known. build_id: hexadecimal, "" where it has none; a file with another one is not asked,
 * but a debug file with this one is. *why (may be NULL): why no line is known, naming the culprit;
 * NULL: one is. It lives as long as the qc_names.
 *
 * Debug files are looked for on this machine alone, never in the network (debuginfod). Answers are
 * kept: asking again costs a look-up. No file stays open from one call to the next.
 */
size_t qc_names_of(struct qc_names *names, const char *path, const char *build_id, uint64_t offset,
		   struct qc_name out[QC_MAX_INLINED], const char **why);

/* Whether a function is but the way to a lock: std::mutex::lock, mtx_lock, __gthread_mutex_lock …
 * What waits is who calls it. */
bool qc_name_is_wrapper(const struct qc_name *name);

/* Of n names, the innermost first (of one frame of a site, or of all of them one after the other),
 * the one to show: the first that is no wrapper, and the last if all are. NULL: n is 0. */
const struct qc_name *qc_names_pick(const struct qc_name *names, size_t n);

#endif
