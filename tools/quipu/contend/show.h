/* SPDX-License-Identifier: MIT */
/* show.h: a report for a person, drawn on a canvas. */
#ifndef CONTEND_SHOW_H
#define CONTEND_SHOW_H

#include "report.h"
#include "top/canvas.h"

struct show_wishes {
	size_t top; /* rows of each table at most */
	enum report_order order;
};

/* Each draws from line y on and returns the line after its last. */
int show_head(const struct report *report, struct canvas *canvas, int y);
int show_verdict(const struct report *report, struct canvas *canvas, int y);

/* Contention, or idle waits; first: the first row that is drawn. */
int show_rows(const struct report *report, struct canvas *canvas, int y, bool idle, size_t first,
	      const struct show_wishes *wishes);

/* What the system and the allocator say. */
int show_outside(const struct report *report, struct canvas *canvas, int y, size_t top);
int show_processes(const struct report *report, struct canvas *canvas, int y, size_t top);

/* What a reader should know of how it was recorded. */
int show_notes(const struct report *report, struct canvas *canvas, int y);

/* All of it, as wide as is wished. */
void show_report(const struct report *report, const struct show_wishes *wishes, int width,
		 FILE *out, bool colours);

/* Rows of this kind. */
size_t show_count_rows(const struct report *report, bool idle);

#endif
