/* SPDX-License-Identifier: MIT */
/* demangle.h: C++ names as they are written in the source. */
#ifndef QC_DEMANGLE_H
#define QC_DEMANGLE_H

/* To be freed; NULL: not a mangled name, or nobody here who could tell. */
char *qc_demangle(const char *name);

#endif
