/* SPDX-License-Identifier: MIT */
/*
 * cell.pml: a histogram's cell and an up-down pair, through store buffers, beside scrapes.
 *
 * Stands for                 step here
 * include/quipu/record.h     observe: quipu_priv_cell_add, one load and one store of 16 bytes;
 *                              up, down: quipu_updown_add
 * core/base/cell.c           load_whole
 * core/shard_sum.c           sum_pairs: downs before ups
 * the processor              a buffer of stores for each thread, which reach memory later, in order
 *                              (x86-64's total store order), each of up to 16 bytes whole
 *
 * Abstracted: one shard each for the two threads that record; every observation is 1. The second
 * thread takes back what the first has told it of, so its down comes after the up.
 *
 * P4: count and sum that a scrape loads are those of the same observations. P3: neither falls, and
 * a pair never shows less than nothing.
 *
 * check: -DSTEPS=2
 * large: -DSTEPS=4
 * mutant 1 P4: the cell is stored in two halves
 * mutant 2 P4: the cell is loaded in two halves
 * mutant 3 P3: ups are summed before downs
 * mutant 4 P3: stores reach memory in any order, and the up has no release
 */
#ifndef MUTANT
#define MUTANT 0
#endif

hidden byte in_P3 = 1, in_P4 = 1; /* names for assertions */

mtype = { CELL, COUNT, SUM, UP, TOLD };

#define BUFFER 4

chan buffer = [BUFFER] of { mtype, byte }; /* of the first thread */
byte count = 0, sum = 0, up = 0, told = 0; /* in memory */
byte down = 0;				   /* written by the second thread */
bool over = false;

inline store(what, value) {
	buffer!what(value)
}

/* The first thread: what it loads of its own comes from its buffer, so it knows it. */
active proctype first() {
	byte i = 0;

	do
	:: i < STEPS ->
		i++;
#if MUTANT == 1
		store(COUNT, i);
		store(SUM, i);
#else
		store(CELL, i);
#endif
		store(UP, i);
		store(TOLD, i)
	:: else -> break
	od;
	empty(buffer);
	over = true
}

inline arrive() {
	if
	:: what == CELL -> count = value; sum = value
	:: what == COUNT -> count = value
	:: what == SUM -> sum = value
	:: what == UP -> up = value
	:: what == TOLD -> told = value
	fi;
	value = 0;
	what = 0
}

active proctype processor() {
	mtype what;
	byte value;

	do
	:: atomic { buffer?what(value) -> arrive() }
#if MUTANT == 4
	:: atomic { buffer??TOLD(value) -> what = TOLD; arrive() }
#endif
	:: atomic { over && empty(buffer) -> break }
	od
}

/* Its own stores are seen at once, which is the worst for the sum. */
active proctype second() {
	do
	:: told > down -> down = down + 1
	:: down == STEPS -> break
	od
}

active proctype scraper() {
	byte n = 0, c, s, u, d, last = 0;

	do
	:: n < 2 ->
#if MUTANT == 2
		c = count;
		s = sum;
#else
		atomic { c = count; s = sum };
#endif
		assert(in_P4 && c == s);
		assert(in_P3 && c >= last);
#if MUTANT == 3
		u = up;
		d = down;
#else
		d = down;
		u = up;
#endif
		assert(in_P3 && u >= d);
		atomic { last = c; c = 0; s = 0; u = 0; d = 0; n++ }
	:: else -> break
	od
}
