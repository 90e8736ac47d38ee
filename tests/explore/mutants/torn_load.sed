# SPDX-License-Identifier: MIT
# core/base/cell.c: a cell is read in two halves.
s/^\t__asm__ volatile("movdqa .*/\tuint64_t bits;\n\n\tcell.count = __atomic_load_n(\&at->count, __ATOMIC_RELAXED);\n\tbits = __atomic_load_n((const uint64_t *)\&at->sum, __ATOMIC_RELAXED);\n\tmemcpy(\&cell.sum, \&bits, sizeof bits);/
