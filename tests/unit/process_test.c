/* SPDX-License-Identifier: MIT */
/* process_test.c: the process_* metrics say what the kernel says, and follow what the test does. */
#include "collect/proc.h"
#include "exposed.h"
#include "support/sanitized.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#define MIB (1024.0 * 1024)

static quipu_registry *registry;

static void begin(void)
{
	registry = quipu_registry_new(NULL);
	cr_assert_neq(quipu_process_collector(registry).id, 0);
}

static void end(void)
{
	expect_no_error(registry);
	quipu_registry_free(registry);
}

TestSuite(process, .init = begin, .fini = end);

/* One figure, now. */
static double figure(const char *name)
{
	struct qt_exposition *shown = exposed(registry);
	double value = qt_value(shown, name, NULL);

	qt_free(shown);
	return value;
}

static bool shows(const char *name)
{
	struct qt_exposition *shown = exposed(registry);
	bool found = qt_find(shown, name, NULL) != NULL;

	qt_free(shown);
	return found;
}

/* --- /proc/self/stat ------------------------------------------------------------------------ */

#define BEHIND                                                                                     \
	" S 1 2 3 0 -1 4194560 101 0 0 0 11 12 0 0 20 0 17 0 58950 2998272 417 "                   \
	"18446744073709551615"

Test(proc, names_with_anything_in_them)
{
	static const char *const names[] = { "(a)", "()", "(a b) c)", "(x) R 1 2 3 (y)",
					     "(\n) S 9 9 9)" };
	char line[256];

	for (size_t i = 0; i < N_OF(names); i++) {
		struct qp_proc_stat stat = { 0 };

		snprintf(line, sizeof line, "4711 %s%s", names[i], BEHIND);
		cr_expect(qp_proc_parse_stat(line, &stat), "%s", names[i]);
		cr_expect_eq(stat.threads, 17);
		cr_expect_eq(stat.start_ticks, 58950);
		cr_expect_eq(stat.virtual_bytes, 2998272);
		cr_expect_eq(stat.resident_pages, 417);
	}
}

Test(proc, a_line_cut_short)
{
	char line[256];
	size_t len;
	struct qp_proc_stat stat;

	snprintf(line, sizeof line, "4711 (a)%s", BEHIND);
	len = strlen(line) - strlen(" 417 18446744073709551615");
	line[len] = '\0';
	cr_expect_not(qp_proc_parse_stat(line, &stat));
	cr_expect_not(qp_proc_parse_stat("", &stat));
	cr_expect_not(qp_proc_parse_stat("4711 a S 1", &stat));
}

/* --- figures --------------------------------------------------------------------------------- */

static const char *const always[] = {
	"process_cpu_seconds_total",
	"process_open_fds",
	"process_max_fds",
	"process_virtual_memory_bytes",
	"process_resident_memory_bytes",
	"process_start_time_seconds",
	"process_threads",
};

Test(process, all_there_and_well_typed)
{
	struct qt_exposition *shown = exposed(registry);

	for (size_t i = 0; i < N_OF(always); i++)
		cr_expect_gt(qt_value(shown, always[i], NULL), 0, "%s", always[i]);
	for (size_t i = 0; i < shown->n_families; i++)
		cr_expect_str_eq(shown->families[i].type,
				 strstr(shown->families[i].name, "_total") ? "counter" : "gauge");
	qt_free(shown);
}

static double cpu_seconds(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void burn(double seconds)
{
	double until = cpu_seconds() + seconds;

	while (cpu_seconds() < until) {
	}
}

/* The kernel rounds the two times that getrusage tells each on its own. */
Test(process, cpu_is_what_getrusage_says)
{
	const double rounding = 0.01;
	double before, shown, last = 0;

	for (int i = 0; i < 3; i++) {
		before = cpu_seconds();
		shown = figure("process_cpu_seconds_total");
		cr_expect_geq(shown, before - rounding);
		cr_expect_leq(shown, cpu_seconds() + rounding);
		cr_expect_geq(shown, last + (i > 0 ? 0.05 - rounding : 0));
		last = shown;
		burn(0.05);
	}
}

static uint64_t count_fds(void)
{
	DIR *folder = opendir("/proc/self/fd");
	uint64_t n = 0;

	cr_assert_not_null(folder);
	for (const struct dirent *entry; (entry = readdir(folder));)
		n += entry->d_name[0] != '.';
	closedir(folder);
	return n - 1;
}

Test(process, open_files)
{
	int files[20];
	uint64_t counted, told;

	for (size_t i = 0; i < N_OF(files); i++) {
		cr_expect_eq(figure("process_open_fds"), (double)count_fds());
		files[i] = open("/dev/null", O_RDONLY);
		cr_assert_geq(files[i], 0);
	}
	cr_assert(qp_proc_count_fds(&counted));
	cr_assert(qp_proc_open_fds(&told));
	cr_expect_eq(counted, told, "both ways of counting");
	cr_expect_eq(counted, count_fds());
	for (size_t i = 0; i < N_OF(files); i++)
		close(files[i]);
}

static void set_limit(__rlimit_resource_t resource, rlim_t value)
{
	struct rlimit limit;

	cr_assert_eq(getrlimit(resource, &limit), 0);
	limit.rlim_cur = value;
	cr_assert_eq(setrlimit(resource, &limit), 0);
}

/* Far above what a sanitizer reserves. */
Test(process, limits)
{
	struct rlimit address_space;

	set_limit(RLIMIT_NOFILE, 123);
	cr_expect_eq(figure("process_max_fds"), 123);
	cr_assert_eq(getrlimit(RLIMIT_AS, &address_space), 0);
	if (address_space.rlim_max != RLIM_INFINITY)
		cr_skip_test("the address space of this machine's processes is limited");
	cr_expect_not(shows("process_virtual_memory_max_bytes"), "unlimited");
	set_limit(RLIMIT_AS, (rlim_t)1 << 55);
	cr_expect_eq(figure("process_virtual_memory_max_bytes"), 0x1p55);
}

static void *wait_twice(void *barrier)
{
	pthread_barrier_wait(barrier);
	pthread_barrier_wait(barrier);
	return NULL;
}

Test(process, threads)
{
	pthread_t threads[3];
	pthread_barrier_t barrier;
	double before;

	figure("process_threads"); /* starts the thread of callbacks */
	before = figure("process_threads");
	cr_expect_geq(before, 2);
	pthread_barrier_init(&barrier, NULL, N_OF(threads) + 1);
	for (size_t i = 0; i < N_OF(threads); i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, wait_twice, &barrier), 0);
	pthread_barrier_wait(&barrier);
	cr_expect_eq(figure("process_threads"), before + N_OF(threads));
	pthread_barrier_wait(&barrier);
	for (size_t i = 0; i < N_OF(threads); i++)
		pthread_join(threads[i], NULL);
}

Test(process, memory)
{
	size_t bytes = (size_t)64 << 20;
	double resident = figure("process_resident_memory_bytes");
	double address_space = figure("process_virtual_memory_bytes");
	char *block = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(block, MAP_FAILED);
	cr_expect_geq(figure("process_virtual_memory_bytes"), address_space + 60 * MIB);
	memset(block, 1, bytes);
	cr_expect_geq(figure("process_resident_memory_bytes"), resident + 50 * MIB);
	cr_expect_leq(figure("process_resident_memory_bytes"), resident + 500 * MIB);
	munmap(block, bytes);
}

enum { HAS_NO_ROOT = 3 };

static int in_empty_root(void)
{
	static const char *const from_proc[] = { "process_open_fds", "process_threads",
						 "process_virtual_memory_bytes",
						 "process_resident_memory_bytes",
						 "process_start_time_seconds" };
	struct qt_exposition *shown;
	bool as_expected;

	if (chroot(".") != 0)
		return HAS_NO_ROOT;
	shown = exposed(registry);
	as_expected = qt_value(shown, "process_cpu_seconds_total", NULL) > 0 &&
		      qt_value(shown, "process_max_fds", NULL) > 0;
	for (size_t i = 0; i < N_OF(from_proc); i++)
		as_expected &= !qt_find(shown, from_proc[i], NULL);
	qt_free(shown);
	return as_expected ? 0 : 1;
}

static void skip_where_children_start_no_threads(void)
{
	if (QT_TSAN)
		cr_skip_test("ThreadSanitizer starts no threads in a child of one with threads");
}

/* Where there is no /proc, as in a bare chroot: what needs it is left out, the rest is there. */
Test(process, without_proc)
{
	char folder[] = "quipu-no-proc-XXXXXX";
	int status = 1;
	pid_t child;

	skip_where_children_start_no_threads();
	cr_assert_not_null(mkdtemp(folder));
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0)
		_exit(chdir(folder) == 0 ? in_empty_root() : 1);
	cr_assert_eq(waitpid(child, &status, 0), child);
	rmdir(folder);
	cr_assert(WIFEXITED(status));
	if (WEXITSTATUS(status) == HAS_NO_ROOT)
		cr_skip_test("only root may chroot");
	cr_expect_eq(WEXITSTATUS(status), 0);
}

/* --- when it started ---------------------------------------------------------------------------- */

static double now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* By another way: the age of the process, and the time now. */
static double started(void)
{
	struct qp_proc_stat stat;

	cr_assert(qp_proc_stat(&stat));
	return now(CLOCK_REALTIME) - now(CLOCK_BOOTTIME) +
	       (double)stat.start_ticks / (double)sysconf(_SC_CLK_TCK);
}

Test(process, start_time_never_changes)
{
	double first = figure("process_start_time_seconds");

	cr_expect_float_eq(first, started(), 2, "%f, not %f", first, started());
	for (int i = 0; i < 10; i++)
		cr_expect_eq(figure("process_start_time_seconds"), first);
}

/* A child is a younger process with two threads, and may tell so. */
Test(process, in_a_forked_child)
{
	double first = figure("process_start_time_seconds");
	int status = 1;
	pid_t child;

	skip_where_children_start_no_threads();
	usleep(50000); /* the kernel counts in ticks of 10 ms */
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0) {
		bool younger = figure("process_start_time_seconds") >= first + 0.04;

		_exit(younger && figure("process_threads") == 2 ? 0 : 1);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_expect_eq(status, 0);
}

/* --- added and taken away --------------------------------------------------------------------- */

Test(process, once_in_a_registry)
{
	quipu_callback first = quipu_process_collector(registry);

	cr_expect_eq(quipu_process_collector(registry).id, first.id);
	cr_expect(shows("process_threads"));
	cr_expect_eq(self_figure("failed_samples"), 0);
	quipu_callback_remove(registry, first);
	expect_samples(registry, 0);
	cr_expect_neq(quipu_process_collector(registry).id, first.id);
	cr_expect(shows("process_threads"));
	cr_expect_eq(quipu_process_collector(NULL).id, 0);
}

Test(process, with_a_prefix)
{
	quipu_registry *prefixed = quipu_registry_new(QUIPU_REGISTRY_OPTS(.prefix = "app_"));
	struct qt_exposition *shown;

	quipu_process_collector(prefixed);
	shown = exposed(prefixed);
	cr_expect_geq(qt_value(shown, "app_process_threads", NULL), 2);
	qt_free(shown);
	quipu_registry_free(prefixed);
}
