/* SPDX-License-Identifier: MIT */
/* say_json.h: JSON, piece by piece, onto a stream; commas come by themselves. */
#ifndef CONTEND_SAY_JSON_H
#define CONTEND_SAY_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* { out } is at the beginning. */
struct say_json {
	FILE *out;
	bool more; /* something came before in this object or array */
};

/* name: of the member, NULL in an array. */
void say_open(struct say_json *json, const char *name, char bracket);
void say_close(struct say_json *json, char bracket);
void say_whole(struct say_json *json, const char *name, uint64_t value);
void say_real(struct say_json *json, const char *name, double value, int places);
void say_bool(struct say_json *json, const char *name, bool value);
void say_null(struct say_json *json, const char *name);

/* NULL: null. Bytes that are no UTF-8 become U+FFFD. */
void say_string(struct say_json *json, const char *name, const char *string);

/* Before the next element: on a line of its own. */
void say_line(struct say_json *json);

#endif
