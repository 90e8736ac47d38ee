/* SPDX-License-Identifier: MIT */
/* frame.c: see frame.h. */
#include "frame.h"

#include "views.h"

static void draw_view(const struct frame *frame, int y, int lines)
{
	switch (screen_place(frame->screen)->view) {
	case VIEW_FAMILIES:
	case VIEW_CALLS:
	case VIEW_LOCKS:
		families_draw(frame, y, lines);
		break;
	case VIEW_FAMILY:
		family_draw(frame, y, lines);
		break;
	case VIEW_CARDINALITY:
		cardinality_draw(frame, y, lines);
		break;
	case VIEW_LABELS:
		labels_draw(frame, y, lines);
		break;
	case VIEW_HELP:
		help_draw(frame, y, lines);
		break;
	}
}

/* What is not of now is seen at once. */
static void mark_stale(const struct frame *frame, int y, int lines)
{
	if (frame->target->up || screen_place(frame->screen)->view == VIEW_HELP)
		return;
	for (int i = 0; i < lines; i++)
		canvas_paint(frame->canvas, y + i, INK_QUIET);
}

void frame_draw(const struct frame *frame)
{
	int lines = frame->canvas->height - HEADER_LINES - FOOTER_LINES;

	screen_rows(frame->screen, 0);
	header_draw(frame);
	if (lines > 0) {
		draw_view(frame, HEADER_LINES, lines);
		mark_stale(frame, HEADER_LINES, lines);
	}
	footer_draw(frame);
}
