/* SPDX-License-Identifier: MIT */
/*
 * execs.c: a process becomes another program: what was recorded of this one is saved before.
 *
 * A child of vfork passes through untouched (saved.h). Where the call fails the run goes on.
 */
#include "../saved.h"
#include "next.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

static int failed(int result)
{
	qc_saved_go_on();
	return result;
}

QC_SHOWN int execve(const char *path, char *const arguments[], char *const environment[])
{
	qc_saved_end("replaced");
	return failed(qc_next()->execve(path, arguments, environment));
}

QC_SHOWN int execv(const char *path, char *const arguments[])
{
	qc_saved_end("replaced");
	return failed(qc_next()->execv(path, arguments));
}

QC_SHOWN int execvp(const char *file, char *const arguments[])
{
	qc_saved_end("replaced");
	return failed(qc_next()->execvp(file, arguments));
}

QC_SHOWN int execvpe(const char *file, char *const arguments[], char *const environment[])
{
	qc_saved_end("replaced");
	return failed(qc_next()->execvpe(file, arguments, environment));
}

QC_SHOWN int fexecve(int fd, char *const arguments[], char *const environment[])
{
	qc_saved_end("replaced");
	return failed(qc_next()->fexecve(fd, arguments, environment));
}

QC_SHOWN int execveat(int folder, const char *path, char *const arguments[],
		      char *const environment[], int flags)
{
	qc_saved_end("replaced");
	return failed(qc_next()->execveat(folder, path, arguments, environment, flags));
}

/* --- arguments one by one -------------------------------------------------------------------- */

/* How many there are, before the NULL. */
static size_t count(const char *first, va_list list)
{
	size_t n = 0;

	while (first) {
		first = va_arg(list, const char *);
		n++;
	}
	return n;
}

/* All of them and the NULL; the list is behind it then. */
static void collect(const char **arguments, const char *first, va_list *list)
{
	*arguments = first;
	while (*arguments)
		*++arguments = va_arg(*list, const char *);
}

/* Where exec was called: as a child of vfork it has no memory but its stack. */
#define GATHER(first)                                                                              \
	va_list list;                                                                              \
	size_t n;                                                                                  \
                                                                                                   \
	va_start(list, first);                                                                     \
	n = count(first, list);                                                                    \
	va_end(list);                                                                              \
	const char *words[n + 1];                                                                  \
	va_start(list, first);                                                                     \
	collect(words, first, &list);                                                              \
	char *const *arguments = (char *const *)(uintptr_t)words

QC_SHOWN int execl(const char *path, const char *first, ...)
{
	GATHER(first);
	va_end(list);
	return execv(path, arguments);
}

QC_SHOWN int execlp(const char *file, const char *first, ...)
{
	GATHER(first);
	va_end(list);
	return execvp(file, arguments);
}

QC_SHOWN int execle(const char *path, const char *first, ...)
{
	GATHER(first);
	char *const *environment = va_arg(list, char *const *);
	va_end(list);
	return execve(path, arguments, environment);
}
