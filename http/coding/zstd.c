/* SPDX-License-Identifier: MIT */
/* zstd.c: Zstandard by its own library: faster and smaller than gzip, for those that list it
 * (coding.h). */
#include "coding.h"

#include <zstd.h>

#define LEVEL 1
#define WINDOW_LOG 16 /* 64 KiB, twice gzip's; with these tables half a MiB in all */
#define HASH_LOG 14

static bool is_error(size_t result)
{
	return ZSTD_isError(result) != 0;
}

/* Compressing nothing makes it ask for its memory now: later there would be no way back. */
static bool prepare(ZSTD_CCtx *context)
{
	ZSTD_inBuffer in = { "", 0, 0 };
	char nothing[1];
	ZSTD_outBuffer out = { nothing, 0, 0 };

	return !is_error(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, LEVEL)) &&
	       !is_error(ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, WINDOW_LOG)) &&
	       !is_error(ZSTD_CCtx_setParameter(context, ZSTD_c_hashLog, HASH_LOG)) &&
	       !is_error(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)) &&
	       !is_error(ZSTD_compressStream2(context, &out, &in, ZSTD_e_continue));
}

static void close_zstd(void *coder)
{
	ZSTD_freeCCtx(coder);
}

static void *open_zstd(void)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();

	if (context && !prepare(context)) {
		close_zstd(context);
		return NULL;
	}
	return context;
}

static bool step_zstd(void *coder, struct qp_flow *flow)
{
	ZSTD_inBuffer in = { flow->in, flow->in_len, 0 };
	ZSTD_outBuffer out = { flow->out, flow->room, 0 };
	size_t left =
		ZSTD_compressStream2(coder, &out, &in, flow->last ? ZSTD_e_end : ZSTD_e_continue);

	flow->in += in.pos;
	flow->in_len -= in.pos;
	flow->out += out.pos;
	flow->room -= out.pos;
	flow->done = flow->last && left == 0;
	return !is_error(left);
}

const struct qp_coding qp_coding_zstd = {
	.name = "zstd",
	.open = open_zstd,
	.close = close_zstd,
	.step = step_zstd,
};
