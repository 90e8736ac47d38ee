/* SPDX-License-Identifier: MIT */
/*
 * places.c: says where its calls return to, as a saved run has it: offset, and the function and
 * line that are right, by the compiler's own word.
 */
#define _GNU_SOURCE
#include <link.h>
#include <stdint.h>
#include <stdio.h>

static uintptr_t bias;

static int find(struct dl_phdr_info *info, size_t size, void *unused)
{
	(void)size;
	(void)unused;
	bias = info->dlpi_addr;
	return 1; /* the first is the program */
}

__attribute__((noinline)) static void say(const char *function, int line)
{
	printf("%lx %s %d\n", (unsigned long)((uintptr_t)__builtin_return_address(0) - bias),
	       function, line);
}

__attribute__((noinline)) static void outer(void)
{
	say(__func__, __LINE__);
	fflush(stdout);
}

__attribute__((noinline)) static void other(int n)
{
	if (n > 0)
		say(__func__, __LINE__);
	outer();
	fflush(stdout);
}

/* By its name, but the way to a lock. */
__attribute__((noinline)) static void pthread_mutex_way(void)
{
	say(__func__, __LINE__);
	fflush(stdout);
}

int main(void)
{
	dl_iterate_phdr(find, NULL);
	pthread_mutex_way();
	other(1);
	return 0;
}
