/* SPDX-License-Identifier: MIT */
/* target.h: how the target is, as far as its last answers tell. Times are of one clock that goes
 * forward. */
#ifndef TOP_TARGET_H
#define TOP_TARGET_H

#include "exposition.h"

struct target {
	const char *url;
	double interval;
	bool up;
	char error[256]; /* why it is not; "" before the first answer */
	double heard;	 /* when it last answered, or did not */
	double good;	 /* when it last answered well; NaN: never */
	double took;	 /* seconds, the last good answer */
	size_t bytes;	 /* its body's */
	enum qx_format format;
	size_t n_findings;
};

#endif
