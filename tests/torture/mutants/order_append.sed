# SPDX-License-Identifier: MIT
# core/shard.c: a new shard is appended without a release. Its thread pauses then, so that scrapes
# come by before anything else orders them.
s/#include <errno.h>/&\n#include <sched.h>/
s/qp_store_release(&last->next, shard);/qp_store_relaxed(\&last->next, shard), (void)sched_yield();/
