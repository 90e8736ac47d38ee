/* SPDX-License-Identifier: MIT */
/* placeholder */
#ifndef QP_CALLBACK_H
#define QP_CALLBACK_H
#include "registry.h"
void qp_callbacks_init(void);
void qp_callbacks_after_fork_child(void);
void qp_callbacks_remove_all(quipu_registry *registry);
#endif
