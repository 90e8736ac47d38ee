/* SPDX-License-Identifier: MIT */
/* outcome.h: whether a run has seen anything, and if not, why. */
#ifndef CONTEND_OUTCOME_H
#define CONTEND_OUTCOME_H

#include "program.h"
#include "saved.h"

/* False, told loudly on stderr, where not one call of a hook was seen. */
bool outcome_tell(const struct saved_run *run, const struct program *program, const char *name,
		  int status);

#endif
