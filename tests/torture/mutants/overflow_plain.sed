# SPDX-License-Identifier: MIT
# core/record.c: the overflow shard is added to by a load and a store, with a pause between.
s/#include "shard.h"/&\n\n#include <sched.h>/
s/^\t\tqp_add_relaxed(overflow_word(counter.offset), n);/\t{\n\t\tvolatile uint64_t *word = overflow_word(counter.offset);\n\t\tconst uint64_t old = *word;\n\n\t\tsched_yield();\n\t\t*word = old + n;\n\t}/
