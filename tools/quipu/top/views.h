/* SPDX-License-Identifier: MIT */
/* views.h: the parts of a frame. Each draws from line y on, on at most so many lines. */
#ifndef TOP_VIEWS_H
#define TOP_VIEWS_H

#include "calls.h"
#include "frame.h"
#include "locks.h"
#include "table.h"

#define HEADER_LINES 2
#define FOOTER_LINES 1

void header_draw(const struct frame *frame);
void footer_draw(const struct frame *frame);

/* Each returns how many lines it took. */
int calls_draw(const struct frame *frame, const struct calls *calls, int y, int lines);
int locks_draw(const struct frame *frame, const struct locks *locks, int y, int lines);

void families_draw(const struct frame *frame, int y, int lines);
void family_draw(const struct frame *frame, int y, int lines);
void cardinality_draw(const struct frame *frame, int y, int lines);
void labels_draw(const struct frame *frame, int y, int lines);
void help_draw(const struct frame *frame, int y, int lines);

/* A family's title: name, kind, series, help. */
void title_draw(const struct frame *frame, const struct family *family, int y);

/* name="value",... of a series, in so many cells. */
void series_draw(struct canvas *canvas, int x, int y, int most, const struct series *series);

/* "LAST 60s": how long a bar in so many cells is. Returns out. */
#define SPAN_SIZE 24
const char *span_title(const struct store *store, int cells, char out[SPAN_SIZE]);

#endif
