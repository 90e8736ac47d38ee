/* SPDX-License-Identifier: MIT */
/* frame_test.c: what is on the screen, at several sizes, and how keys change it. */
#include "scene.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#define EXPOSITION(n, m)                                                                           \
	"# HELP jobs_total Jobs done.\n# TYPE jobs_total counter\n"                                \
	"jobs_total{kind=\"a\"} " n "\njobs_total{kind=\"b\"} 3\n"                                 \
	"# HELP heap_bytes Bytes of the heap.\n# TYPE heap_bytes gauge\nheap_bytes 1536\n"         \
	"# TYPE wait_seconds histogram\nwait_seconds_bucket{le=\"1\"} " m "\n"                     \
	"wait_seconds_bucket{le=\"2\"} " m "\nwait_seconds_bucket{le=\"+Inf\"} " m "\n"            \
	"wait_seconds_sum " m "\nwait_seconds_count " m "\n"                                       \
	"# TYPE ask_seconds summary\nask_seconds{quantile=\"0.9\"} 0.25\nask_seconds_sum 1\n"      \
	"ask_seconds_count 4\n"

static struct scene scene;
static char *frame;

static void start(void)
{
	scene_init(&scene, 2);
	scene_read(&scene, QX_TEXT, EXPOSITION("10", "0"), 10);
	scene_read(&scene, QX_TEXT, EXPOSITION("30", "8"), 12);
}

static void end(void)
{
	scene_free(&scene);
	free(frame);
	frame = NULL;
}

static const char *draw(int width, int height, bool utf8)
{
	free(frame);
	frame = scene_draw(&scene, width, height, utf8);
	return frame;
}

/* Whether the line that begins so has these words in this order. */
static bool line_has(const char *start_of_line, const char *words)
{
	const char *line = scene_line(frame, start_of_line), *at = line;
	char copy[200], *rest = copy, *word;

	snprintf(copy, sizeof(copy), "%s", words);
	while (at && (word = strtok_r(rest, " ", &rest)))
		at = strstr(at, word) ? strstr(at, word) + strlen(word) : NULL;
	return at != NULL;
}

/* --- lists ------------------------------------------------------------------------------------ */

Test(frame, families_with_kinds_values_and_rates)
{
	start();
	draw(100, 30, true);
	cr_assert(line_has("quipu top", "http://h/metrics every 2s 12:34:56"));
	cr_assert(line_has("up ", "12.5ms 5 series 4 families 11 samples text-0.0.4"));
	cr_assert(line_has("jobs_total", "counter 2 33 10 "));
	cr_assert(line_has("heap_bytes", "gauge 1 1.50KiB"));
	cr_assert(line_has("wait_seconds", "histogram 1 8 4 950ms"));
	cr_assert(line_has("ask_seconds", "summary 1 4 0"));
	cr_assert(strstr(frame, "ask_seconds") < strstr(frame, "heap_bytes"));
	cr_assert(line_has("Enter open", "s sort:name q quit"));
	end();
}

static size_t lines_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* The counts' growth is beyond a float; and infinite in one bucket, beside a finite one. */
Test(frame, a_heat_map_of_absurd_counts_has_its_four_shades)
{
	static const char *const counts[][2] = { { "1e300", "1e308" }, { "3", "+Inf" } };

	for (int i = 0; i < 2; i++) {
		char after[300];

		scene_init(&scene, 1);
		scene_read(&scene, QX_TEXT,
			   "# TYPE h histogram\nh_bucket{le=\"1\"} 0\nh_bucket{le=\"2\"} 0\n", 0);
		snprintf(after, sizeof(after),
			 "# TYPE h histogram\nh_bucket{le=\"1\"} %s\nh_bucket{le=\"2\"} %s\n",
			 counts[i][0], counts[i][1]);
		scene_read(&scene, QX_TEXT, after, 1);
		scene_press(&scene, "\r");
		draw(100, 30, false);
		cr_assert(line_has("<= 2", "#"), "%s", frame);
		cr_assert(line_has("<= 1", i == 0 ? "#" : "."), "%s", frame);
		end();
	}
}

Test(frame, a_number_beyond_a_float_has_a_bar)
{
	scene_init(&scene, 1);
	scene_read(&scene, QX_TEXT, "# TYPE g gauge\ng 1e300\n", 0);
	scene_read(&scene, QX_TEXT, "# TYPE g gauge\ng -1e300\n", 20);
	scene_read(&scene, QX_TEXT, "# TYPE g gauge\ng 1\n", 40);
	draw(120, 30, false);
	cr_assert(line_has("g ", "# _ ="), "%s", frame);
	end();
}

Test(frame, every_size_is_drawn_within_its_bounds)
{
	start();
	for (int width = 1; width < 220; width += 7) {
		for (int height = 1; height < 40; height += 3) {
			char *line, *rest = draw(width, height, false) ? frame : NULL;

			cr_assert(lines_of(frame) <= (size_t)height);
			while ((line = strsep(&rest, "\n")))
				cr_assert(strlen(line) <= (size_t)width);
		}
	}
	end();
}

Test(frame, ascii_only_where_there_is_nothing_else)
{
	start();
	scene_press(&scene, "jjj\r");
	draw(100, 30, false);
	for (const char *at = frame; *at; at++)
		cr_assert((*at >= ' ' && *at < 127) || *at == '\n');
	draw(100, 30, true);
	cr_assert(strstr(frame, "\xe2\x96\x88") != NULL);
	end();
}

Test(frame, a_target_that_is_down_keeps_its_last_values)
{
	start();
	cr_assert_eq(scene_ink(&scene, 100, 30, 3), INK_NAME);
	scene.target.up = false;
	scene.target.heard = 26.5;
	strcpy(scene.target.error, "Connection \033[31mrefused");
	draw(100, 30, true);
	cr_assert(line_has("DOWN", "Connection \\x1b[31mrefused values are 14s old"));
	cr_assert(line_has("jobs_total", "33 10"));
	cr_assert(!strchr(frame, '\033'));
	cr_assert_eq(scene_ink(&scene, 100, 30, 3), INK_QUIET);
	cr_assert_eq(scene_ink(&scene, 100, 30, 1), INK_BAD);
	end();
}

Test(frame, names_of_terminal_commands_stay_text)
{
	scene_init(&scene, 1);
	scene_read(&scene, QX_TEXT_UTF8,
		   "# HELP \"a\033]0;x\a\" \033[2Jhelp\n# TYPE \"a\033]0;x\a\" gauge\n"
		   "{\"a\033]0;x\a\",l=\"\033c\\n\xc2\x9b\\\"\"} 1\n",
		   1);
	draw(160, 30, true);
	cr_assert(!strpbrk(frame, "\033\a") && !strstr(frame, "\xc2\x9b"));
	cr_assert(line_has("a\\x1b]0;x\\x07", "gauge 1 1 \\x1b[2Jhelp"));
	scene_press(&scene, "\r");
	draw(160, 30, true);
	cr_assert(!strpbrk(frame, "\033\a") && !strstr(frame, "\xc2\x9b"));
	cr_assert(strstr(frame, "l=\"\\x1bc\\x0a\\u{9b}\\\"\"") != NULL);
	end();
}

/* --- keys ------------------------------------------------------------------------------------- */

Test(keys, search_narrows_and_escape_widens)
{
	start();
	scene_press(&scene, "/JOBS DO");
	draw(100, 30, true);
	cr_assert(strstr(frame, "jobs_total") && !strstr(frame, "heap_bytes"));
	cr_assert(line_has("/JOBS DO", "1 found"));
	scene_press(&scene, "\r");
	cr_assert(!scene.screen.searching);
	scene_press(&scene, "\033");
	draw(100, 30, true);
	cr_assert(strstr(frame, "heap_bytes") && !scene.screen.over);
	scene_press(&scene, "\033");
	cr_assert(scene.screen.over);
	end();
}

Test(keys, orders_by_rate_change_and_series)
{
	start();
	scene_press(&scene, "s");
	draw(100, 30, true);
	cr_assert(strstr(frame, "jobs_total") < strstr(frame, "wait_seconds"));
	cr_assert(strstr(frame, "wait_seconds") < strstr(frame, "heap_bytes"));
	cr_assert(line_has("Enter open", "s sort:rate"));
	scene_press(&scene, "r");
	draw(100, 30, true);
	cr_assert(strstr(frame, "jobs_total") > strstr(frame, "wait_seconds"));
	scene_press(&scene, "ss");
	draw(100, 30, true);
	cr_assert(line_has("Enter open", "s sort:series"));
	scene_press(&scene, "sr");
	draw(100, 30, true);
	cr_assert(strstr(frame, "wait_seconds") < strstr(frame, "ask_seconds"));
	scene_press(&scene, "sss");
	draw(100, 30, true);
	cr_assert(strstr(frame, "jobs_total") < strstr(frame, "ask_seconds"));
	end();
}

Test(keys, the_chosen_row_stays_chosen_when_others_come)
{
	start();
	scene_press(&scene, "j");
	draw(100, 30, true);
	scene_read(&scene, QX_TEXT, "aaa 1\nabc 2\n" EXPOSITION("40", "9"), 14);
	scene_press(&scene, "\r");
	draw(100, 30, true);
	cr_assert(scene_line(frame, "heap_bytes  gauge") != NULL);
	end();
}

Test(keys, a_family_has_series_quantiles_and_a_heat_map)
{
	start();
	scene_press(&scene, "G\r");
	draw(100, 30, true);
	cr_assert(line_has("wait_seconds", "histogram, 1 series"));
	cr_assert(line_has("per second", "4 p50 500ms p95 950ms p99 990ms"));
	cr_assert(line_has("<= 1s", "\xe2\x96\x88"));
	cr_assert(line_has("(no labels)", "8 4 1s 500ms 950ms 990ms"));
	scene_press(&scene, "\033g\r");
	draw(100, 30, true);
	cr_assert(line_has("SERIES", "COUNT RATE/s MEAN P90"));
	cr_assert(line_has("(no labels)", "4 0 - 250ms"));
	end();
}

Test(keys, cardinality_of_all_and_of_one)
{
	start();
	scene_press(&scene, "c");
	draw(100, 30, true);
	cr_assert(line_has("wait_seconds", "1 5 45.5%"));
	cr_assert(line_has("jobs_total", "2 2 18.2% kind 2"));
	cr_assert(strstr(frame, "wait_seconds") < strstr(frame, "jobs_total"));
	scene_press(&scene, "jj\r");
	draw(100, 30, true);
	cr_assert(line_has("jobs_total", "counter, 2 series"));
	cr_assert(line_has("kind ", "2 2 \"a\" in 1, \"b\" in 1"));
	scene_press(&scene, "\033\033");
	cr_assert_eq(screen_place(&scene.screen)->view, VIEW_FAMILIES);
	end();
}

Test(keys, any_keys_in_any_order_are_survived)
{
	static const char all[] = "jkgG \r\033/abs?clrh\r\033\b";
	uint32_t state = 1;

	start();
	for (int i = 0; i < 20000; i++) {
		char key[2] = { 0 };

		state = state * 1664525 + 1013904223;
		key[0] = all[(state >> 16) % (sizeof(all) - 1)];
		scene_press(&scene, key);
		scene.screen.over = false;
	}
	end();
}

Test(keys, the_help_names_every_key)
{
	start();
	scene_press(&scene, "?");
	draw(80, 24, true);
	cr_assert(strstr(frame, "Enter ") && strstr(frame, "cardinality") &&
		  strstr(frame, "histogram_quantile"));
	scene_press(&scene, "\033q");
	cr_assert(scene.screen.over);
	end();
}

Test(frame, ten_thousand_series_scroll)
{
	char *text = malloc(400000), *at = text;

	at += sprintf(at, "# TYPE a_total counter\n");
	for (int i = 0; i < 10000; i++)
		at += sprintf(at, "a_total{id=\"%05d\"} %d\n", i, i);
	scene_init(&scene, 1);
	scene_read(&scene, QX_TEXT, text, 0);
	scene_read(&scene, QX_TEXT, text, 1);
	free(text);
	scene_press(&scene, "\rG");
	draw(80, 24, true);
	cr_assert(line_has("id=\"09999\"", "10.0k") && !strstr(frame, "id=\"00000\""));
	scene_press(&scene, "gjjjjjjjjjjjjjjjjjjj"); /* a row more than there are lines for */
	draw(80, 24, true);
	cr_assert(strstr(frame, "id=\"00001\"") && !strstr(frame, "id=\"00000\""));
	cr_assert(line_has("id=\"00019\"", "19"));
	scene_press(&scene, "g/0042\r");
	draw(80, 24, true);
	cr_assert(line_has("/0042", "11 found"));
	end();
}
