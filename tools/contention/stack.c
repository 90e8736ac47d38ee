/* SPDX-License-Identifier: MIT */
/* stack.c: see stack.h. */
#include "stack.h"

#include "atomic.h"

#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>

/* No function has more on its stack: what is further up is no frame. */
#define MAX_FRAME (1u << 20)

#define MAX_OWN 6 /* functions between a hook and this one, at most */

static bool enabled;

void qc_stack_enable(bool on)
{
	qc_store_relaxed(&enabled, on); /* relaxed: hooks may see it late */
}

/* What a frame pointer points to. */
struct frame {
	uintptr_t caller; /* its frame pointer */
	uintptr_t back;	  /* where the call returns to */
};

/* Without the signature that AArch64 may have put into its upper bits. */
static uintptr_t plain(uintptr_t back)
{
#ifdef __aarch64__
	back &= (UINT64_C(1) << 48) - 1;
#endif
	return back;
}

/* The program's frames may be anything. */
static bool read_frame(uintptr_t at, struct frame *frame)
{
	struct iovec to = { frame, sizeof *frame };
	struct iovec from = { (void *)at, sizeof *frame };

	return process_vm_readv(getpid(), &to, 1, &from, 1, 0) == (ssize_t)sizeof *frame;
}

/* The frame of ours that returns to here. */
static const struct frame *find_hook(const struct frame *frame, uintptr_t here)
{
	unsigned i;

	for (i = 0; i < MAX_OWN && plain(frame->back) != here; i++)
		frame = (const struct frame *)frame->caller;
	return plain(frame->back) == here ? frame : NULL;
}

static bool is_above(uintptr_t at, uintptr_t below)
{
	return at > below && at - below < MAX_FRAME && at % sizeof at == 0;
}

static void walk(const struct frame *hook, struct qc_trace *trace)
{
	uintptr_t below = (uintptr_t)hook;
	struct frame frame = *hook;

	while (trace->n < QC_MAX_FRAMES && is_above(frame.caller, below)) {
		below = frame.caller;
		if (!read_frame(below, &frame) || frame.back == 0)
			return;
		trace->frames[trace->n++] = plain(frame.back);
	}
}

static void walk_from(const struct frame *own, uintptr_t here, struct qc_trace *trace)
{
	const struct frame *hook = find_hook(own, here);
	int kept = errno;

	if (hook)
		walk(hook, trace);
	errno = kept;
}

void qc_stack_walk(const void *here, struct qc_trace *trace)
{
	trace->frames[0] = (uintptr_t)here;
	trace->n = 1;
	if (qc_load_relaxed(&enabled)) /* relaxed: as above */
		walk_from(__builtin_frame_address(0), plain((uintptr_t)here), trace);
}
