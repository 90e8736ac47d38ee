/* SPDX-License-Identifier: MIT */
/*
 * visibility.h: what the shared library shows. Its build includes this before every file and
 * hides all else (-fvisibility=hidden); the static library is built without it, so that it
 * shows nothing. Public headers stay free of export macros.
 */
#ifndef QP_VISIBILITY_H
#define QP_VISIBILITY_H

#pragma GCC visibility push(default)
#include <quipu/ffi.h>
#include <quipu/http.h>
#include <quipu/llm.h>
#include <quipu/quipu.h>
#pragma GCC visibility pop

#endif
