# SPDX-License-Identifier: MIT
# core/label_map.c: a removed entry becomes empty, and breaks the way to those behind it (M3).
s/REMOVED); \/\* M3 \*\//0);/
