/* SPDX-License-Identifier: MIT */
/* cardinality_view.c: which families are large, and which label makes one so. */
#include "cardinality.h"
#include "views.h"

#include <stdlib.h>

enum { NAME, KIND, SERIES, SAMPLES, SHARE, BAR, WORST, VALUES, COLUMNS };
enum { LABEL, DISTINCT, LABELLED, EXAMPLES, LABEL_COLUMNS };

static void number(const struct table *table, struct canvas *canvas, int y, int column,
		   size_t value)
{
	char text[FIGURE_SIZE];

	figure((double)value, UNIT_NONE, text);
	table_number(table, canvas, y, column, INK_PLAIN, text);
}

/* --- families --------------------------------------------------------------------------------- */

static int largest(const void *a, const void *b)
{
	const struct family *x = *(struct family *const *)a, *y = *(struct family *const *)b;
	size_t m = x->n_points + x->n_unkept, n = y->n_points + y->n_unkept;

	return m != n ? (m < n) - (m > n) : qx_text_compare(x->name, y->name);
}

static struct family **listed(const struct frame *frame, size_t *n)
{
	const struct store *store = frame->store;
	struct family **families = qx_new(store->n_families, sizeof(*families));
	uint64_t *keys;

	*n = 0;
	for (size_t i = 0; i < store->n_families; i++) {
		if (filter_family(screen_place(frame->screen)->filter, store->families[i]))
			families[(*n)++] = store->families[i];
	}
	if (*n > 0)
		qsort(families, *n, sizeof(*families), largest);
	keys = screen_rows(frame->screen, *n);
	for (size_t i = 0; i < *n; i++)
		keys[i] = families[i]->key;
	return families;
}

static void draw_share(const struct frame *frame, const struct table *table, int y,
		       const struct family *family)
{
	double share = frame->store->n_points > 0
			       ? (double)family->n_points / (double)frame->store->n_points
			       : 0;
	int cells = (int)(share * table->width[BAR] + 0.5);
	char text[FIGURE_SIZE];

	snprintf(text, sizeof(text), "%.1f%%", share * 100);
	table_number(table, frame->canvas, y, SHARE, INK_PLAIN, text);
	for (int i = 0; i < cells; i++)
		canvas_symbol(frame->canvas, table->x[BAR] + i, y, INK_WARN, 0x2588, '#');
}

static void draw_family(const struct frame *frame, const struct table *table, int y,
			const struct family *family)
{
	struct cardinality labels = cardinality_of(family);
	struct canvas *canvas = frame->canvas;

	table_name(table, canvas, y, NAME, INK_NAME, family->name);
	table_text(table, canvas, y, KIND, INK_QUIET, qx_text_of(kind_word(family->type)));
	number(table, canvas, y, SERIES, family->n_series + family->n_unkept);
	number(table, canvas, y, SAMPLES, family->n_points);
	draw_share(frame, table, y, family);
	if (labels.n > 0) {
		table_text(table, canvas, y, WORST, INK_NAME, labels.labels[0].name);
		number(table, canvas, y, VALUES, labels.labels[0].distinct);
	}
	cardinality_free(&labels);
}

void cardinality_draw(const struct frame *frame, int y, int lines)
{
	static const struct column all[COLUMNS] = {
		[NAME] = { "FAMILY", 26, 56, 0, true },	 [KIND] = { "KIND", 9, 0, 4, true },
		[SERIES] = { "SERIES", 7, 0, 1, false }, [SAMPLES] = { "SAMPLES", 8, 0, 2, false },
		[SHARE] = { "SHARE", 6, 0, 3, false },	 [BAR] = { "", 10, 40, 5, true },
		[WORST] = { "LABEL", 10, 24, 1, true },	 [VALUES] = { "VALUES", 6, 8, 1, false },
	};
	struct table table = table_fit(all, COLUMNS, frame->canvas->width);
	size_t n;
	struct family **families = listed(frame, &n);
	struct part part = screen_scroll(frame->screen, lines - 1);

	table_head(&table, frame->canvas, y, SAMPLES, true);
	for (size_t i = part.first; i < part.first + part.n; i++) {
		draw_family(frame, &table, ++y, families[i]);
		if (i == part.chosen)
			canvas_choose(frame->canvas, y);
	}
	free(families);
}

/* --- the labels of one ------------------------------------------------------------------------ */

static void draw_examples(const struct table *table, struct canvas *canvas, int y,
			  const struct label_values *label)
{
	int x = table->x[EXAMPLES], end = x + table->width[EXAMPLES];

	for (int i = 0; i < CARDINALITY_EXAMPLES && label->counts[i] > 0 && x < end; i++) {
		x += canvas_say(canvas, x, y, end - x, INK_QUIET, "%s\"", i ? ", " : "");
		x += canvas_quoted(canvas, x, y, end - x, INK_NAME, label->examples[i]);
		x += canvas_say(canvas, x, y, end - x, INK_QUIET, "\" in %zu", label->counts[i]);
	}
}

static void draw_label(const struct table *table, struct canvas *canvas, int y,
		       const struct label_values *label)
{
	table_text(table, canvas, y, LABEL, INK_NAME, label->name);
	number(table, canvas, y, DISTINCT, label->distinct);
	number(table, canvas, y, LABELLED, label->n_series);
	draw_examples(table, canvas, y, label);
}

/* Moves those that the filter lets through to the front. */
static size_t filtered(const struct frame *frame, struct cardinality *labels)
{
	const char *filter = screen_place(frame->screen)->filter;
	uint64_t *keys = screen_rows(frame->screen, labels->n);
	size_t n = 0;

	for (size_t i = 0; i < labels->n; i++) {
		if (!filter_text(filter, labels->labels[i].name))
			continue;
		keys[n] = qx_text_hash(1, labels->labels[i].name);
		labels->labels[n++] = labels->labels[i];
	}
	screen_rows(frame->screen, n);
	return n;
}

static void draw_labels(const struct frame *frame, const struct family *family, int y, int lines)
{
	static const struct column all[LABEL_COLUMNS] = {
		[LABEL] = { "LABEL", 18, 40, 0, true },
		[DISTINCT] = { "VALUES", 7, 0, 1, false },
		[LABELLED] = { "SERIES", 7, 0, 1, false },
		[EXAMPLES] = { "MOST FREQUENT", 20, 200, 2, true },
	};
	struct table table = table_fit(all, LABEL_COLUMNS, frame->canvas->width);
	struct cardinality labels = cardinality_of(family);
	struct part part;

	filtered(frame, &labels);
	part = screen_scroll(frame->screen, lines - 1);
	table_head(&table, frame->canvas, y, DISTINCT, true);
	for (size_t i = part.first; i < part.first + part.n; i++) {
		draw_label(&table, frame->canvas, ++y, &labels.labels[i]);
		if (i == part.chosen)
			canvas_choose(frame->canvas, y);
	}
	cardinality_free(&labels);
}

void labels_draw(const struct frame *frame, int y, int lines)
{
	const struct family *family =
		store_family(frame->store, screen_place(frame->screen)->opened);

	if (!family)
		return;
	title_draw(frame, family, y);
	draw_labels(frame, family, y + 1, lines - 1);
}
