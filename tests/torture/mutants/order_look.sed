# SPDX-License-Identifier: MIT
# core/base/rcu.h: look-ups load what is published without an acquire.
s/#define qp_rcu_load(at) qp_load_acquire(at)/#define qp_rcu_load(at) qp_load_relaxed(at)/
