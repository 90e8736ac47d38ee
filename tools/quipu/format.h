/* SPDX-License-Identifier: MIT */
/* format.h: which formats there are, and which one some bytes are in. */
#ifndef QX_FORMAT_H
#define QX_FORMAT_H

#include "text.h"

/* name, media type, version parameter (NULL: none needed) */
#define QX_FORMATS(X)                                                                              \
	X(QX_TEXT, "text-0.0.4", "text/plain", "0.0.4")                                            \
	X(QX_TEXT_UTF8, "text-1.0.0", "text/plain", "1.0.0")                                       \
	X(QX_OPENMETRICS_0, "openmetrics-0.0.1", "application/openmetrics-text", "0.0.1")          \
	X(QX_OPENMETRICS, "openmetrics-1.0.0", "application/openmetrics-text", "1.0.0")            \
	X(QX_OPENMETRICS_2, "openmetrics-2.0.0", "application/openmetrics-text", "2.0.0")          \
	X(QX_PROTOBUF, "protobuf", "application/vnd.google.protobuf", NULL)                        \
	X(QX_JSON, "json", "application/json", NULL)

#define QX_FORMAT_ENUM(id, name, media, version) id,
enum qx_format { QX_FORMATS(QX_FORMAT_ENUM) QX_FORMAT_COUNT };
#undef QX_FORMAT_ENUM

const char *qx_format_name(enum qx_format format);

/* By name; "text" and "openmetrics" mean 0.0.4 and 1.0.0. False if there is none. */
bool qx_format_find(const char *name, enum qx_format *format);

/* By a Content-Type; a media type with an unknown version is that of its first format. */
bool qx_format_of_type(struct qx_text content_type, enum qx_format *format);

/* By the bytes themselves; text 0.0.4 where nothing speaks for another. */
enum qx_format qx_format_guess(const char *data, size_t len);

/* OpenMetrics in any version: its lines are strict and end in # EOF. */
bool qx_is_openmetrics(enum qx_format format);

#endif
