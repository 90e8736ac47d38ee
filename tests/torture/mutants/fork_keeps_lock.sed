# SPDX-License-Identifier: MIT
# core/library.c: in a forked child a lock that was taken for the fork stays taken.
/^static void after_fork_child/,/^}/s/qp_lock_reset(&qp_catalog_lock);/(void)0;/
