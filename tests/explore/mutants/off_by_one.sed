# SPDX-License-Identifier: MIT
# core/retire.c: the last snapshot that may have listed an object does not count.
s/open.next->number > held.first->after_snapshot/open.next->number >= held.first->after_snapshot/
