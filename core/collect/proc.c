/* SPDX-License-Identifier: MIT */
/* proc.c: see proc.h. */
#include "proc.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define STAT_CHARS 2048
#define FD_FOLDER "/proc/self/fd"

/* Fields of stat, numbered as proc(5) does; the first behind the name is 3. */
enum { FIRST = 3, THREADS = 20, START_TICKS = 22, VIRTUAL_BYTES = 23, RESIDENT_PAGES = 24 };

/* The program's name may have spaces, parentheses and line feeds in it: the last one counts. */
bool qp_proc_parse_stat(const char *line, struct qp_proc_stat *stat)
{
	const char *at = strrchr(line, ')');
	uint64_t field[RESIDENT_PAGES + 1];
	int i;

	for (i = FIRST; i <= RESIDENT_PAGES; i++) {
		at = at ? strchr(at, ' ') : NULL;
		if (!at)
			return false;
		field[i] = strtoull(++at, NULL, 10);
	}
	stat->threads = field[THREADS];
	stat->start_ticks = field[START_TICKS];
	stat->virtual_bytes = field[VIRTUAL_BYTES];
	stat->resident_pages = field[RESIDENT_PAGES];
	return true;
}

bool qp_proc_stat(struct qp_proc_stat *stat)
{
	FILE *file = fopen("/proc/self/stat", "re");
	char text[STAT_CHARS];
	size_t len;

	if (!file)
		return false;
	len = fread(text, 1, sizeof text - 1, file);
	fclose(file);
	text[len] = '\0';
	return qp_proc_parse_stat(text, stat);
}

bool qp_proc_boot_seconds(uint64_t *seconds)
{
	FILE *file = fopen("/proc/stat", "re");
	char part[256]; /* some lines are longer, but of digits and spaces only */
	bool found = false;

	if (!file)
		return false;
	while (!found && fgets(part, sizeof part, file))
		found = strncmp(part, "btime ", 6) == 0;
	fclose(file);
	if (found)
		*seconds = strtoull(part + 6, NULL, 10);
	return found;
}

bool qp_proc_count_fds(uint64_t *n)
{
	DIR *folder = opendir(FD_FOLDER);
	const struct dirent *entry;

	if (!folder)
		return false;
	for (*n = 0; (entry = readdir(folder));)
		*n += entry->d_name[0] != '.';
	closedir(folder);
	--*n; /* the folder's own */
	return true;
}

bool qp_proc_open_fds(uint64_t *n)
{
	struct stat folder;

	if (stat(FD_FOLDER, &folder) != 0)
		return false;
	*n = (uint64_t)folder.st_size;
	return *n > 0 || qp_proc_count_fds(n);
}
