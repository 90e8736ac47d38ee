# SPDX-License-Identifier: MIT
# core/exemplar.c: a scrape does not look whether what it copied was being written.
s/if ((after & ~QP_PLACE_WANTING) != (state & ~QP_PLACE_WANTING))/if (!after)/
s/if (state < QP_PLACE_STEP || (state & QP_PLACE_WRITING))/if (state < QP_PLACE_STEP)/
