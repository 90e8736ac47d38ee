/* SPDX-License-Identifier: MIT */
/*
 * real.c: see real.h.
 *
 * Each pointer begins as a stub that finds all functions and goes on with its own. dlsym allocates
 * nothing while it succeeds (in glibc since 2.34). With an older one an allocator may come here
 * from within, before there is a second thread: its locks are free then, and the stub says so.
 */
#include "real.h"

#ifndef QC_WRAP

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#ifdef __x86_64__
#define OF_ITS_VERSION(name) dlvsym(RTLD_NEXT, name, "GLIBC_2.3.2")
#else
#define OF_ITS_VERSION(name) dlsym(RTLD_NEXT, name)
#endif

static __thread bool finding __attribute__((tls_model("initial-exec")));

#define X(name, parameters, arguments)                                                             \
	static int find_##name parameters                                                          \
	{                                                                                          \
		if (finding)                                                                       \
			return 0;                                                                  \
		qc_real_find();                                                                    \
		return QC_REAL(name) == find_##name ? ENOSYS : QC_REAL(name) arguments;            \
	}
#define V X
#include "real.def"
#undef V
#undef X

struct qc_real qc_real = {
#define X(name, parameters, arguments) .name = find_##name,
#define V X
#include "real.def"
#undef V
#undef X
};

/* Objects and functions have pointers of one size here, and POSIX wants it so. */
static void set(void *pointer, void *function)
{
	if (function)
		/* relaxed: real.h, Publication */
		__atomic_store_n((void **)pointer, function, __ATOMIC_RELAXED);
}

void qc_real_find(void)
{
	finding = true;
#define X(name, parameters, arguments) set((void *)&qc_real.name, dlsym(RTLD_NEXT, #name));
#define V(name, parameters, arguments) set((void *)&qc_real.name, OF_ITS_VERSION(#name));
#include "real.def"
#undef V
#undef X
	finding = false;
}
#endif
