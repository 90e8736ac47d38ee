# SPDX-License-Identifier: MIT
# core/exemplar.c: who writes an event does not claim its place first.
s/if (!qp_cas_acquire(&place->state, &found, state))/if (!place)/
