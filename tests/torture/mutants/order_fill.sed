# SPDX-License-Identifier: MIT
# core/label_map.c: a series is put into the map without a release.
/^static void fill/,/^}/s/qp_rcu_publish(/qp_store_relaxed(/
