# SPDX-License-Identifier: MIT
# core/label_map.c: a new table is published without a release.
/^static void replace/,/^}/s/qp_rcu_publish(/qp_store_relaxed(/
