/* SPDX-License-Identifier: MIT */
/* json.h: JSON, written value by value; commas come by themselves. */
#ifndef QC_JSON_H
#define QC_JSON_H

#include "text.h"

/* '{' or '[', and its end, '}' or ']'. */
void qc_json_open(struct qc_text *text, char bracket);
void qc_json_close(struct qc_text *text, char bracket);

/* A member's name; its value comes next. */
void qc_json_key(struct qc_text *text, const char *key);

/* A member. string: any bytes. */
void qc_json_string(struct qc_text *text, const char *key, const char *string);
void qc_json_number(struct qc_text *text, const char *key, uint64_t number);

/* An element. */
void qc_json_element(struct qc_text *text, uint64_t number);
void qc_json_element_string(struct qc_text *text, const char *any, size_t len);

/* A member's value. */
void qc_json_null(struct qc_text *text);

#endif
