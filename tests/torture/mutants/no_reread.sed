# SPDX-License-Identifier: MIT
# core/family_idle.c: an expired series is not read again after the grace period.
s/if (series \&\& !moved(leaving))/if (series \&\& (true || !moved(leaving)))/
