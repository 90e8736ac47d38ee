# SPDX-License-Identifier: MIT
# core/exemplar.c: a scrape does not look whether what it copied was being written. Writers pause
# in the middle, else it could take a minute until one is interrupted there.
s/#include <string.h>/&\n#include <sched.h>/
s/, words\[k\]);/, words[k]), (void)(k == 10 \&\& sched_yield());/
s/if ((after | QP_PLACE_WANTING) != (state | QP_PLACE_WANTING))/if (!after)/
s/if ((uint32_t)state < QP_PLACE_STEP || (state & QP_PLACE_WRITING))/if ((uint32_t)state < QP_PLACE_STEP)/
