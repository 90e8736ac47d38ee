/* SPDX-License-Identifier: MIT */
/* json_parts.h: pieces of quipu's JSON that hang on a series. */
#ifndef QX_JSON_PARTS_H
#define QX_JSON_PARTS_H

#include "json.h"

/* Labels on their way; one list for all. */
struct qx_json_labels {
	struct qx_label *items;
	size_t n, capacity;
};

/* Notes a member that does not belong there, and passes its value. */
bool qx_json_unknown(struct qx_json *json, struct qx_text key, const char *what);

/* Sorted, without empty values. */
bool qx_json_read_labels(struct qx_json *json, struct qx_json_labels *list);

bool qx_json_exemplars(struct qx_json *json, struct qx_exemplar **list);

/* All but the count and the sum. *native is set also where something is wrong in it. */
bool qx_json_native(struct qx_json *json, struct qx_native **native);

#endif
