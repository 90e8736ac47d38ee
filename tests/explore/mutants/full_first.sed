# SPDX-License-Identifier: MIT
# core/family_series.c: a family is full although a series is leaving, which may be the one asked for.
s/family->n_series >= family->max_series && !family->leaving)/family->n_series >= family->max_series)/
