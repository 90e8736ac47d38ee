/* SPDX-License-Identifier: MIT */
/* plain_name.h: a function's name without what it is called with. */
#ifndef QC_PLAIN_NAME_H
#define QC_PLAIN_NAME_H

#include <stddef.h>

/*
 * "void std::lock<std::mutex>(std::mutex&)" is "std::lock": no type of its result, no arguments,
 * neither in <> nor in (), no inline namespace of a C++ library (std::__1, absl::lts_20220623).
 * What does not fit is cut off.
 */
void qc_plain_name(const char *name, char *plain, size_t size);

#endif
