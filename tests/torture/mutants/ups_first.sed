# SPDX-License-Identifier: MIT
# core/snapshot.c: increments are summed before decrements.
s/QP_PASS_DOWNS/QP_PASS_MOVED/
s/QP_PASS_REST/QP_PASS_DOWNS/
s/QP_PASS_MOVED/QP_PASS_REST/
