# SPDX-License-Identifier: MIT
# core/idle.c: an expired series is not read again after the grace period.
s/if (!family || !moved(leaving))/if (!family || true || !moved(leaving))/
