# SPDX-License-Identifier: MIT
# core/tuple.h: a hash of 8 bits, so that whatever is looked up meets others of its hash. No bug
# is planted: a hash is only an index, and what it is must not matter.
/^QP_INLINE uint64_t qp_labels_finish/,/^}/ s/return \(.*\)$/return 0xff \& \1/
