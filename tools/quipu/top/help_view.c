/* SPDX-License-Identifier: MIT */
/* help_view.c: which keys there are, and what the numbers are. */
#include "views.h"

static const struct {
	const char *key, *what;
} lines_of_help[] = {
	{ "Up Down, j k", "choose a row; PgUp PgDn (Space), Home End (g G)" },
	{ "Enter", "open the family: its series, quantiles, heat map" },
	{ "/", "search: words of a name or help, in a family of labels" },
	{ "s", "sort by name, rate, change, series (in a family: by value)" },
	{ "r", "turn the order round" },
	{ "l", "LLM calls of all models, and their families" },
	{ "w", "waits for locks: which place, how long; and their families" },
	{ "c", "cardinality: the largest families; of one: its labels" },
	{ "Esc", "back; drops the filter first, and ends at the beginning" },
	{ "q", "quit" },
	{ "", "" },
	{ "VALUE", "the sum of a family's series; of histograms their count" },
	{ "RATE/s", "growth a second between the last two scrapes" },
	{ "P50 P95 P99", "quantiles of what came between them, as histogram_quantile" },
	{ "LAST", "the last while: rates from zero on, gauges from their lowest" },
	{ "FAIL%", "calls that ended otherwise than status=\"success\"" },
	{ "NOW, TTFT95", "calls in flight; 95 % had their first token after this" },
	{ "IN/s OUT/s $/h", "tokens a second; dollars an hour at the present rate" },
	{ "WAITED/s", "seconds that threads waited for locks there, per second" },
	{ "SHARE%", "of all contention; cond, sem and barrier are idle waits and have none" },
};

#define N_LINES ((int)(sizeof(lines_of_help) / sizeof(lines_of_help[0])))

void help_draw(const struct frame *frame, int y, int lines)
{
	struct canvas *canvas = frame->canvas;

	for (int i = 0; i < N_LINES && i < lines; i++) {
		canvas_say(canvas, 2, y + i, 16, INK_STRONG, "%s", lines_of_help[i].key);
		canvas_say(canvas, 19, y + i, canvas->width - 19, INK_PLAIN, "%s",
			   lines_of_help[i].what);
	}
}
