# SPDX-License-Identifier: MIT
# core/exemplar.c: who writes an event does not claim its place first. Writers pause in the middle,
# so that it is found soon.
s/#include <string.h>/&\n#include <sched.h>/
s/, words\[k\]);/, words[k]), (void)(k == 10 \&\& sched_yield());/
s/if (!qp_cas_acquire(&place->state, &found, state))/if (!place)/
