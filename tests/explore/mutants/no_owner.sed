# SPDX-License-Identifier: MIT
# core/shard.c: a new shard is shown to everybody before it is anybody's.
/nobody else knows it: succeeds/d
