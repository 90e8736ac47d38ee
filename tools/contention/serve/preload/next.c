/* SPDX-License-Identifier: MIT */
/* next.c: see next.h. */
#include "next.h"

#include "../../atomic.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

static struct qc_next next;
static bool found;

/* ISO C has no way from an object's pointer to a function's but through memory. */
static void find(void *function, const char *name)
{
	void *symbol = dlsym(RTLD_NEXT, name);

	memcpy(function, &symbol, sizeof symbol);
}

static void find_all(void)
{
	find(&next._exit, "_exit");
	find(&next.abort, "abort");
	find(&next.execve, "execve");
	find(&next.execvpe, "execvpe");
	find(&next.execv, "execv");
	find(&next.execvp, "execvp");
	find(&next.fexecve, "fexecve");
	find(&next.execveat, "execveat");
	find(&next.pthread_create, "pthread_create");
	find(&next.thrd_create, "thrd_create");
}

const struct qc_next *qc_next(void)
{
	if (!qc_load_acquire(&found)) { /* acquire: all pointers */
		find_all();
		qc_store_release(&found, true); /* release: as above */
	}
	return &next;
}
