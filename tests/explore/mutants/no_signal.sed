# SPDX-License-Identifier: MIT
# core/retire.c: nobody wakes the reaper.
s/pthread_cond_signal(&changed);/(void)0;/
