# SPDX-License-Identifier: MIT
# core/family_series.c: a family is full although a series is leaving, which may be the one asked for.
s/max_series && !family->leaving;/max_series;/
