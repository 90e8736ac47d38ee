/* SPDX-License-Identifier: MIT */
/*
 * proc_stat.c: any bytes as the line of /proc/self/stat; and as a program's name in a line made of
 * numbers, which then are what is read.
 */
#include "demand.h"

#include "collect/proc.h"

#include <inttypes.h>

#define FIELDS 49 /* from the fourth to the last, as proc(5) counts to 52 */

static void check_any(const char *line)
{
	struct qp_proc_stat stat, again;

	memset(&stat, 0, sizeof(stat));
	memset(&again, 0, sizeof(again));
	if (qp_proc_parse_stat(line, &stat))
		demand(qp_proc_parse_stat(line, &again) && memcmp(&stat, &again, sizeof(stat)) == 0,
		       "another result the second time");
	if (!strchr(line, ')'))
		demand(!qp_proc_parse_stat(line, &stat), "a line without a name");
}

static void check_made(const char *name, struct bytes *bytes)
{
	char *line = exactly(NULL, strlen(name) + 32 + 21 * FIELDS);
	size_t n = (size_t)sprintf(line, "%u (%s) R", take(bytes), name);
	uint64_t field[4 + FIELDS];
	struct qp_proc_stat stat;

	for (size_t i = 4; i < 4 + FIELDS; i++) {
		field[i] = take_word(bytes) >> take_below(bytes, 64);
		n += (size_t)sprintf(line + n, " %" PRIu64, field[i]);
	}
	demand(qp_proc_parse_stat(line, &stat), "a good line");
	demand(stat.threads == field[20], "threads");
	demand(stat.start_ticks == field[22], "the start");
	demand(stat.virtual_bytes == field[23], "virtual memory");
	demand(stat.resident_pages == field[24], "resident memory");
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = { data, data + size };
	char *text = exactly(NULL, size + 1);

	memcpy(text, data, size);
	check_any(text);
	check_made(text, &bytes);
	free(text);
	return 0;
}
