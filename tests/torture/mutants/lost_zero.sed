# SPDX-License-Identifier: MIT
# core/native_view.c: the zero bucket's last cell is forgotten.
s/for (i = layout->zero_first; i < layout->zero_end; i++)/for (i = layout->zero_first; i + 1 < layout->zero_end; i++)/
