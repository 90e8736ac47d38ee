/* SPDX-License-Identifier: MIT */
/*
 * ask.c: ask [-d DEBUG_PATH] [-p PLUGIN]: for every line "BUILD_ID OFFSET PATH" of its input ("-":
 * no build-id) the names there, each "FUNCTION|FILE|LINE", the one to show marked with a star, then
 * a line "why REASON" where there is one, then an empty line. Exit status 3: files stayed open
 * between two answers.
 */
#include "names.h"

#include <dirent.h>
#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a plug-in has. */
struct calls {
	struct qc_names *(*open)(const char *debug_path);
	void (*close)(struct qc_names *names);
	size_t (*of)(struct qc_names *names, const char *path, const char *build_id,
		     uint64_t offset, struct qc_name out[QC_MAX_INLINED], const char **why);
	const struct qc_name *(*pick)(const struct qc_name *names, size_t n);
	bool (*is_wrapper)(const struct qc_name *name);
};

static void *must(void *found)
{
	if (found)
		return found;
	fputs("ask: something is missing, or memory is out\n", stderr);
	exit(2);
}

static struct calls load(const char *plugin)
{
	void *library = must(dlopen(plugin, RTLD_NOW | RTLD_LOCAL));
	struct calls calls;

	*(void **)&calls.open = must(dlsym(library, "qc_names_open"));
	*(void **)&calls.close = must(dlsym(library, "qc_names_close"));
	*(void **)&calls.of = must(dlsym(library, "qc_names_of"));
	*(void **)&calls.pick = must(dlsym(library, "qc_names_pick"));
	*(void **)&calls.is_wrapper = must(dlsym(library, "qc_name_is_wrapper"));
	return calls;
}

static unsigned count_open_files(void)
{
	DIR *folder = must(opendir("/proc/self/fd"));
	unsigned n = 0;

	while (readdir(folder))
		n++;
	closedir(folder);
	return n;
}

static const char *text(const char *known)
{
	return known ? known : "";
}

static void answer(const struct calls *calls, struct qc_names *names, char *line)
{
	struct qc_name out[QC_MAX_INLINED];
	char *build_id = strsep(&line, " "), *offset = strsep(&line, " ");
	char *path = strsep(&line, "\n");
	const struct qc_name *pick;
	const char *why;
	size_t n;

	if (!path) {
		fputs("ask: a line is BUILD_ID OFFSET PATH\n", stderr);
		exit(2);
	}
	n = calls->of(names, path, strcmp(build_id, "-") == 0 ? "" : build_id,
		      strtoull(offset, NULL, 0), out, &why);
	pick = calls->pick(out, n);
	for (size_t i = 0; i < n; i++)
		printf("%s%s|%s|%u\n", pick == &out[i] ? "*" : "", text(out[i].function),
		       text(out[i].file), out[i].line);
	if (why)
		printf("why %s\n", why);
	puts("");
}

int main(int argc, char **argv)
{
	struct calls calls = { qc_names_open, qc_names_close, qc_names_of, qc_names_pick,
			       qc_name_is_wrapper };
	const char *debug_path = NULL;
	struct qc_names *names;
	unsigned open_files;
	char line[8192];
	int option;

	while ((option = getopt(argc, argv, "d:p:")) != -1) {
		if (option == 'd')
			debug_path = optarg;
		else if (option == 'p')
			calls = load(optarg);
		else
			return 2;
	}
	names = must(calls.open(debug_path));
	open_files = count_open_files();
	while (fgets(line, sizeof(line), stdin)) {
		answer(&calls, names, line);
		if (count_open_files() != open_files)
			return 3;
	}
	calls.close(names);
	return 0;
}
