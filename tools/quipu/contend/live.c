/* SPDX-License-Identifier: MIT */
/* live.c: the loop between keyboard, child and the files that its processes write. */
#include "live.h"

#include "live_screen.h"
#include "paint.h"
#include "top/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* --- what the program says -------------------------------------------------------------------- */

static FILE *make_file(const struct folder *folder, const char *name)
{
	char *path = folder_file(folder, name);
	FILE *file = path ? fopen(path, "w+e") : NULL;

	if (path)
		unlink(path);
	free(path);
	return file;
}

static void copy(FILE *from, FILE *to)
{
	char bytes[65536];
	size_t n;

	if (!from)
		return;
	rewind(from);
	while ((n = fread(bytes, 1, sizeof(bytes), from)) > 0)
		fwrite(bytes, 1, n, to);
	fflush(to);
	fclose(from);
}

void live_replay(struct live *live)
{
	copy(live->out, stdout);
	copy(live->err, stderr);
	live->out = live->err = NULL;
}

/* --- opening ---------------------------------------------------------------------------------- */

static bool refuse(const char *reason)
{
	fprintf(stderr, "quipu contend run: --live: %s\n", reason);
	return false;
}

bool live_open(struct live *live, struct child_streams *streams)
{
	const char *wrong;

	live->out = make_file(live->folder, "out");
	live->err = make_file(live->folder, "err");
	streams->in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (!live->out || !live->err || streams->in < 0)
		return refuse(strerror(errno));
	streams->out = fileno(live->out);
	streams->err = fileno(live->err);
	wrong = terminal_open();
	if (wrong)
		return refuse(wrong);
	atexit(terminal_close);
	return true;
}

void live_close(void)
{
	terminal_close();
}

/* --- showing ---------------------------------------------------------------------------------- */

struct view {
	struct live *live;
	struct loaded loaded;
	struct report *report;
	struct live_screen screen;
	double next; /* when to read again */
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void forget(struct view *view)
{
	report_free(view->report);
	view->report = NULL;
}

static void rank(struct view *view)
{
	struct report_wishes wishes = view->live->options->report;

	wishes.by_stack = false;
	wishes.order = view->screen.order;
	forget(view);
	view->report = report_make(view->loaded.run.processes, view->loaded.run.n,
				   view->live->places, &wishes);
}

static void read_again(struct view *view)
{
	forget(view);
	load_free(&view->loaded);
	folder_read(view->live->folder, &view->loaded);
	rank(view);
	view->next = now() + 1;
}

static void draw(struct view *view)
{
	struct canvas canvas;
	int width, height;

	terminal_size(&width, &height);
	if (width <= 0 || height <= 0)
		return;
	canvas_init(&canvas, width, height, paint_utf8());
	live_screen_draw(&view->screen, view->report, &canvas);
	terminal_show(&canvas);
	canvas_free(&canvas);
}

static void read_keys(struct view *view)
{
	uint32_t press;

	while (!view->screen.over && (press = terminal_key()) != 0) {
		live_screen_press(&view->screen, press);
		rank(view);
		draw(view);
	}
}

/* False when there is nothing more to see. */
static bool turn(struct view *view, struct child *child)
{
	struct pollfd fds[] = { { .fd = STDIN_FILENO, .events = POLLIN },
				{ .fd = child->signals, .events = POLLIN } };
	double left = view->next - now();
	int ready = poll(fds, 2, left > 0 ? (int)(left * 1000) + 1 : 0);

	if (ready > 0 && fds[1].revents)
		child_turn(child);
	if (ready > 0 && (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)))
		return false;
	read_keys(view);
	if (now() >= view->next)
		read_again(view);
	draw(view);
	return !child->over && !view->screen.over;
}

void live_show(struct live *live, struct child *child)
{
	struct view view = { .live = live, .screen = { .order = live->options->report.order } };

	read_again(&view);
	draw(&view);
	while (turn(&view, child)) {
	}
	forget(&view);
	load_free(&view.loaded);
}
