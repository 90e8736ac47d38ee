# SPDX-License-Identifier: MIT
# core/shard_sum.c: increments are summed before decrements, and a lot happens in between.
s/#include <string.h>/&\n#include <unistd.h>/
s/^\t\tsum\[i\] = qp_shards_sum_word(span->offset + i \* 8);/\t\tsum[i + 1] = qp_shards_sum_word(span->offset + i * 8 + 8), (void)(sum[i + 1] \&\& usleep(20000));/
t
s/^\t\tsum\[i + 1\] = qp_shards_sum_word(span->offset + i \* 8 + 8);/\t\tsum[i] = qp_shards_sum_word(span->offset + i * 8);/
