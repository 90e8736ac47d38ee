# SPDX-License-Identifier: MIT
# core/shard.c: a place that was mapped while the space grew stays as small as it was.
s/make_writable(place->base, place->end, writable) ? header_new() : NULL/header_new()/
