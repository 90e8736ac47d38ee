/* SPDX-License-Identifier: MIT */
/* resident.c: see resident.h. */
#include "resident.h"

#include "common.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Without stdio, whose buffer would be a part of what is measured. */
double bench_resident(void)
{
	int fd = open("/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC);
	char text[4096];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	const char *at;

	if (fd >= 0)
		close(fd);
	if (n < 0)
		bench_lack("the kernel does not tell /proc/self/smaps_rollup");
	text[n] = '\0';
	at = strstr(text, "\nRss:");
	if (!at)
		bench_fail("no Rss in /proc/self/smaps_rollup");
	return strtod(at + 5, NULL) * 1024;
}
