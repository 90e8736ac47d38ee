# SPDX-License-Identifier: MIT
# core/include/quipu/record.h: a histogram's cell is stored in two halves.
/__asm__ volatile(QUIPU_PRIV_MOVDQA("%0", "%1") : "=m"/c\
	((volatile uint64_t *)(void *)at)[0] = (uint64_t)_mm_cvtsi128_si64(cell);\
	((volatile uint64_t *)(void *)at)[1] =\
		(uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(cell, cell));
