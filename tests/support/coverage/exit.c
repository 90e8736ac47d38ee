/* SPDX-License-Identifier: MIT */
/*
 * exit.c: for tools/coverage. What a process ran is written down when it ends by exit; forked
 * children of tests end by _exit, which the linker sends here.
 */
void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));
void __gcov_dump(void);

void __wrap__exit(int status)
{
	__gcov_dump();
	__real__exit(status);
}
