# SPDX-License-Identifier: MIT
# core/exemplar.c: a scrape does not look whether what it copied was being written.
s/if ((after & ~WANTING) != (state & ~WANTING))/if (!after)/
s/if (state < STEP || (state & WRITING))/if (state < STEP)/
