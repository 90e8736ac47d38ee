# SPDX-License-Identifier: MIT
# core/callback.c: a removal does not wait for the callback that runs.
/^static void wait_for/,/^}/s/while (running \&\& /while (!running \&\& running \&\& /
