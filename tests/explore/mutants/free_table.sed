# SPDX-License-Identifier: MIT
# core/label_map.c: a replaced table is freed at once.
s/qp_retire(&old->retired, reclaim_table, QP_AFTER_GRACE);/reclaim_table(\&old->retired);/
