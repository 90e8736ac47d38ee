/* SPDX-License-Identifier: MIT */
/* namer.c: see namer.h. */
#include "namer.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifdef QC_WRAP

/* A program that has the recorder in itself has no library that the plug-in could lie beside, and a
 * static one cannot load any. */
static bool open_plug_in(struct qc_namer *namer)
{
	(void)namer;
	return false;
}

#else

#define PLUG_IN "libquipu-contend-names.so"

typedef struct qc_names *open_function(const char *debug_path);

/* Beside the file that this function is in; never searched for elsewhere. */
static void *load(void)
{
	char path[PATH_MAX];
	const char *slash;
	Dl_info own;
	int n;

	if (!dladdr(__extension__(void *) load, &own) || !own.dli_fname)
		return NULL;
	slash = strrchr(own.dli_fname, '/');
	if (!slash)
		return NULL;
	n = snprintf(path, sizeof path, "%.*s/" PLUG_IN, (int)(slash - own.dli_fname),
		     own.dli_fname);
	if (n >= (int)sizeof path || access(path, R_OK) != 0)
		return NULL;
	return dlopen(path, RTLD_NOW | RTLD_LOCAL);
}

/* ISO C has no way from an object's pointer to a function's but through memory. */
static bool find(void *plug_in, const char *name, void *function)
{
	void *symbol = dlsym(plug_in, name);

	memcpy(function, &symbol, sizeof symbol);
	return symbol != NULL;
}

/* It stays loaded: libraries that it brought may not like to go. */
static bool open_plug_in(struct qc_namer *namer)
{
	void *plug_in = load();
	open_function *open;

	if (!plug_in || !find(plug_in, "qc_names_open", &open) ||
	    !find(plug_in, "qc_names_close", &namer->close) ||
	    !find(plug_in, "qc_names_of", &namer->of))
		return false;
	namer->is_wrapper = qc_name_is_wrapper;
	namer->names = open(NULL);
	return namer->names != NULL;
}

#endif

bool qc_namer_open(struct qc_namer *namer)
{
	if (open_plug_in(namer))
		return true;
	*namer = (struct qc_namer){ qc_names_open(NULL), qc_names_close, qc_names_of,
				    qc_name_is_wrapper };
	return namer->names != NULL;
}

void qc_namer_close(struct qc_namer *namer)
{
	namer->close(namer->names);
}
