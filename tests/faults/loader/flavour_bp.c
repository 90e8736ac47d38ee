/* SPDX-License-Identifier: MIT */
/* flavour_bp.c: the bp flavour, inlined, behind quipu's headers. */
#include <quipu/http.h>
#include <quipu/quipu.h>

#ifdef rcu_read_lock
#error "a public header of quipu brings liburcu along"
#endif

#ifndef _LGPL_SOURCE
#define _LGPL_SOURCE
#endif
#define URCU_API_MAP /* the short names */
#include <urcu/urcu-bp.h>

#define NAME "bp"
#define FLAVOUR flavour_bp
#define BEGIN_THREAD (void)0
#define END_THREAD (void)0
#define QUIET (void)0
#define BY_CALL 0
#include "flavour.inc"
