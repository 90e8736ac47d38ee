/* SPDX-License-Identifier: MIT */
/* write_test.c: whole scrapes to sinks that refuse, and to files by atomic rename. */
#include "exposed.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>

static quipu_registry *registry;
static quipu_counter counter;
static char folder[64];

static void begin(void)
{
	registry = quipu_registry_new(NULL);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "c", .help = "C."));
	strcpy(folder, "/tmp/quipu-write-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
}

static void remove_folder(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[400];

	while ((entry = readdir(dir)) != NULL) {
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		if (entry->d_name[0] != '.')
			remove(path);
	}
	closedir(dir);
	cr_expect_eq(rmdir(folder), 0);
}

static void end(void)
{
	remove_folder();
	expect_no_error(registry);
	quipu_registry_free(registry);
}

TestSuite(write, .init = begin, .fini = end);

static const char *in_folder(const char *name)
{
	static char path[2][200];
	static int i;

	i = !i;
	snprintf(path[i], sizeof path[i], "%s/%s", folder, name);
	return path[i];
}

static void expect_file(const char *name, const char *expected)
{
	char content[400] = "";
	FILE *file = fopen(in_folder(name), "r");

	cr_assert_not_null(file, "%s", name);
	content[fread(content, 1, sizeof content - 1, file)] = '\0';
	fclose(file);
	cr_expect_str_eq(content, expected);
}

static size_t n_files(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	size_t n = 0;

	while ((entry = readdir(dir)) != NULL)
		n += entry->d_name[0] != '.';
	closedir(dir);
	return n;
}

#define TEXT(value) "# HELP c C.\n# TYPE c counter\nc " value "\n"

/* --- sinks ------------------------------------------------------------------------------------ */

struct refusing {
	int calls, refuse_at;
	size_t bytes;
};

static int refuse_later(void *ctx, const char *data, size_t len)
{
	struct refusing *sink = ctx;

	(void)data;
	sink->bytes += len;
	return ++sink->calls == sink->refuse_at ? -1 : 0;
}

/* Some 200 kB. */
static void make_long(void)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "long", .help = "L.", .labels = QUIPU_NAMES("l")));
	char value[200];

	for (int i = 0; i < 1000; i++) {
		snprintf(value, sizeof value, "%0199d", i);
		quipu_inc_at(family, value);
	}
}

Test(write, a_sink_that_refuses_ends_it)
{
	struct refusing all = { 0, 0, 0 };

	make_long();
	cr_assert_eq(quipu_write(registry, NULL, refuse_later, &all), QUIPU_OK);
	cr_assert_gt(all.calls, 5);
	for (int i = 1; i <= all.calls; i++) {
		struct refusing sink = { 0, i, 0 };

		cr_expect_eq(quipu_write(registry, NULL, refuse_later, &sink), QUIPU_ESINK);
		cr_expect_eq(sink.calls, i, "asked again after it refused");
	}
	cr_expect_eq(quipu_write(registry, NULL, refuse_later, &(struct refusing){ 0, 0, 0 }),
		     QUIPU_OK, "no snapshot stayed open");
}

/* --- files ------------------------------------------------------------------------------------ */

Test(write, a_file)
{
	cr_expect_eq(quipu_write_file(registry, in_folder("a.prom")), QUIPU_OK);
	expect_file("a.prom", TEXT("0"));
	quipu_inc(counter);
	cr_expect_eq(quipu_write_file(registry, in_folder("a.prom")), QUIPU_OK);
	expect_file("a.prom", TEXT("1"));
	cr_expect_eq(n_files(), 1);
}

/* Who has the old file open goes on reading it: a rename, not a change in place. */
Test(write, readers_see_the_old_or_the_new)
{
	char content[100] = "";
	int fd;

	cr_assert_eq(quipu_write_file(registry, in_folder("a.prom")), QUIPU_OK);
	fd = open(in_folder("a.prom"), O_RDONLY);
	quipu_inc(counter);
	cr_assert_eq(quipu_write_file(registry, in_folder("a.prom")), QUIPU_OK);
	cr_expect_gt(read(fd, content, sizeof content - 1), 0);
	cr_expect_str_eq(content, TEXT("0"));
	close(fd);
}

static void expect_failure(const char *path, int problem)
{
	errno = 0;
	cr_expect_eq(quipu_write_file(registry, path), QUIPU_EFILE, "%s", path);
	cr_expect_eq(errno, problem, "%s: %s", path, strerror(errno));
}

Test(write, places_that_cannot_be_written)
{
	cr_assert_eq(mkdir(in_folder("sub"), 0755), 0);
	expect_failure(in_folder("missing/a.prom"), ENOENT);
	expect_failure(in_folder("sub"), EISDIR);
	expect_failure("", ENOENT);
	cr_expect_eq(n_files(), 1);
}

Test(write, a_folder_without_permission)
{
	const uid_t nobody = 65534;

	cr_assert_eq(quipu_write_file(registry, in_folder("a.prom")), QUIPU_OK);
	chmod(folder, 0555);
	if (geteuid() == 0)
		cr_assert_eq(seteuid(nobody), 0); /* root may write anywhere */
	quipu_inc(counter);
	expect_failure(in_folder("a.prom"), EACCES);
	if (getuid() == 0)
		cr_assert_eq(seteuid(0), 0);
	chmod(folder, 0755);
	expect_file("a.prom", TEXT("0"));
	cr_expect_eq(n_files(), 1);
}

/* As on a full disk: the old file stays, whole, and nothing is left behind. */
Test(write, no_room_for_all_of_it)
{
	struct rlimit limit, before;

	cr_assert_eq(quipu_write_file(registry, in_folder("a.prom")), QUIPU_OK);
	make_long();
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	limit = before;
	limit.rlim_cur = 50000;
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	expect_failure(in_folder("a.prom"), EFBIG);
	setrlimit(RLIMIT_FSIZE, &before);
	expect_file("a.prom", TEXT("0"));
	cr_expect_eq(n_files(), 1);
	cr_expect_eq(quipu_write_file(registry, in_folder("a.prom")), QUIPU_OK);
}

/* Somebody put a link where the temporary file goes: what it points to is not touched. */
Test(write, does_not_follow_a_link)
{
	char name[64];
	FILE *file = fopen(in_folder("victim"), "w");

	fputs("precious", file);
	fclose(file);
	snprintf(name, sizeof name, "a.prom.tmp.%ld.0", (long)getpid());
	cr_assert_eq(symlink("victim", in_folder(name)), 0);
	expect_failure(in_folder("a.prom"), ELOOP);
	expect_file("victim", "precious");
}

/* What a process of the same number left behind does not matter. */
Test(write, over_a_stale_temporary_file)
{
	char name[64];
	FILE *file;

	snprintf(name, sizeof name, "a.prom.tmp.%ld.0", (long)getpid());
	file = fopen(in_folder(name), "w");
	fputs("something longer than what will be written to it, by far, by far, by far", file);
	fclose(file);
	cr_expect_eq(quipu_write_file(registry, in_folder("a.prom")), QUIPU_OK);
	expect_file("a.prom", TEXT("0"));
	cr_expect_eq(n_files(), 1);
}

Test(write, a_file_of_no_registry)
{
	cr_expect_eq(quipu_write_file(NULL, in_folder("a.prom")), QUIPU_ENOMEM);
	cr_expect_eq(n_files(), 0);
}

/* Options reach the scrape; nobody is woken. */
Test(write, with_options)
{
	static const char *const names[] = { "b.c_total" };
	quipu_registry *own = quipu_registry_new(NULL);
	struct text text = { calloc(1, 1), 0 };

	quipu_inc(quipu_counter_new(own, QUIPU_OPTS(.name = "a_total", .help = "A.")));
	quipu_inc(quipu_counter_new(own, QUIPU_OPTS(.name = "b.c_total", .help = "B.")));
	cr_assert_eq(quipu_write_with(own, &quipu_format_openmetrics,
				      QUIPU_SCRAPE_OPTS(.escaping = QUIPU_ESCAPE_NONE,
							.names = names, .n_names = 1),
				      text_append, &text),
		     QUIPU_OK);
	cr_expect_str_eq(text.data, "# TYPE \"b.c\" counter\n# HELP \"b.c\" B.\n"
				    "{\"b.c_total\"} 1\n# EOF\n");
	free(text.data);
	quipu_registry_free(own);
}

Test(write, file_in_another_format)
{
	quipu_registry *own = quipu_registry_new(NULL);
	char path[64], said[256] = { 0 };
	FILE *file;

	snprintf(path, sizeof path, "write-test-%d.om", (int)getpid());
	quipu_inc(quipu_counter_new(own, QUIPU_OPTS(.name = "a_total", .help = "A.")));
	cr_assert_eq(quipu_write_file_with(own, &quipu_format_openmetrics, NULL, path), QUIPU_OK);
	file = fopen(path, "r");
	cr_assert_not_null(file);
	cr_expect_gt(fread(said, 1, sizeof said - 1, file), 0);
	fclose(file);
	unlink(path);
	cr_expect_str_eq(said, "# TYPE a counter\n# HELP a A.\na_total 1\n# EOF\n");
	quipu_registry_free(own);
}
