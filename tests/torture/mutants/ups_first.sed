# SPDX-License-Identifier: MIT
# core/shard_sum.c: increments are summed before decrements.
s/^\t\tsum\[i\] = qp_shards_sum_word(span->offset + i \* 8);/\t\tsum[i + 1] = qp_shards_sum_word(span->offset + i * 8 + 8);/
t
s/^\t\tsum\[i + 1\] = qp_shards_sum_word(span->offset + i \* 8 + 8);/\t\tsum[i] = qp_shards_sum_word(span->offset + i * 8);/
