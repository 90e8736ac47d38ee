# SPDX-License-Identifier: MIT
# core/retire.c: nobody waits for a grace period.
s/qp_rcu_synchronize();/(void)0;/
