/* SPDX-License-Identifier: MIT */
/*
 * protobuf.h: a strict reader of delimited MetricFamily messages, the tests' oracle. It shares
 * no code with the library: from tables of the messages' fields it makes the text that
 * `protoc --decode` makes of them, fields in the order of their numbers.
 */
#ifndef QT_PROTOBUF_H
#define QT_PROTOBUF_H

#include <stddef.h>
#include <stdint.h>

/*
 * The text of all families, to be freed; NULL if anything is wrong: a length that is not in its
 * shortest form or leads out of its message, a field that is not known or of the wrong type, a
 * single one that comes twice. *offset then is where.
 */
char *qt_protobuf_text(const char *data, size_t len, size_t *offset);

/* A message that is not delimited, by the name of its type: "MetricFamily", "Metric", … */
char *qt_protobuf_message(const char *type, const char *data, size_t len);

/* The length of the first delimited message, without its prefix, which *prefix bytes hold; 0 if
 * the data end before it does. */
size_t qt_protobuf_length(const char *data, size_t len, size_t *prefix);

#endif
