/* SPDX-License-Identifier: MIT */
/* json.c: see json.h. */
#include "json.h"

#include <string.h>

/* A value that comes after another one, not after its name and not first. */
static void separate(struct qc_text *text)
{
	char last = '\0';

	if (text->len > 0)
		last = text->data[text->len - 1];
	if (last != '\0' && !strchr("{[ ", last))
		qc_text_raw(text, ", ");
}

void qc_json_open(struct qc_text *text, char bracket)
{
	separate(text);
	qc_text_add(text, &bracket, 1);
}

void qc_json_close(struct qc_text *text, char bracket)
{
	qc_text_add(text, &bracket, 1);
}

void qc_json_key(struct qc_text *text, const char *key)
{
	separate(text);
	qc_text_json(text, key, strlen(key));
	qc_text_raw(text, ": ");
}

void qc_json_string(struct qc_text *text, const char *key, const char *string)
{
	qc_json_key(text, key);
	qc_text_json(text, string, strlen(string));
}

void qc_json_number(struct qc_text *text, const char *key, uint64_t number)
{
	qc_json_key(text, key);
	qc_text_u64(text, number);
}

void qc_json_element(struct qc_text *text, uint64_t number)
{
	separate(text);
	qc_text_u64(text, number);
}

void qc_json_element_string(struct qc_text *text, const char *any, size_t len)
{
	separate(text);
	qc_text_json(text, any, len);
}

void qc_json_null(struct qc_text *text)
{
	qc_text_raw(text, "null");
}
