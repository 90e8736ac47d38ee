/* SPDX-License-Identifier: MIT */
/*
 * web_yaml.h: a YAML document as mappings, sequences and scalars, each read by whoever knows what
 * it has to be. Every refusal says where, and names the key.
 *
 * Refused whatever they hold: anchors, aliases, tags, keys that are there twice, a second
 * document, scalars with a byte of 0.
 */
#ifndef QP_WEB_YAML_H
#define QP_WEB_YAML_H

#include "web_config.h"

#include <yaml.h>

struct qp_yaml {
	yaml_parser_t parser;
	yaml_event_t event;   /* the one that is looked at */
	yaml_mark_t key_mark; /* where its key is */
	struct qp_web_error *error;
	void *out; /* the readers' own */
	const char *section;
};

/* Reads one value, whose first event is looked at, up to its last; false: refused. */
typedef bool qp_yaml_reader(struct qp_yaml *yaml, const char *key);

/* Reads the whole document, whose outermost value is for this reader. */
bool qp_yaml_read(struct qp_yaml *yaml, const char *bytes, size_t len, qp_yaml_reader *reader);

/* A mapping: each value is for this reader. Nothing at all (null) is an empty one. */
bool qp_yaml_mapping(struct qp_yaml *yaml, const char *key, qp_yaml_reader *reader);

/* A mapping's entry whose key is one of a table's: read, or refused by its name. */
struct qp_yaml_key {
	const char *name;
	qp_yaml_reader *reader; /* NULL: known, but not supported here */
};
bool qp_yaml_key(struct qp_yaml *yaml, const char *name, const struct qp_yaml_key *keys, size_t n);

/* A sequence of scalars: each is for this reader. */
bool qp_yaml_sequence(struct qp_yaml *yaml, const char *key, qp_yaml_reader *reader);

/* The scalar that is looked at; NULL: refused. Valid until the next event. */
const char *qp_yaml_scalar(struct qp_yaml *yaml, const char *key);

/* Is it nothing: empty, ~ or null, without quotes? */
bool qp_yaml_is_null(const struct qp_yaml *yaml);

/* A copy of the scalar into *to, which is free to take it; null leaves it alone. */
bool qp_yaml_string(struct qp_yaml *yaml, const char *key, char **to);

bool qp_yaml_bool(struct qp_yaml *yaml, const char *key, bool *value);

/* Refuses what is looked at: false, and the text. */
bool qp_yaml_refuse(struct qp_yaml *yaml, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
bool qp_yaml_refuse_value(struct qp_yaml *yaml, const char *key, const char *why);
bool qp_yaml_no_memory(struct qp_yaml *yaml);

#endif
