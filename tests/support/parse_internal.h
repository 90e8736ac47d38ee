/* SPDX-License-Identifier: MIT */
/* parse_internal.h: what the files of the strict parser share. */
#ifndef QT_PARSE_INTERNAL_H
#define QT_PARSE_INTERNAL_H

#include "parse.h"

#include <stdarg.h>
#include <stdbool.h>

/* One parse: a cursor in one line, and where to put the first fault. */
struct qt_parser {
	struct qt_exposition *exposition;
	const char *at;	 /* next byte */
	const char *end; /* of the line, where the line feed is */
	size_t line;
	size_t family_capacity;
	size_t sample_capacity;
	char *error;
	size_t error_size;
};

/* Notes a fault at a line and returns false. */
bool qt_fault(struct qt_parser *parser, size_t line, const char *reason);

/* Memory that lives as long as the exposition. */
void *qt_take(struct qt_exposition *exposition, size_t size);

/* Grows an array to hold one more. */
void *qt_grow(void *array, size_t count, size_t *capacity, size_t size);

/* The whole text is an integer without needless zeros or sign. */
bool qt_integer(const char *text);

/* The whole text is a double as Go's shortest 'g' writes it. Wants the C locale. */
bool qt_canonical(const char *text);

/* name and labels sorted by name, empty values left out, as one string of *len bytes. */
char *qt_key(const char *name, const struct qt_label *labels, size_t n, size_t *len);

/* Sorts labels by name. */
void qt_sort_labels(struct qt_label *labels, size_t n);

/* What can only be seen when all lines were read; fills by_key. */
bool qt_check(struct qt_parser *parser);

#endif
