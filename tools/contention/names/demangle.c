/* SPDX-License-Identifier: MIT */
/*
 * demangle.c: the C++ library does it. The tool and the plug-in link it; inside a profiled program
 * it is there if the program, or a library it links, is C++.
 */
#include "demangle.h"

#include <stddef.h>
#include <string.h>

/* Part of the C++ ABI, which gives it no C header. */
__attribute__((weak)) char *__cxa_demangle(const char *mangled, char *output, size_t *length,
					   int *status);

char *qc_demangle(const char *name)
{
	int status;

	if (strncmp(name, "_Z", 2) != 0 || !__cxa_demangle)
		return NULL;
	return __cxa_demangle(name, NULL, NULL, &status);
}
