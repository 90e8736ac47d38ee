# SPDX-License-Identifier: MIT
# core/shard.c: a shard is adopted whether or not its owner has ended.
s/^\treturn result == 0;/\treturn result == 0 || true;/
