/* SPDX-License-Identifier: MIT */
/*
 * x6_disk.c: a text file on a disk that is full, read-only, or in the way.
 *
 * X6, P6: quipu_write_file says EFILE and errno why, the old file is intact, and nothing is left
 * beside it; a link that has its name is replaced, not followed; whoever reads meanwhile, and
 * after a writer was killed, finds a whole file. The disk is a small tmpfs in a namespace of our
 * own; where the system grants none, that part is left out (write_test has limits instead).
 */
#include "torture.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <quipu/quipu.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SERIES 1000
#define DISK "size=64k"

static const struct torture defaults = {
	.name = "disk",
	.promises = "P6 X6: a text file that cannot be written",
	.count = 30, /* writers killed */
};

static quipu_registry *registry;
static quipu_counter counter;
static char folder[] = "/tmp/quipu-disk-XXXXXX";

static const char *in_folder(const char *name)
{
	static char path[4][128];
	static unsigned next;
	char *to = path[next++ % 4];

	snprintf(to, sizeof path[0], "%s/%s", folder, name);
	return to;
}

/* Grows over what the disk can hold. */
static void make_long(void)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "long_total", .help = "Long.",
				     .labels = QUIPU_NAMES("l"), .max_series = SERIES));
	char name[128];
	int i;

	for (i = 0; i < SERIES; i++) {
		snprintf(name, sizeof name, "a value that is long enough to fill a small disk, %d",
			 i);
		quipu_inc_at(family, name);
	}
}

static size_t content(const char *name, char *to, size_t most)
{
	FILE *file = fopen(in_folder(name), "r");
	size_t n = file ? fread(to, 1, most, file) : 0;

	if (file)
		fclose(file);
	return n;
}

static int n_files(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int n = 0;

	while (dir && (entry = readdir(dir)))
		n += entry->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return n;
}

static void expect_refused(const char *what, int problem)
{
	static char before[1 << 17], after[1 << 17];
	const size_t n = content("a.prom", before, sizeof before);
	const int files = n_files();
	quipu_error error;

	errno = 0;
	error = quipu_write_file(registry, in_folder("a.prom"));
	TORTURE_CHECK("X6", error == QUIPU_EFILE && errno == problem, "%s: %s, %s", what,
		      quipu_strerror(error), strerror(errno));
	TORTURE_CHECK("X6",
		      content("a.prom", after, sizeof after) == n && !memcmp(before, after, n),
		      "%s: the old file is not intact", what);
	TORTURE_CHECK("X6", n_files() == files, "%s: something is left beside it", what);
}

static void expect_written(const char *what)
{
	quipu_error error = quipu_write_file(registry, in_folder("a.prom"));

	TORTURE_CHECK("X6", error == QUIPU_OK, "%s: %s, %s", what, quipu_strerror(error),
		      strerror(errno));
	TORTURE_CHECK("X6", n_files() == 1, "%s: something is left beside it", what);
}

/* --- a disk of our own -------------------------------------------------------------------------- */

static int write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return done;
}

static int mount_disk(void)
{
	const unsigned uid = getuid(), gid = getgid();
	char map[64];

	if (uid != 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
			return 0;
		snprintf(map, sizeof map, "0 %u 1", uid);
		write_to("/proc/self/setgroups", "deny");
		if (!write_to("/proc/self/uid_map", map))
			return 0;
		snprintf(map, sizeof map, "0 %u 1", gid);
		write_to("/proc/self/gid_map", map);
	} else if (unshare(CLONE_NEWNS) != 0) {
		return 0;
	}
	return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("tmpfs", folder, "tmpfs", 0, DISK) == 0;
}

/* In a process of its own: the namespace ends with it. Exit status 3: there is no disk. */
static void on_a_small_disk(void)
{
	if (!mount_disk())
		_exit(3);
	expect_written("an empty disk");
	make_long();
	expect_refused("a full disk", ENOSPC);
	quipu_registry_unregister(registry, "long_total");
	expect_written("the same disk, and less to write");
	if (mount(NULL, folder, NULL, MS_REMOUNT | MS_RDONLY, DISK) != 0)
		torture_broken("cannot remount: %s", strerror(errno));
	expect_refused("a read-only disk", EROFS);
	_exit(0);
}

static int in_a_child(void (*what)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		what();
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		torture_broken("no child");
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* --- what is in the way --------------------------------------------------------------------------- */

static void check_link(void)
{
	struct stat is;
	char text[64] = "";

	if (symlink("victim", in_folder("a.prom")) != 0)
		torture_broken("no link");
	fclose(fopen(in_folder("victim"), "w"));
	TORTURE_CHECK("X6", quipu_write_file(registry, in_folder("a.prom")) == QUIPU_OK, "a link");
	TORTURE_CHECK("X6", lstat(in_folder("a.prom"), &is) == 0 && S_ISREG(is.st_mode),
		      "the link is still there");
	TORTURE_CHECK("X6", content("victim", text, sizeof text) == 0, "the link was followed");
	unlink(in_folder("victim"));
	unlink(in_folder("a.prom"));
}

static void check_rename(void)
{
	if (mkdir(in_folder("a.prom"), 0755) != 0)
		torture_broken("no folder");
	expect_refused("a folder in its place", EISDIR);
	rmdir(in_folder("a.prom"));
	expect_written("the folder gone");
}

/* --- writers that are killed ------------------------------------------------------------------------ */

static void write_for_ever(void)
{
	for (;;) {
		quipu_inc(counter);
		quipu_write_file(registry, in_folder("a.prom"));
	}
}

static void expect_whole(void)
{
	static char text[1 << 17];
	size_t n = content("a.prom", text, sizeof text);

	TORTURE_CHECK("X6",
		      n > 30 && !memcmp(text, "# HELP a_total A.\n", 18) && text[n - 1] == '\n',
		      "a reader finds half a file of %zu bytes", n);
	TORTURE_CHECK("X6", strstr(text, "number 999"), "a reader finds no end");
}

/* Its temporary files stay; a process of the same number writes over them (write_test). */
static void kill_one(uint64_t *random)
{
	pid_t pid = fork();
	uint64_t until = torture_now_us() + torture_random(random) % 30000;

	if (pid < 0)
		torture_broken("no child");
	if (pid == 0)
		write_for_ever();
	do
		expect_whole();
	while (torture_now_us() < until);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	expect_whole();
}

static void check_killed(void)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "b_total", .help = "B.", .labels = QUIPU_NAMES("l")));
	uint64_t i, random = torture_seed(0);
	char name[32];

	for (i = 0; i < SERIES; i++) {
		snprintf(name, sizeof name, "number %03" PRIu64, i);
		quipu_inc_at(family, name);
	}
	expect_written("a long file");
	for (i = 0; i < torture.count; i++)
		kill_one(&random);
}

int main(int argc, char **argv)
{
	char command[64];
	int status;

	torture_begin(&defaults, argc, argv);
	if (!mkdtemp(folder))
		torture_broken("no temporary folder");
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "a_total", .help = "A."));
	status = in_a_child(on_a_small_disk);
	if (status != 0 && status != 3)
		return 1; /* it has said why */
	check_link();
	check_rename();
	check_killed();
	snprintf(command, sizeof command, "rm -rf %s", folder);
	if (system(command) != 0)
		torture_broken("%s", command);
	quipu_registry_free(registry);
	return torture_end("%" PRIu64 " writers killed%s", torture.count,
			   status ? "; no disk of our own: nothing was full" : "");
}
