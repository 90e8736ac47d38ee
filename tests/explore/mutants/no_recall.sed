# SPDX-License-Identifier: MIT
# core/family_series.c: a series that is asked for while it leaves does not come back (I3).
s/^\t\tseries = qp_family_recall(family, hash, values, &failed);/\t\tfailed = false;/
