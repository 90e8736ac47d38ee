/* SPDX-License-Identifier: MIT */
/*
 * json.h: JSON, pulled value by value.
 *
 * A reader asks for what should come next. After the first thing that is no JSON all calls
 * return false, and nothing more is noted: where the next value begins is not known.
 */
#ifndef QX_JSON_H
#define QX_JSON_H

#include "model.h"

struct qx_json {
	struct qx_exposition *exposition;
	const char *at, *end;
	unsigned depth;
	bool failed;
};

/* The first byte of the next value, 0 if there is none. */
char qx_json_peek(struct qx_json *json);

/* Enters an object or an array; false, and a finding, if something else comes next. */
bool qx_json_object(struct qx_json *json);
bool qx_json_array(struct qx_json *json);

/* Whether there is another member or element, and its key; leaves the object or array if not.
 * first: true before the first, kept by these. */
bool qx_json_member(struct qx_json *json, bool *first, struct qx_text *key);
bool qx_json_element(struct qx_json *json, bool *first);

bool qx_json_string(struct qx_json *json, struct qx_text *text);
bool qx_json_bool(struct qx_json *json, bool *value);

/* A number, or "NaN", "+Inf", "-Inf". */
bool qx_json_number(struct qx_json *json, struct qx_number *number);

/* Passes a value of any kind. */
bool qx_json_skip(struct qx_json *json);

/* Only blanks may be left. */
bool qx_json_end(struct qx_json *json);

size_t qx_json_offset(const struct qx_json *json);

__attribute__((format(printf, 2, 3))) bool qx_json_fail(struct qx_json *json, const char *format,
							...);

#endif
