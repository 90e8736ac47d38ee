/* SPDX-License-Identifier: MIT */
/* saved_read.h: how the parts of a saved run are read; between saved_*.c. */
#ifndef CONTEND_SAVED_READ_H
#define CONTEND_SAVED_READ_H

#include "json.h"
#include "saved.h"

/* Each is false, and json failed, where something else comes next. */
bool saved_whole(struct qx_json *json, uint64_t *value);
bool saved_string(struct qx_json *json, const char **string);

/* True, and passed, where the next value is null. */
bool saved_null(struct qx_json *json);

/* A member that is a whole number. */
struct saved_number {
	const char *name;
	uint64_t *value;
};

/* Reads key into the number that it names; whatever is not among them is passed: a newer version
 * may have more to say. */
bool saved_numbers(struct qx_json *json, struct qx_text key, const struct saved_number *numbers,
		   size_t n);

/* The elements of an array, each by read into *items[0, *n), which is allocated in the arena. */
bool saved_list(struct qx_json *json, void **items, size_t *n, size_t size,
		bool (*read)(struct qx_json *json, void *item));

bool saved_outside(struct qx_json *json, struct saved_outside *outside);

/* A process with all its parts, as one element. */
bool saved_process(struct qx_json *json, struct saved_process *process);

#endif
