/* SPDX-License-Identifier: MIT */
/* web_yaml.c: see web_yaml.h. */
#include "web_yaml.h"

#include "web_values.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS_MAX QP_WEB_USERS_MAX /* of a mapping, so that finding doubles stays cheap */

/* --- refusing ---------------------------------------------------------------------------- */

/* Texts end in logs and on terminals. */
static void make_printable(char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
	}
}

static bool refuse_at(struct qp_yaml *yaml, const yaml_mark_t *mark, const char *format,
		      va_list args)
{
	struct qp_web_error *error = yaml->error;

	error->code = QUIPU_EOPTION;
	error->line = mark->line + 1;
	error->column = mark->column + 1;
	vsnprintf(error->text, sizeof(error->text), format, args);
	make_printable(error->text);
	return false;
}

bool qp_yaml_refuse(struct qp_yaml *yaml, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	refuse_at(yaml, &yaml->event.start_mark, format, args);
	va_end(args);
	return false;
}

/* A scalar's. */
bool qp_yaml_refuse_value(struct qp_yaml *yaml, const char *key, const char *why)
{
	return qp_yaml_refuse(yaml, "%.64s: \"%.64s\" %s", key,
			      (const char *)yaml->event.data.scalar.value, why);
}

bool qp_yaml_no_memory(struct qp_yaml *yaml)
{
	*yaml->error = (struct qp_web_error){ .code = QUIPU_ENOMEM, .text = "out of memory" };
	return false;
}

/* The parser's own words; its mark is of the place, but where the bytes are no text at all. */
static bool not_yaml(struct qp_yaml *yaml)
{
	const yaml_parser_t *parser = &yaml->parser;

	if (parser->error == YAML_MEMORY_ERROR)
		return qp_yaml_no_memory(yaml);
	yaml->event.start_mark =
		parser->error == YAML_READER_ERROR ? parser->mark : parser->problem_mark;
	return qp_yaml_refuse(yaml, "not YAML: %s",
			      parser->problem ? parser->problem : "it cannot be read");
}

/* --- events ------------------------------------------------------------------------------- */

static bool decorated(const yaml_char_t *anchor, const yaml_char_t *tag)
{
	return anchor || tag;
}

static bool next(struct qp_yaml *yaml)
{
	const yaml_event_t *event = &yaml->event;
	bool extra = false;

	yaml_event_delete(&yaml->event);
	if (!yaml_parser_parse(&yaml->parser, &yaml->event))
		return not_yaml(yaml);
	if (event->type == YAML_SCALAR_EVENT)
		extra = decorated(event->data.scalar.anchor, event->data.scalar.tag);
	else if (event->type == YAML_MAPPING_START_EVENT)
		extra = decorated(event->data.mapping_start.anchor, event->data.mapping_start.tag);
	else if (event->type == YAML_SEQUENCE_START_EVENT)
		extra = decorated(event->data.sequence_start.anchor,
				  event->data.sequence_start.tag);
	if (extra || event->type == YAML_ALIAS_EVENT)
		return qp_yaml_refuse(yaml, "anchors, aliases and tags are not supported");
	return true;
}

bool qp_yaml_is_null(const struct qp_yaml *yaml)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL" };

	if (yaml->event.type != YAML_SCALAR_EVENT ||
	    yaml->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return false;
	for (size_t i = 0; i < sizeof(nulls) / sizeof(nulls[0]); i++) {
		if (strcmp((const char *)yaml->event.data.scalar.value, nulls[i]) == 0)
			return true;
	}
	return false;
}

const char *qp_yaml_scalar(struct qp_yaml *yaml, const char *key)
{
	const char *text = (const char *)yaml->event.data.scalar.value;

	if (yaml->event.type != YAML_SCALAR_EVENT) {
		qp_yaml_refuse(yaml, "%.64s must be a single value", key);
		return NULL;
	}
	if (strlen(text) != yaml->event.data.scalar.length) {
		qp_yaml_refuse(yaml, "%.64s has a byte of 0", key);
		return NULL;
	}
	return text;
}

bool qp_yaml_string(struct qp_yaml *yaml, const char *key, char **to)
{
	const char *text = qp_yaml_scalar(yaml, key);

	if (!text)
		return false;
	if (qp_yaml_is_null(yaml))
		return true;
	*to = strdup(text);
	return *to || qp_yaml_no_memory(yaml);
}

bool qp_yaml_bool(struct qp_yaml *yaml, const char *key, bool *value)
{
	const char *text = qp_yaml_scalar(yaml, key);

	if (!text)
		return false;
	return qp_web_bool(text, value) ||
	       qp_yaml_refuse_value(yaml, key, "is neither true nor false");
}

/* --- structure --------------------------------------------------------------------------- */

struct keys {
	char *names[KEYS_MAX];
	size_t n;
};

static void free_keys(struct keys *keys)
{
	for (size_t i = 0; i < keys->n; i++)
		free(keys->names[i]);
	free(keys);
}

/* The key that is looked at, kept; NULL: refused. */
static const char *take_key(struct qp_yaml *yaml, struct keys *keys, const char *of)
{
	const char *name = qp_yaml_scalar(yaml, "a key");

	if (!name)
		return NULL;
	for (size_t i = 0; i < keys->n; i++) {
		if (strcmp(keys->names[i], name) == 0) {
			qp_yaml_refuse(yaml, "%.64s is there twice", name);
			return NULL;
		}
	}
	if (keys->n == KEYS_MAX) {
		qp_yaml_refuse(yaml, "%.64s has more than %d entries", of, KEYS_MAX);
		return NULL;
	}
	yaml->key_mark = yaml->event.start_mark;
	keys->names[keys->n] = strdup(name);
	if (!keys->names[keys->n]) {
		qp_yaml_no_memory(yaml);
		return NULL;
	}
	return keys->names[keys->n++];
}

static bool read_entries(struct qp_yaml *yaml, const char *of, struct keys *keys,
			 qp_yaml_reader *reader)
{
	while (next(yaml)) {
		const char *key;

		if (yaml->event.type == YAML_MAPPING_END_EVENT)
			return true;
		key = take_key(yaml, keys, of);
		if (!key || !next(yaml) || !reader(yaml, key))
			return false;
	}
	return false;
}

bool qp_yaml_mapping(struct qp_yaml *yaml, const char *key, qp_yaml_reader *reader)
{
	const char *outer = yaml->section;
	struct keys *keys;
	bool good;

	if (qp_yaml_is_null(yaml))
		return true;
	if (yaml->event.type != YAML_MAPPING_START_EVENT)
		return qp_yaml_refuse(yaml, "%.64s must be a mapping (key: value)", key);
	keys = malloc(sizeof(*keys));
	if (!keys)
		return qp_yaml_no_memory(yaml);
	keys->n = 0;
	yaml->section = key;
	good = read_entries(yaml, key, keys, reader);
	yaml->section = outer;
	free_keys(keys);
	return good;
}

bool qp_yaml_sequence(struct qp_yaml *yaml, const char *key, qp_yaml_reader *reader)
{
	if (qp_yaml_is_null(yaml))
		return true;
	if (yaml->event.type != YAML_SEQUENCE_START_EVENT)
		return qp_yaml_refuse(yaml, "%.64s must be a list", key);
	while (next(yaml)) {
		if (yaml->event.type == YAML_SEQUENCE_END_EVENT)
			return true;
		if (!reader(yaml, key))
			return false;
	}
	return false;
}

bool qp_yaml_key(struct qp_yaml *yaml, const char *name, const struct qp_yaml_key *keys, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(keys[i].name, name) != 0)
			continue;
		if (keys[i].reader)
			return keys[i].reader(yaml, name);
		yaml->event.start_mark = yaml->key_mark;
		return qp_yaml_refuse(yaml, "%s is not supported", name);
	}
	yaml->event.start_mark = yaml->key_mark;
	return qp_yaml_refuse(yaml, "unknown key %.64s in %.64s", name, yaml->section);
}

static bool at_end(struct qp_yaml *yaml)
{
	if (!next(yaml))
		return false;
	return yaml->event.type == YAML_STREAM_END_EVENT ||
	       qp_yaml_refuse(yaml, "a second document");
}

/* An empty file is a document of nothing. */
static bool read_document(struct qp_yaml *yaml, qp_yaml_reader *reader)
{
	if (!next(yaml) || !next(yaml)) /* the stream's start, the document's */
		return false;
	if (yaml->event.type == YAML_STREAM_END_EVENT)
		return true;
	return next(yaml) && reader(yaml, "the file") && next(yaml) && at_end(yaml);
}

bool qp_yaml_read(struct qp_yaml *yaml, const char *bytes, size_t len, qp_yaml_reader *reader)
{
	bool good;

	memset(&yaml->event, 0, sizeof(yaml->event));
	yaml->section = "";
	if (!yaml_parser_initialize(&yaml->parser))
		return qp_yaml_no_memory(yaml);
	yaml_parser_set_input_string(&yaml->parser, (const unsigned char *)bytes, len);
	good = read_document(yaml, reader);
	yaml_event_delete(&yaml->event);
	yaml_parser_delete(&yaml->parser);
	return good;
}
