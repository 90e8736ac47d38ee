# SPDX-License-Identifier: MIT
# A point before each instruction of inline assembly that shares memory; words are added to in the
# portable way, a load and a store, so that two owners of one shard are seen to lose records.
s/^#elif defined(__x86_64__)$/#elif 0/
s/^\t__asm__ volatile(QUIPU_PRIV_MOVDQA("%0", "%1") : "=x"/\texplore_point(at, EXPLORE_READS, "a load of a cell", __func__);\n&/
s/^\t__asm__ volatile(QUIPU_PRIV_MOVDQA("%0", "%1") : "=m"/\texplore_point(at, EXPLORE_WRITES, "a store to a cell", __func__);\n&/
s/^\t__asm__ volatile("movdqa /\texplore_point(at, EXPLORE_READS, "a load of a cell", __func__);\n&/
s/^\t__asm__ volatile("lock cmpxchg16b /\texplore_point(at, EXPLORE_WRITES, "an exchange of a cell", __func__);\n&/
