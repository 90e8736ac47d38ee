# SPDX-License-Identifier: MIT
# core/lookup.c: the read section closes before the record.
s/return (struct found){ series, true };/{ qp_rcu_read_unlock(); return (struct found){ series, true }; }/
/^static inline void let_go/,/^}/s/qp_rcu_read_unlock();/(void)0;/
