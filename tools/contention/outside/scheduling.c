/* SPDX-License-Identifier: MIT */
/* scheduling.c: see scheduling.h. */
#include "scheduling.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define LEAST_ROOM 16

/* --- the list of threads ------------------------------------------------------------------- */

static void add_thread(struct qc_scheduling *sum, const struct qc_thread_seen *thread)
{
	sum->run_queue_ns += thread->run_queue_ns;
}

static bool make_room(struct qc_threads *threads)
{
	size_t room = threads->room ? 2 * threads->room : LEAST_ROOM;
	struct qc_thread_seen *list;

	if (threads->n < threads->room)
		return true;
	list = realloc(threads->list, room * sizeof list[0]);
	if (!list)
		return false;
	threads->list = list;
	threads->room = room;
	return true;
}

/* The kernel tells of threads in the order that it did last time: next is where this one was then
 * if nobody has come or gone. NULL: out of memory. */
static struct qc_thread_seen *find_or_add(struct qc_threads *threads, pid_t id, size_t *next)
{
	size_t i;

	for (i = 0; i < threads->n; i++) {
		size_t at = (*next + i) % threads->n;

		if (threads->list[at].id == id) {
			*next = at + 1;
			return &threads->list[at];
		}
	}
	if (!make_room(threads))
		return NULL;
	threads->list[threads->n] = (struct qc_thread_seen){ .id = id };
	*next = threads->n + 1;
	return &threads->list[threads->n++];
}

/* A thread never has less than it had: another one has its id now. */
static void see(struct qc_threads *threads, struct qc_thread_seen *thread, uint64_t on_cpu_ns,
		uint64_t run_queue_ns)
{
	if (on_cpu_ns < thread->on_cpu_ns || run_queue_ns < thread->run_queue_ns)
		add_thread(&threads->gone, thread);
	thread->on_cpu_ns = on_cpu_ns;
	thread->run_queue_ns = run_queue_ns;
}

static void drop_dead(struct qc_threads *threads)
{
	size_t i, n = 0;

	for (i = 0; i < threads->n; i++) {
		if (threads->list[i].alive)
			threads->list[n++] = threads->list[i];
		else
			add_thread(&threads->gone, &threads->list[i]);
	}
	threads->n = n;
}

/* --- what the kernel tells ----------------------------------------------------------------- */

static int open_figures(int folder, const char *id)
{
	char path[64];

	snprintf(path, sizeof path, "%.32s/schedstat", id);
	return openat(folder, path, O_RDONLY | O_CLOEXEC);
}

/* false: it is gone, or nothing is told of it; then errno is ENOENT, or ESRCH, or another. */
static bool read_figures(int folder, const char *id, uint64_t *on_cpu_ns, uint64_t *run_queue_ns)
{
	int fd = open_figures(folder, id);
	char text[128];
	ssize_t len;

	if (fd < 0)
		return false;
	len = read(fd, text, sizeof text - 1);
	close(fd);
	text[len > 0 ? len : 0] = '\0';
	errno = len < 0 ? ESRCH : EINVAL;
	return sscanf(text, "%" SCNu64 " %" SCNu64, on_cpu_ns, run_queue_ns) == 2;
}

/* One that cannot be looked at for another reason than that it has ended is as it was. */
static void look_at(struct qc_threads *threads, int folder, const char *id, size_t *next)
{
	struct qc_thread_seen *thread = find_or_add(threads, (pid_t)strtol(id, NULL, 10), next);
	uint64_t on_cpu_ns, run_queue_ns;

	if (!thread)
		return;
	if (!read_figures(folder, id, &on_cpu_ns, &run_queue_ns)) {
		thread->alive = errno != ENOENT && errno != ESRCH;
		return;
	}
	see(threads, thread, on_cpu_ns, run_queue_ns);
	thread->alive = true;
}

/* false: there is nothing to look at. */
static bool look_at_all(struct qc_threads *threads)
{
	DIR *folder = opendir("/proc/self/task");
	const struct dirent *entry;
	size_t next = 0, i;

	if (!folder)
		return false;
	for (i = 0; i < threads->n; i++)
		threads->list[i].alive = false;
	while ((entry = readdir(folder))) {
		if (entry->d_name[0] != '.')
			look_at(threads, dirfd(folder), entry->d_name, &next);
	}
	closedir(folder);
	drop_dead(threads);
	return true;
}

/* --- sums ---------------------------------------------------------------------------------- */

/* As getrusage has it of the process, to the nanosecond: with the threads that have ended. */
static uint64_t process_ns(void)
{
	struct timespec ran = { 0 };

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ran);
	return (uint64_t)ran.tv_sec * 1000000000 + (uint64_t)ran.tv_nsec;
}

static struct qc_scheduling sum(const struct qc_threads *threads)
{
	struct qc_scheduling all = threads->gone;
	size_t i;

	for (i = 0; i < threads->n; i++)
		add_thread(&all, &threads->list[i]);
	all.threads = (unsigned)threads->n;
	all.on_cpu_ns = process_ns();
	return all;
}

/* Kernels without these figures have no such file, or show zeros. */
static bool is_told(void)
{
	return access("/proc/self/schedstat", R_OK) == 0;
}

void qc_threads_start(struct qc_threads *threads)
{
	threads->gone = (struct qc_scheduling){ .known = is_told() && look_at_all(threads) };
	threads->first = sum(threads);
}

void qc_threads_read(struct qc_threads *threads, struct qc_scheduling *since)
{
	look_at_all(threads);
	*since = sum(threads);
	since->on_cpu_ns -= threads->first.on_cpu_ns;
	since->run_queue_ns -= threads->first.run_queue_ns;
}
