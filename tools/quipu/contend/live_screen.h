/* SPDX-License-Identifier: MIT */
/* live_screen.h: what is looked at while a program runs, and how keys change that. */
#ifndef CONTEND_LIVE_SCREEN_H
#define CONTEND_LIVE_SCREEN_H

#include "report.h"
#include "top/canvas.h"

enum live_page { LIVE_LOCKS, LIVE_IDLE, LIVE_OUTSIDE, LIVE_PAGES };

/* Zeroed is the beginning. */
struct live_screen {
	enum live_page page;
	enum report_order order;
	size_t first; /* row */
	size_t room;  /* rows that were drawn last */
	bool over;
};

/* A character, or one of enum press of top/screen.h. */
void live_screen_press(struct live_screen *screen, uint32_t press);

void live_screen_draw(struct live_screen *screen, const struct report *report,
		      struct canvas *canvas);

#endif
