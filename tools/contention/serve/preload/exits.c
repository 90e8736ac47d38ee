/* SPDX-License-Identifier: MIT */
/*
 * exits.c: the ends of a process that run no destructors: _exit, _Exit and abort. exit and quick_exit
 * are preload.c's.
 *
 * Signals, the C library's own aborts and raw system calls leave what was saved last, a second ago at
 * most where there is a reporter.
 */
#include "../saved.h"
#include "next.h"

#include <stdlib.h>
#include <unistd.h>

static _Noreturn void leave(int status)
{
	qc_saved_end("ended");
	qc_next()->_exit(status);
	__builtin_unreachable();
}

QC_SHOWN void _exit(int status)
{
	leave(status);
}

QC_SHOWN void _Exit(int status)
{
	leave(status);
}

/* For the tool it was killed, as it is. */
QC_SHOWN void abort(void)
{
	qc_saved_before_abort();
	qc_next()->abort();
	__builtin_unreachable();
}
