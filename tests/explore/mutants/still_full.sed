# SPDX-License-Identifier: MIT
# core/family.c: a family that is unregistered says that it is full when its map has gone.
/^	family->max_series = SIZE_MAX;/d
/^	qp_family_set_full(family);/d
