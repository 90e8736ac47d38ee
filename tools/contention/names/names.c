/* SPDX-License-Identifier: MIT */
/*
 * names.c: binaries that were asked of, and the answers: who shows a profile every second asks the
 * same again.
 */
#include "names.h"

#include "binary.h"

#include <stdlib.h>
#include <string.h>

#define N_LISTS 1024 /* a power of two */

struct answer {
	struct answer *next;
	const struct qc_binary *binary;
	uint64_t offset;
	const char *why;
	size_t n;
	struct qc_name name[];
};

struct qc_names {
	struct qc_pool pool;
	struct qc_folders folders;
	struct qc_binary *binaries;
	struct answer *answers[N_LISTS];
};

struct qc_names *qc_names_open(const char *debug_path)
{
	struct qc_names *names = calloc(1, sizeof(*names));

	if (names && !qc_folders_read(&names->folders, &names->pool, debug_path)) {
		qc_names_close(names);
		return NULL;
	}
	return names;
}

void qc_names_close(struct qc_names *names)
{
	if (!names)
		return;
	for (struct qc_binary *binary = names->binaries; binary; binary = binary->next)
		qc_binary_close(binary);
	qc_pool_free(&names->pool);
	free(names);
}

static struct qc_binary *find_binary(struct qc_names *names, const char *path, const char *build_id)
{
	struct qc_binary *binary = names->binaries;

	while (binary &&
	       (strcmp(binary->path, path) != 0 || strcmp(binary->build_id, build_id) != 0))
		binary = binary->next;
	if (binary)
		return binary;
	binary = qc_binary_open(&names->folders, &names->pool, path, build_id);
	if (binary) {
		binary->next = names->binaries;
		names->binaries = binary;
	}
	return binary;
}

static struct answer **list_of(struct qc_names *names, uint64_t offset)
{
	return &names->answers[(offset ^ offset >> 10) & (N_LISTS - 1)];
}

/* The call is before the address that it returns to, and may be the last thing in its function. */
static struct answer *answer_newly(struct qc_names *names, struct qc_binary *binary,
				   uint64_t offset)
{
	struct qc_name name[QC_MAX_INLINED];
	size_t n = qc_binary_of(binary, &names->pool, offset - 1, name);
	struct answer *answer = qc_pool_new(&names->pool, sizeof(*answer) + n * sizeof(*name));
	struct answer **list = list_of(names, offset);

	if (!answer)
		return NULL;
	answer->next = *list;
	answer->binary = binary;
	answer->offset = offset;
	if (n == 0 || name[0].line == 0)
		answer->why = binary->why ? binary->why : "no line is known of this address";
	answer->n = n;
	memcpy(answer->name, name, n * sizeof(*name));
	*list = answer;
	return answer;
}

static const struct answer *find_answer(struct qc_names *names, struct qc_binary *binary,
					uint64_t offset)
{
	const struct answer *answer = *list_of(names, offset);

	while (answer && (answer->binary != binary || answer->offset != offset))
		answer = answer->next;
	return answer ? answer : answer_newly(names, binary, offset);
}

size_t qc_names_of(struct qc_names *names, const char *path, const char *build_id, uint64_t offset,
		   struct qc_name out[QC_MAX_INLINED], const char **why)
{
	struct qc_binary *binary = find_binary(names, path, build_id);
	const struct answer *answer = binary ? find_answer(names, binary, offset) : NULL;

	if (why)
		*why = answer ? answer->why : "out of memory";
	if (!answer)
		return 0;
	memcpy(out, answer->name, answer->n * sizeof(*out));
	return answer->n;
}
