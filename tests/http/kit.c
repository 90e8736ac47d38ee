/* SPDX-License-Identifier: MIT */
/* kit.c: see kit.h. Cases, checks and the server under test; the client is in client.c. */
#include "kit.h"

#include <dirent.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define UNTIL_STEPS 12000
#define UNTIL_STEP_MS 5
#define PF_EXITING 0x4 /* of the kernel's */

static atomic_uint failures;
static const char *current = "";

void kit_failed(const char *file, int line, const char *what)
{
	atomic_fetch_add(&failures, 1);
	fprintf(stderr, "%s:%d: %s: %s\n", file, line, current, what);
}

unsigned kit_failures(void)
{
	return atomic_load(&failures);
}

void kit_forget_failures(void)
{
	atomic_store(&failures, 0);
}

static bool is_chosen(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], name) == 0)
			return true;
	}
	return argc < 2;
}

int kit_main(int argc, char **argv, const struct kit_case *cases, size_t n)
{
	unsigned ran = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned before = kit_failures();

		if (!is_chosen(cases[i].name, argc, argv))
			continue;
		current = cases[i].name;
		cases[i].run();
		printf("%s %s\n", kit_failures() == before ? "ok  " : "FAIL", current);
		fflush(stdout);
		ran++;
	}
	return ran > 0 && kit_failures() == 0 ? 0 : 1;
}

quipu_http *kit_start(quipu_registry *registry, const quipu_http_opts *opts)
{
	quipu_http_opts here = *opts;
	quipu_error error;
	quipu_http *server;

	if (!here.listen)
		here.listen = "127.0.0.1:0";
	server = quipu_http_start(registry, &here, &error);
	if (!server) {
		fprintf(stderr, "%s: %s\n", current, quipu_http_error());
		exit(1);
	}
	return server;
}

void kit_sleep_ms(unsigned ms)
{
	poll(NULL, 0, (int)ms);
}

unsigned kit_raise_descriptors(void)
{
	const rlim_t enough = 100000;
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max < enough ? limit.rlim_max : enough;
	setrlimit(RLIMIT_NOFILE, &limit);
	return (unsigned)limit.rlim_cur;
}

static unsigned count_entries(const char *path)
{
	DIR *dir = opendir(path);
	unsigned n = 0;

	if (!dir)
		return 0;
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

unsigned kit_descriptors(void)
{
	return count_entries("/proc/self/fd");
}

/* The kernel lists a thread for a moment longer than it takes to join it. */
static bool is_alive(const char *thread)
{
	unsigned flags = PF_EXITING;
	char path[300];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%s/stat", thread);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (fscanf(file, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %u", &flags) != 1)
		flags = PF_EXITING;
	fclose(file);
	return !(flags & PF_EXITING);
}

unsigned kit_threads(void)
{
	DIR *dir = opendir("/proc/self/task");
	const struct dirent *entry;
	unsigned n = 0;

	while (dir && (entry = readdir(dir)))
		n += entry->d_name[0] != '.' && is_alive(entry->d_name);
	if (dir)
		closedir(dir);
	return n;
}

bool kit_until(bool (*is)(void *ctx), void *ctx)
{
	for (int i = 0; i < UNTIL_STEPS; i++) {
		if (is(ctx))
			return true;
		kit_sleep_ms(UNTIL_STEP_MS);
	}
	return false;
}
