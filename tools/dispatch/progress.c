/* SPDX-License-Identifier: MIT */
/* progress.c: the line that tells how far it is. */
#include "progress.h"

#include "clock.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TERMINAL_PERIOD_NS (CLOCK_NS_PER_SECOND / 10)
/* What is over sooner needs no line, and other output has its say. */
#define FIRST_NS (CLOCK_NS_PER_SECOND / 3)
#define LOG_PERIOD_NS (CLOCK_NS_PER_SECOND * 5)

void progress_open(struct progress *progress, FILE *out)
{
	const char *kind = getenv("TERM");

	progress->out = out;
	progress->terminal = isatty(fileno(out)) && kind && strcmp(kind, "dumb") != 0;
	progress_reset(progress);
}

bool progress_due(const struct progress *progress)
{
	return clock_now() >= progress->due_ns;
}

void progress_reset(struct progress *progress)
{
	progress->due_ns = clock_now() + FIRST_NS;
}

/* A line that wraps could not be taken back. */
static int columns(const struct progress *progress)
{
	struct winsize size;

	if (ioctl(fileno(progress->out), TIOCGWINSZ, &size) || size.ws_col < 2)
		return 79;
	return size.ws_col - 1;
}

void progress_show(struct progress *progress, const char *format, ...)
{
	char line[256];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	if (progress->terminal)
		fprintf(progress->out, "\r\033[K%.*s", columns(progress), line);
	else
		fprintf(progress->out, "%s\n", line);
	fflush(progress->out);
	progress->due_ns = clock_now() + (progress->terminal ? TERMINAL_PERIOD_NS : LOG_PERIOD_NS);
}

void progress_clear(struct progress *progress)
{
	if (progress->terminal)
		fputs("\r\033[K", progress->out);
	fflush(progress->out);
}
