/* SPDX-License-Identifier: MIT */
/*
 * text.h: text that grows: a label's value, a saved run.
 *
 * What goes in may be any bytes, as paths and commands are; what comes out is UTF-8, with U+FFFD
 * in the place of each byte that is not.
 */
#ifndef QC_TEXT_H
#define QC_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero: empty. */
struct qc_text {
	char *data; /* not ended by NUL; NULL as long as nothing was added */
	size_t len, room;
	bool failed; /* out of memory: nothing is added any more */
};

void qc_text_free(struct qc_text *text);

/* As it is. */
void qc_text_add(struct qc_text *text, const char *data, size_t len);
void qc_text_raw(struct qc_text *text, const char *data);
void qc_text_u64(struct qc_text *text, uint64_t number);

/* At most max bytes of any, as UTF-8; what does not fit ends in "…". */
void qc_text_utf8(struct qc_text *text, const char *any, size_t len, size_t max);

/* A string of JSON, quotes and all. */
void qc_text_json(struct qc_text *text, const char *any, size_t len);

/* Adds the NUL; the string is the caller's. NULL: out of memory. */
char *qc_text_string(struct qc_text *text);

#endif
