# SPDX-License-Identifier: MIT
# core/shard_sum.c: scrapes walk the list of shards without an acquire.
s/qp_load_acquire(&(shard)->next)/qp_load_relaxed(\&(shard)->next)/
