/* SPDX-License-Identifier: MIT */
/* program.c: see program.h. */
#include "program.h"

#include "elf_look.h"
#include "places.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define DEEPEST_SCRIPT 4
#define LINE_SIZE 512
#define NOT_EXECUTABLE 126
#define NOT_FOUND 127

static void blind(struct program *program, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void blind(struct program *program, const char *format, ...)
{
	va_list arguments;

	program->blind = true;
	va_start(arguments, format);
	vsnprintf(program->reason, sizeof(program->reason), format, arguments);
	va_end(arguments);
}

/* --- where it is ------------------------------------------------------------------------------ */

static bool runs(const char *path, int *error)
{
	struct stat status;

	if (stat(path, &status) != 0)
		*error = *error == EACCES ? EACCES : errno;
	else if (!S_ISREG(status.st_mode) || access(path, X_OK) != 0)
		*error = EACCES;
	else
		return true;
	return false;
}

static bool search_path(const char *name, char path[PATH_MAX], int *error)
{
	const char *rest = getenv("PATH");

	for (rest = rest ? rest : "/bin:/usr/bin"; rest; rest = strchr(rest, ':')) {
		int len;

		rest += *rest == ':';
		len = (int)strcspn(rest, ":");
		if (snprintf(path, PATH_MAX, "%.*s%s%s", len, rest, len > 0 ? "/" : "", name) <
			    PATH_MAX &&
		    runs(path, error))
			return true;
	}
	return false;
}

static bool find(const char *name, char path[PATH_MAX], int *error)
{
	*error = ENOENT;
	if (!strchr(name, '/'))
		return search_path(name, path, error);
	return snprintf(path, PATH_MAX, "%s", name) < PATH_MAX && runs(path, error);
}

/* --- scripts ---------------------------------------------------------------------------------- */

/* The first word, and what is after it. */
static char *word(char **rest)
{
	char *start = *rest + strspn(*rest, " \t");

	*rest = start + strcspn(start, " \t");
	if (**rest)
		*(*rest)++ = '\0';
	return start;
}

/* The program that env runs: past its options and variables. */
static const char *run_by_env(char *rest)
{
	const char *name = word(&rest);

	while (*name == '-' || strchr(name, '='))
		name = word(&rest);
	return name;
}

/* The interpreter in the first line; false where there is none to be found. */
static bool interpreter(int fd, char path[PATH_MAX])
{
	char line[LINE_SIZE + 1], *rest = line + 2;
	ssize_t len = pread(fd, line, LINE_SIZE, 0);
	const char *name;
	int error;

	if (len < 2 || memcmp(line, "#!", 2) != 0)
		return false;
	line[len] = '\0';
	line[strcspn(line, "\n")] = '\0';
	name = word(&rest);
	if (strcmp(last_component(name), "env") == 0)
		name = run_by_env(rest);
	return *name && find(name, path, &error);
}

/* --- whether it can be seen ------------------------------------------------------------------- */

static bool gains_rights(int fd)
{
	struct stat status;

	if (fstat(fd, &status) != 0)
		return false;
	return ((status.st_mode & S_ISUID) && status.st_uid != getuid()) ||
	       ((status.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) &&
		status.st_gid != getgid()) ||
	       (getuid() != 0 && fgetxattr(fd, "security.capability", NULL, 0) > 0);
}

static bool other_libc(const char *loader)
{
	const char *name = last_component(loader);

	return strncmp(name, "ld-musl", 7) == 0 || strncmp(name, "ld-uClibc", 9) == 0 ||
	       strncmp(name, "linker", 6) == 0;
}

static void judge_elf(struct program *program, const struct elf_look *look)
{
	if (look->machine)
		blind(program,
		      "it is a program for %s, and the profiler here is for %s. Build quipu for "
		      "%s.",
		      look->machine, elf_own_machine(), look->machine);
	else if (look->is_static)
		blind(program, "it is linked statically, so that nothing can be loaded into it. "
			       "Link it with quipu-contend's static library and the linker's "
			       "--wrap: pkg-config --static --libs quipu-contend-static");
	else if (other_libc(look->loader))
		blind(program,
		      "its loader is %s, that of another C library than the GNU one, for which "
		      "the profiler is.",
		      look->loader);
	else if (look->sanitizer)
		blind(program,
		      "it is built with %s, which itself stands in the place of the functions for "
		      "locks. Build it without -fsanitize.",
		      look->sanitizer);
}

static void judge(struct program *program, int fd)
{
	struct elf_look look = elf_look(fd);

	if (gains_rights(fd))
		blind(program,
		      "it runs with other rights than yours (setuid, setgid or file "
		      "capabilities), and the loader preloads nothing into such. Run a copy "
		      "without them, or as the user that it would become.");
	else if (look.is_elf)
		judge_elf(program, &look);
}

static void look_at(struct program *program)
{
	char next[PATH_MAX];

	snprintf(program->judged, sizeof(program->judged), "%s", program->path);
	for (int depth = 0; depth <= DEEPEST_SCRIPT; depth++) {
		int fd = open(program->judged, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		bool script = fd >= 0 && interpreter(fd, next);

		if (fd >= 0 && !script)
			judge(program, fd);
		if (fd >= 0)
			close(fd);
		if (!script)
			return;
		snprintf(program->judged, sizeof(program->judged), "%s", next);
	}
}

void program_look(struct program *program, const char *name)
{
	int error;

	*program = (struct program){ .status = 0 };
	if (find(name, program->path, &error)) {
		look_at(program);
		return;
	}
	program->status = error == ENOENT || error == ENOTDIR ? NOT_FOUND : NOT_EXECUTABLE;
	snprintf(program->reason, sizeof(program->reason), "%s", strerror(error));
}
