/* SPDX-License-Identifier: MIT */
/* engine_none.c: the engine of a build without libcurl, which calls nobody. */
#include "engine.h"

#include <errno.h>

const char *engine_missing(void)
{
	return "this build has no libcurl (7.85 or later; Debian: libcurl4-openssl-dev), configure "
	       "it "
	       "with -DQUIPU_WITH_CURL=ON";
}

int engine_start(struct engine *engine, struct plan *plan, const struct key *key, unsigned threads)
{
	(void)key;
	(void)threads;
	*engine = (struct engine){ .plan = plan };
	return ENOSYS;
}

void engine_stop(struct engine *engine)
{
	(void)engine;
}

bool engine_running(struct engine *engine)
{
	(void)engine;
	return false;
}

void engine_join(struct engine *engine)
{
	(void)engine;
}

uint64_t engine_elapsed_ns(struct engine *engine)
{
	(void)engine;
	return 0;
}

struct score_sum engine_read(const struct engine *engine, unsigned route)
{
	(void)engine;
	(void)route;
	return (struct score_sum){ 0 };
}

void engine_close(struct engine *engine)
{
	(void)engine;
}
