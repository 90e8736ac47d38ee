/* SPDX-License-Identifier: MIT */
/*
 * rows.h: which formats take rows (../row.h): those built in, and what has their functions and
 * their state.
 *
 * No member of quipu_format says so. Programs copy a format to put a function of their own in the
 * place of another, and that has to get every series; and programs that were linked with a shorter
 * struct have a copy of it.
 */
#ifndef QP_FORMAT_ROWS_H
#define QP_FORMAT_ROWS_H

#include "row.h"

/* NULL: it takes series only. */
qp_rows_function *qp_rows_of(const quipu_format *format);

/* Lines, for both of their series functions; and messages. */
qp_rows_function qp_lines_rows, qp_protobuf_rows;

#endif
