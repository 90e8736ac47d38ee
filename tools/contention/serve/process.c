/* SPDX-License-Identifier: MIT */
/* process.c: see process.h. */
#include "process.h"

#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_COMMAND 8192 /* bytes of a command that are told */

static char *words; /* of the command, each ended by NUL; the last one may be cut off */
static size_t words_len;
static char executable[1024];
static size_t executable_len;

static void look_at_command(void)
{
	FILE *file = fopen("/proc/self/cmdline", "re");

	if (!file)
		return;
	words = malloc(MAX_COMMAND);
	if (words)
		words_len = fread(words, 1, MAX_COMMAND, file);
	fclose(file);
}

void qc_process_look(void)
{
	ssize_t len = readlink("/proc/self/exe", executable, sizeof executable);

	executable_len = len > 0 ? (size_t)len : 0;
	look_at_command();
}

static void print_command(struct qc_text *text)
{
	size_t at = 0, n;

	qc_json_key(text, "command");
	qc_json_open(text, '[');
	while (at < words_len) {
		n = strnlen(words + at, words_len - at);
		qc_json_element_string(text, words + at, n);
		at += n + 1;
	}
	qc_json_close(text, ']');
}

void qc_process_print(struct qc_text *text)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	print_command(text);
	qc_json_key(text, "executable");
	qc_text_json(text, executable, executable_len);
	qc_json_number(text, "pid", (uint64_t)getpid());
	qc_json_number(text, "parent", (uint64_t)getppid());
	qc_json_number(text, "processors", processors > 0 ? (uint64_t)processors : 0);
}
