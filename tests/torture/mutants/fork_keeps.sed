# SPDX-License-Identifier: MIT
# core/shard.c: a forked child keeps its parent's values.
s/madvise(base, space, MADV_WIPEONFORK) == 0/true/
