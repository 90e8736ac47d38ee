# SPDX-License-Identifier: MIT
# core/lookup.c: what is not in the map of a full family is rejected, whenever it became full.
/^find_overflow/,/^}/s/^	if (series)$/	if (series \&\& !full)/
