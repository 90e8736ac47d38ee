/* SPDX-License-Identifier: MIT */
/* pressure.c: see pressure.h. */
#include "pressure.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define GROUPS "/sys/fs/cgroup"
#define GROUP_CHARS 512

/* The total of the line that begins so, microseconds there. */
static bool total(const char *text, const char *line, uint64_t *ns)
{
	const char *at = strstr(text, line);
	uint64_t us;

	if (!at || (at != text && at[-1] != '\n'))
		return false;
	at = strstr(at, "total=");
	if (!at || sscanf(at, "total=%" SCNu64, &us) != 1)
		return false;
	*ns = us * 1000;
	return true;
}

/* Older kernels have no line of all tasks for the processor. */
bool qc_pressure_parse(const char *text, struct qc_pressure *pressure)
{
	pressure->full_ns = 0;
	if (!total(text, "some ", &pressure->some_ns))
		return false;
	total(text, "full ", &pressure->full_ns);
	return true;
}

static bool read_file(const char *path, struct qc_pressure *pressure)
{
	FILE *file = fopen(path, "re");
	char text[512];
	size_t len;

	if (!file)
		return false;
	len = fread(text, 1, sizeof text - 1, file);
	fclose(file);
	text[len] = '\0';
	return qc_pressure_parse(text, pressure);
}

/* The folder of this process' group in the one tree of groups; "" where it is in none. */
static void find_group(char path[GROUP_CHARS])
{
	FILE *file = fopen("/proc/self/cgroup", "re");
	char line[GROUP_CHARS];

	path[0] = '\0';
	if (!file)
		return;
	while (fgets(line, sizeof line, file)) {
		if (strncmp(line, "0::", 3) != 0)
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(path, GROUP_CHARS, "%.*s", GROUP_CHARS - 1, line + 3);
	}
	fclose(file);
}

static bool read_group(struct qc_pressure *pressure)
{
	char group[GROUP_CHARS], path[GROUP_CHARS + sizeof GROUPS + sizeof "/cpu.pressure"];

	find_group(group);
	snprintf(path, sizeof path, GROUPS "%s/cpu.pressure", group);
	return group[0] && read_file(path, pressure);
}

void qc_pressure_read(struct qc_pressure *pressure)
{
	*pressure = (struct qc_pressure){ 0 };
	if (read_group(pressure))
		pressure->scope = "cgroup";
	else if (read_file("/proc/pressure/cpu", pressure))
		pressure->scope = "system";
}

void qc_pressure_less(struct qc_pressure *pressure, const struct qc_pressure *then)
{
	if (!pressure->scope || !then->scope || strcmp(pressure->scope, then->scope) != 0) {
		*pressure = (struct qc_pressure){ 0 };
		return;
	}
	pressure->some_ns -= then->some_ns;
	pressure->full_ns -= then->full_ns;
}
