/* SPDX-License-Identifier: MIT */
/* files.c: see files.h. */
#include "files.h"

#include <sys/resource.h>

/* What the rest of the process has open: the responder's connections, and what libraries need. */
#define OTHERS 128

bool files_suffice(size_t connections, size_t *most)
{
	size_t wanted = connections + OTHERS;
	struct rlimit limit;

	*most = 0;
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return true; /* opening one will tell */
	*most = limit.rlim_max > OTHERS ? (size_t)limit.rlim_max - OTHERS : 0;
	if (limit.rlim_cur >= wanted)
		return true;
	if (limit.rlim_max < wanted)
		return false;
	limit.rlim_cur = wanted;
	return !setrlimit(RLIMIT_NOFILE, &limit);
}
