/* SPDX-License-Identifier: MIT */
/* scene.c: see scene.h. */
#include "scene.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void scene_init(struct scene *scene, double interval)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	*scene = (struct scene){ .target = { .url = "http://h/metrics", .interval = interval } };
	scene->target.good = NAN;
	store_init(&scene->store, interval);
	screen_init(&scene->screen);
}

void scene_free(struct scene *scene)
{
	store_free(&scene->store);
	screen_free(&scene->screen);
}

void scene_read(struct scene *scene, enum qx_format format, const char *text, double time)
{
	struct qx_exposition *exposition = qx_read(format, text, strlen(text));

	store_update(&scene->store, exposition, time);
	scene->target.up = true;
	scene->target.heard = scene->target.good = time;
	scene->target.took = 0.0125;
	scene->target.bytes = strlen(text);
	scene->target.format = format;
	scene->target.n_findings = exposition->findings.n;
	qx_free(exposition);
}

static struct canvas draw(struct scene *scene, int width, int height, bool utf8)
{
	struct canvas canvas;
	struct frame frame = { .canvas = &canvas,
			       .screen = &scene->screen,
			       .store = &scene->store,
			       .target = &scene->target,
			       .now = scene->target.heard,
			       .clock = "12:34:56" };

	canvas_init(&canvas, width, height, utf8);
	frame_draw(&frame);
	return canvas;
}

char *scene_draw(struct scene *scene, int width, int height, bool utf8)
{
	struct canvas canvas = draw(scene, width, height, utf8);
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	canvas_print(&canvas, out);
	fclose(out);
	canvas_free(&canvas);
	return text;
}

enum ink scene_ink(struct scene *scene, int width, int height, int line)
{
	struct canvas canvas = draw(scene, width, height, true);
	enum ink ink = (enum ink)canvas_at(&canvas, 0, line)->ink;

	canvas_free(&canvas);
	return ink;
}

void scene_press(struct scene *scene, const char *keys)
{
	for (; *keys; keys++) {
		struct canvas canvas = draw(scene, 80, 24, true);

		canvas_free(&canvas);
		screen_press(&scene->screen, (unsigned char)*keys);
	}
}

const char *scene_line(const char *frame, const char *part)
{
	static char line[2048];
	const char *at = strstr(frame, part), *start = at;

	if (!at)
		return NULL;
	while (start > frame && start[-1] != '\n')
		start--;
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(start, "\n"), start);
	return line;
}

const struct series *scene_series(const struct scene *scene, const char *family, size_t i)
{
	const struct family *found = store_find(&scene->store, family);

	return found && i < found->n_series ? found->series[i] : NULL;
}
