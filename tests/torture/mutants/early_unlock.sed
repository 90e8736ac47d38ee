# SPDX-License-Identifier: MIT
# core/lookup.c: the read section closes before the record.
s/^\t\t\treturn (struct found){ series, true };/\t\t\treturn qp_rcu_read_unlock(), (struct found){ series, true };/
/^static inline void let_go/,/^}/s/qp_rcu_read_unlock();/(void)0;/
