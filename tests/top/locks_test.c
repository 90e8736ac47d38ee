/* SPDX-License-Identifier: MIT */
/* locks_test.c: places where threads wait: in which order, with which figures, behind which key. */
#include "scene.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

/* Waits at a place: all of them took as long as the bucket up to 0.01 seconds may hold. */
#define WAITS(place, n, sum)                                                                       \
	"quipu_lock_wait_seconds_bucket{" place ",le=\"0.01\"} " n "\n"                            \
	"quipu_lock_wait_seconds_bucket{" place ",le=\"+Inf\"} " n "\n"                            \
	"quipu_lock_wait_seconds_sum{" place "} " sum "\n"                                         \
	"quipu_lock_wait_seconds_count{" place "} " n "\n"
#define PUT "site=\"cache.c:131\",function=\"cache_put\",kind=\"wrlock\",lock=\"cache\""
#define TAKE "site=\"pool.c:123\",function=\"pool_take\",kind=\"mutex\",lock=\"\""
#define OLD "site=\"libz.so.1+0x1199\",function=\"\",kind=\"mutex\",lock=\"\""
#define NEXT "site=\"work.c:50\",function=\"work_next\",kind=\"cond\",lock=\"\""
#define PROFILE(take, took, next, slept)                                                           \
	"# TYPE quipu_lock_wait_seconds histogram\n" WAITS(NEXT, next, slept) WAITS(OLD, "9", "9") \
		WAITS(TAKE, take, took)                                                            \
			WAITS(PUT, "6", "3") "# TYPE quipu_lock_sites gauge\nquipu_lock_sites 4\n" \
					     "# TYPE heap_bytes gauge\nheap_bytes 1536\n"

static struct scene scene;
static char *frame;

static void start(void)
{
	scene_init(&scene, 2);
	scene_read(&scene, QX_TEXT, PROFILE("10", "1", "100", "500"), 10);
	scene_read(&scene, QX_TEXT, PROFILE("40", "4", "120", "600"), 12);
}

static void end(void)
{
	scene_free(&scene);
	free(frame);
	frame = NULL;
}

static const char *draw(int width, int height)
{
	free(frame);
	frame = scene_draw(&scene, width, height, true);
	return frame;
}

/* Whether the line that has the place has these words behind it, and no others. */
static bool line_is(const char *place, const char *words)
{
	const char *line = scene_line(frame, place);
	char copy[400], *rest = copy, *word;

	snprintf(copy, sizeof(copy), "%s", line ? strstr(line, place) + strlen(place) : "");
	while ((word = strtok_r(rest, " ", &rest))) {
		size_t len = strlen(word);

		if (strncmp(words, word, len) != 0)
			return false;
		words += len;
		words += strspn(words, " ");
	}
	return line && !*words;
}

static size_t place_of(const char *part)
{
	const char *at = strstr(frame, part);

	return at ? (size_t)(at - frame) : SIZE_MAX;
}

/* 30 waits of 3 seconds together in 2 seconds; idle ones are in no sum and have no share. */
Test(locks, figures_of_each_place_and_of_contention)
{
	start();
	draw(130, 40);
	cr_assert(line_is("pool_take", "pool.c:123 mutex 100 1.50s 15 100ms 9.90ms"), "%s", frame);
	cr_assert(line_is("cache_put", "cache.c:131 wrlock cache 0 0s 0 - -"), "%s", frame);
	cr_assert(line_is("all contention", "100 1.50s 15 100ms 9.90ms"), "%s", frame);
	cr_assert(line_is("work_next", "work.c:50 cond - 50s 10 5s 9.90ms"), "%s", frame);
	end();
}

Test(locks, the_longest_waits_first_and_idle_ones_last)
{
	start();
	draw(130, 40);
	cr_assert(place_of("pool_take") < place_of("libz.so.1+0x1199"));
	cr_assert(place_of("libz.so.1+0x1199") < place_of("cache_put"), "waited more, long ago");
	cr_assert(place_of("cache_put") < place_of("work_next"));
	cr_assert(place_of("work_next") < SIZE_MAX);
	end();
}

Test(locks, a_view_of_its_own_with_its_families)
{
	start();
	draw(130, 40);
	cr_assert(strstr(frame, "heap_bytes") && strstr(frame, "w locks"));
	scene_press(&scene, "w");
	draw(130, 40);
	cr_assert(strstr(frame, "quipu_lock_sites") && strstr(frame, "pool_take"));
	cr_assert(!strstr(frame, "heap_bytes"));
	scene_press(&scene, "j\r");
	draw(130, 40);
	cr_assert(scene_line(frame, "quipu_lock_wait_seconds"));
	scene_press(&scene, "\033\033");
	draw(130, 40);
	cr_assert(strstr(frame, "heap_bytes"));
	end();
}

/* Three lines for the table: its head, its sum, one place. */
Test(locks, places_without_a_line_are_counted)
{
	start();
	draw(130, 12);
	cr_assert(strstr(frame, "pool_take") && !strstr(frame, "work_next"));
	cr_assert(strstr(frame, "all (3 more: w)"));
	end();
}

Test(locks, a_target_without_a_profiler_says_so_where_it_is_asked_for)
{
	scene_init(&scene, 2);
	scene_read(&scene, QX_TEXT, "# TYPE heap_bytes gauge\nheap_bytes 1536\n", 10);
	draw(130, 40);
	cr_assert(!strstr(frame, "LOCKS") && !strstr(frame, "w locks"));
	scene_press(&scene, "w");
	draw(130, 40);
	cr_assert(strstr(frame, "the target has no quipu_lock_wait_seconds"));
	end();
}

Test(locks, every_size_is_drawn_within_its_bounds)
{
	start();
	scene_press(&scene, "w");
	for (int width = 1; width < 200; width += 7) {
		for (int height = 1; height < 20; height += 3) {
			char *copy, *rest, *line;

			draw(width, height);
			copy = rest = strdup(frame);
			for (int n = 0; (line = strsep(&rest, "\n")); n++)
				cr_assert(n <= height);
			free(copy);
		}
	}
	end();
}
