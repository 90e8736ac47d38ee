# SPDX-License-Identifier: MIT
# core/family_series.c: a family is full although a series is leaving: maybe the one that is asked for.
s/max_series && !family->leaving;/max_series;/
