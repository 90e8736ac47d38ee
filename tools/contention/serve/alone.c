/* SPDX-License-Identifier: MIT */
/* alone.c: see alone.h. */
#include "alone.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STATUS_SIZE 4096

static bool read_status(char text[STATUS_SIZE])
{
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, STATUS_SIZE - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* The first thread stays in the list when it has ended, a zombie, until the process does. */
bool qc_is_alone(unsigned own)
{
	char text[STATUS_SIZE];
	const char *threads;

	if (!read_status(text) || !strstr(text, "\nState:\tZ"))
		return false;
	threads = strstr(text, "\nThreads:\t");
	return threads && strtoul(threads + strlen("\nThreads:\t"), NULL, 10) == own + 1;
}
