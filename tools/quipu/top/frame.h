/* SPDX-License-Identifier: MIT */
/* frame.h: one picture of everything: header, the view that is looked at, and which keys there
 * are. */
#ifndef TOP_FRAME_H
#define TOP_FRAME_H

#include "canvas.h"
#include "screen.h"
#include "target.h"

struct frame {
	struct canvas *canvas;
	struct screen *screen;
	const struct store *store;
	const struct target *target;
	double now;	   /* by the target's clock */
	const char *clock; /* the time of day */
};

void frame_draw(const struct frame *frame);

#endif
