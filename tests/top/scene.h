/* SPDX-License-Identifier: MIT */
/* scene.h: expositions as texts go in, frames as texts come out. */
#ifndef SCENE_H
#define SCENE_H

#include "top/frame.h"

struct scene {
	struct store store;
	struct screen screen;
	struct target target;
};

/* A locale with UTF-8 is set for all. */
void scene_init(struct scene *scene, double interval);
void scene_free(struct scene *scene);

/* As scraped at this second. */
void scene_read(struct scene *scene, enum qx_format format, const char *text, double time);

/* The frame's lines; to be freed. */
char *scene_draw(struct scene *scene, int width, int height, bool utf8);

/* The ink of the first cell of a line of the same frame. */
enum ink scene_ink(struct scene *scene, int width, int height, int line);

/* Keys, one after the other, with a frame drawn before each. */
void scene_press(struct scene *scene, const char *keys);

/* The line that has this in it, up to its end; NULL. It stays until the next call. */
const char *scene_line(const char *frame, const char *part);

const struct series *scene_series(const struct scene *scene, const char *family, size_t i);

#endif
