/* SPDX-License-Identifier: MIT */
/* flavour_memb.c: the memb flavour, inlined, behind quipu's headers. */
#include <quipu/http.h>
#include <quipu/quipu.h>

#ifdef rcu_read_lock
#error "a public header of quipu brings liburcu along"
#endif

#ifndef _LGPL_SOURCE
#define _LGPL_SOURCE
#endif
#define URCU_API_MAP /* the short names */
#include <urcu/urcu-memb.h>

#define NAME "memb"
#define FLAVOUR flavour_memb
#define BEGIN_THREAD rcu_register_thread()
#define END_THREAD rcu_unregister_thread()
#define QUIET (void)0
#define BY_CALL 1
#include "flavour.inc"
