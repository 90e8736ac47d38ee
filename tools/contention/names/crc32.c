/* SPDX-License-Identifier: MIT */
/* crc32.c: half a byte at a time, so that its table is small. */
#include "crc32.h"

#define POLYNOMIAL 0xedb88320u
#define PIECE 4096

static void fill_table(uint32_t table[16])
{
	for (uint32_t i = 0; i < 16; i++) {
		uint32_t rest = i;

		for (int bit = 0; bit < 4; bit++)
			rest = rest >> 1 ^ (rest & 1 ? POLYNOMIAL : 0);
		table[i] = rest;
	}
}

bool qc_crc32_of(const struct qc_elf *elf, uint32_t *checksum)
{
	unsigned char piece[PIECE];
	uint32_t table[16], rest = ~0u;

	fill_table(table);
	for (uint64_t at = 0; at < elf->size; at += PIECE) {
		size_t n = elf->size - at < PIECE ? (size_t)(elf->size - at) : PIECE;

		if (!qc_elf_fill(elf, at, piece, n))
			return false;
		for (size_t i = 0; i < n; i++) {
			rest ^= piece[i];
			rest = rest >> 4 ^ table[rest & 15];
			rest = rest >> 4 ^ table[rest & 15];
		}
	}
	*checksum = ~rest;
	return true;
}
