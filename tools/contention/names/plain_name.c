/* SPDX-License-Identifier: MIT */
/* plain_name.c: one walk over the name; what is in brackets is passed over. */
#include "plain_name.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static const char anonymous[] = "(anonymous namespace)";
static const char operator[] = "operator";

struct writer {
	char *to;
	size_t n, size;
	size_t component; /* where the last one begins: behind the last :: */
};

static void put(struct writer *writer, const char *text, size_t length)
{
	size_t room = writer->size - 1 - writer->n;

	if (length > room)
		length = room;
	memcpy(writer->to + writer->n, text, length);
	writer->n += length;
}

/* Behind the bracket that closes the one here, whatever is between them. */
static const char *behind_brackets(const char *at)
{
	unsigned depth = 0;

	for (; *at; at++) {
		if (strchr("([{<", *at))
			depth++;
		else if (strchr(")]}", *at) || (*at == '>' && at[-1] != '-'))
			depth--;
		if (depth == 0)
			return at + 1;
	}
	return at;
}

/* Namespaces by which a C++ library tells its own versions apart. */
static bool is_inline_namespace(const char *name, size_t length)
{
	return (length > 2 && memcmp(name, "__", 2) == 0 && isdigit((unsigned char)name[2])) ||
	       (length == 3 && memcmp(name, "_V2", 3) == 0) ||
	       (length > 4 && memcmp(name, "lts_", 4) == 0);
}

static void end_component(struct writer *writer)
{
	const char *name = writer->to + writer->component;

	if (is_inline_namespace(name, writer->n - writer->component))
		writer->n = writer->component;
	else
		put(writer, "::", 2);
	writer->component = writer->n;
}

/* What is called may have brackets in its name, and is then no longer looked at. */
static bool is_operator(const struct writer *writer, const char *at)
{
	const char *behind = at + sizeof(operator) - 1;

	return writer->n == writer->component && strncmp(at, operator, sizeof(operator) - 1) == 0 &&
	       !isalnum((unsigned char)*behind) && *behind != '_';
}

/* What comes behind the one here; NULL: the name has ended. */
static const char *step(struct writer *writer, const char *at)
{
	if (strncmp(at, anonymous, sizeof(anonymous) - 1) == 0) {
		put(writer, anonymous, sizeof(anonymous) - 1);
		return at + sizeof(anonymous) - 1;
	}
	if (is_operator(writer, at)) {
		put(writer, operator, sizeof(operator) - 1);
		return NULL;
	}
	if (strchr("<[{", *at))
		return behind_brackets(at);
	if (*at == '(') {
		at = behind_brackets(at);
		return strncmp(at, "::", 2) == 0 ? at : NULL;
	}
	if (*at == ' ') {
		writer->n = writer->component = 0;
		return at + 1;
	}
	if (strncmp(at, "::", 2) == 0) {
		end_component(writer);
		return at + 2;
	}
	put(writer, at, 1);
	return at + 1;
}

void qc_plain_name(const char *name, char *plain, size_t size)
{
	struct writer writer = { .to = plain, .size = size };

	while (name && *name && strncmp(name, " [", 2) != 0)
		name = step(&writer, name);
	plain[writer.n] = '\0';
}
