/* SPDX-License-Identifier: MIT */
/* visibility.h: what the shared library shows beside the hooks; included before all its files. */
#ifndef QC_VISIBILITY_H
#define QC_VISIBILITY_H

#pragma GCC visibility push(default)
#include <quipu/contend.h>
#pragma GCC visibility pop

#endif
