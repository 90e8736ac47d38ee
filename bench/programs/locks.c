/* SPDX-License-Identifier: MIT */
/*
 * locks.c: what a lock costs, for bench/questions/locks.py to run without libquipu-contend, with
 * it preloaded but off, and with it on. It knows nothing of the library and links none of quipu.
 *
 *   bench_locks pair KIND SECONDS
 *   bench_locks contended KIND SECONDS
 *   bench_locks load WHAT THREADS SECONDS
 *   bench_locks memory THREADS WAITS
 */
#include "locks.h"

#include "common.h"

int main(int argc, char **argv)
{
	static const char *const words[] = { "pair", "contended", "load", "memory", NULL };
	static void (*const operations[])(void) = { locks_pair, locks_contended, locks_load,
						    locks_memory };

	bench_arguments(argc, argv, 3, 4,
			"pair KIND SECONDS | contended KIND SECONDS | load WHAT THREADS SECONDS | "
			"memory THREADS WAITS");
	operations[bench_word(1, words)]();
	return 0;
}
