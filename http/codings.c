/* SPDX-License-Identifier: MIT */
/* codings.c: the content codings that this library was built with (coding.h). */
#include "accept_encoding.h"
#include "coding.h"

#include <string.h>

/* X(name) for each, the one to prefer first; CMake writes it. */
#define X(name) extern const struct qp_coding qp_coding_##name;
#include <quipu_codings.def>
#undef X

static const struct qp_coding *const codings[] = {
#define X(name) &qp_coding_##name,
#include <quipu_codings.def>
#undef X
	NULL
};

static const char *const names[] = {
#define X(name) #name,
#include <quipu_codings.def>
#undef X
	NULL
};

const struct qp_coding *qp_coding_choose(const struct qp_words *fields, size_t n)
{
	const char *name = qp_encoding_choose(fields, n, names);
	size_t i = 0;

	while (name && codings[i] && strcmp(codings[i]->name, name) != 0)
		i++;
	return name ? codings[i] : NULL;
}
