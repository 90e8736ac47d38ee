/* SPDX-License-Identifier: MIT */
/* wrapped.c: what a program with the hooks linked into it does to be profiled: it switches them on,
 * and saves where QUIPU_CONTEND_SAVE says when it ends, as the preloaded library would. */
#include <quipu/contend.h>
#include <quipu/quipu.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void save(void)
{
	char path[4096];
	const char *folder = getenv("QUIPU_CONTEND_SAVE");

	snprintf(path, sizeof(path), "%s/%d-0.json", folder ? folder : ".", (int)getpid());
	if (folder && *folder && quipu_contend_save(path))
		fprintf(stderr, "%s cannot be written\n", path);
}

__attribute__((constructor)) static void start(void)
{
	quipu_error error = quipu_contend_start(quipu_default_registry(), NULL);

	if (error)
		fprintf(stderr, "quipu_contend_start: %s\n", quipu_strerror(error));
	atexit(save);
}
