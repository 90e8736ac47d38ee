/* SPDX-License-Identifier: MIT */
/* flavour_qsbr.c: the qsbr flavour, inlined, behind quipu's headers. */
#include <quipu/http.h>
#include <quipu/quipu.h>

#ifdef rcu_read_lock
#error "a public header of quipu brings liburcu along"
#endif

#ifndef _LGPL_SOURCE
#define _LGPL_SOURCE
#endif
#define URCU_API_MAP /* the short names */
#include <urcu/urcu-qsbr.h>

#define NAME "qsbr"
#define FLAVOUR flavour_qsbr
#define BEGIN_THREAD rcu_register_thread()
#define END_THREAD rcu_unregister_thread()
#define QUIET rcu_quiescent_state()
#define BY_CALL 0
#include "flavour.inc"
