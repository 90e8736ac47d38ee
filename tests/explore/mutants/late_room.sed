# SPDX-License-Identifier: MIT
# core/family_series.c: a series is not in the map any more and its family still seems full.
/^void qp_family_remove_series/,/^}/{
	s/qp_family_set_full(family);/qp_map_remove(\&family->map, series);/
	t
	s/qp_map_remove(&family->map, series);/qp_family_set_full(family);/
}
