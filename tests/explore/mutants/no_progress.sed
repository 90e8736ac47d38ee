# SPDX-License-Identifier: MIT
# core/callback.c: who waits for a callback to return is not told.
s/pthread_cond_broadcast(&progress);/(void)0;/
