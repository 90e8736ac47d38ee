/* SPDX-License-Identifier: MIT */
/* contention.c: see contention.h. */
#include "contention.h"

#include <dlfcn.h>
#include <string.h>

struct quipu_contend_opts;
typedef quipu_error (*contend_start)(quipu_registry *registry,
				     const struct quipu_contend_opts *opts);

const char *contention_start(quipu_registry *registry)
{
	void *found = dlsym(RTLD_DEFAULT, "quipu_contend_start");
	contend_start start;
	quipu_error error;

	if (!found)
		return "libquipu-contend.so is not there: it has to be in LD_PRELOAD";
	memcpy(&start, &found, sizeof start);
	error = start(registry, NULL);
	return error ? quipu_strerror(error) : NULL;
}
