/* SPDX-License-Identifier: MIT */
/* readers.h: one reader for each format: from an exposition's input to its families. */
#ifndef QX_READERS_H
#define QX_READERS_H

#include "exposition.h"

void qx_read_text(struct qx_exposition *exposition);
void qx_read_openmetrics(struct qx_exposition *exposition);
void qx_read_openmetrics_2(struct qx_exposition *exposition);
void qx_read_protobuf(struct qx_exposition *exposition);
void qx_read_json(struct qx_exposition *exposition);

#endif
