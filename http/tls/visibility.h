/* SPDX-License-Identifier: MIT */
/* visibility.h: what the shared library quipu-tls shows; see core/visibility.h. */
#ifndef QP_TLS_VISIBILITY_H
#define QP_TLS_VISIBILITY_H

#pragma GCC visibility push(default)
#include <quipu/tls.h>
#pragma GCC visibility pop

#endif
