/* SPDX-License-Identifier: MIT */
/* process.c: see process.h. */
#include "process.h"

#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_COMMAND 8192 /* bytes of a command that are told */

/* Words, each ended by NUL; the last one may be cut off. */
static void print_words(struct qc_text *text, const char *words, size_t len)
{
	const char *end = words + len;
	size_t n;

	while (words < end) {
		n = strnlen(words, (size_t)(end - words));
		qc_json_element_string(text, words, n);
		words += n + 1;
	}
}

static void print_command(struct qc_text *text)
{
	FILE *file = fopen("/proc/thread-self/cmdline", "re");
	char *words = malloc(MAX_COMMAND); /* the stack may be that of a signal handler */

	qc_json_key(text, "command");
	qc_json_open(text, '[');
	if (file && words)
		print_words(text, words, fread(words, 1, MAX_COMMAND, file));
	qc_json_close(text, ']');
	free(words);
	if (file)
		fclose(file);
}

static void print_executable(struct qc_text *text)
{
	char path[1024];
	ssize_t len = readlink("/proc/thread-self/exe", path, sizeof path);

	qc_json_key(text, "executable");
	qc_text_json(text, path, len > 0 ? (size_t)len : 0);
}

void qc_process_print(struct qc_text *text)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	print_command(text);
	print_executable(text);
	qc_json_number(text, "pid", (uint64_t)getpid());
	qc_json_number(text, "parent", (uint64_t)getppid());
	qc_json_number(text, "processors", processors > 0 ? (uint64_t)processors : 0);
}
