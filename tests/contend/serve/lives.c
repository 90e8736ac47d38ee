/* SPDX-License-Identifier: MIT */
/*
 * lives.c: a program that knows nothing of the profiler; its threads wait for each other, and then its
 * life goes on or ends in the way that is asked for. contend_lives WAY [ARGUMENT]
 *
 * Ways that begin with "alone" have one thread.
 */
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t barrier;

/* As glibc marks a lock that somebody waits for. */
static bool is_waited_for(void)
{
	/* relaxed: it will be seen some time */
	return __atomic_load_n(&lock.__data.__lock, __ATOMIC_RELAXED) == 2;
}

/* The other one waits for 10 ms at least. */
static void *hold(void *unused)
{
	pthread_mutex_lock(&lock);
	pthread_barrier_wait(&barrier);
	while (!is_waited_for())
		usleep(1000);
	usleep(10000);
	pthread_mutex_unlock(&lock);
	return unused;
}

static void meet(void)
{
	pthread_t other;

	pthread_barrier_init(&barrier, NULL, 2);
	pthread_create(&other, NULL, hold, NULL);
	pthread_barrier_wait(&barrier);
	pthread_mutex_lock(&lock);
	pthread_mutex_unlock(&lock);
	pthread_join(other, NULL);
}

static int child_status(pid_t child)
{
	int status = 0;

	if (child < 0 || waitpid(child, &status, 0) != child)
		return 99;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

/* --- ends ---------------------------------------------------------------------------------- */

static int leave_main(const char *unused)
{
	(void)unused;
	return 3;
}

static int by_exit(const char *unused)
{
	(void)unused;
	exit(3);
}

static int by__exit(const char *unused)
{
	(void)unused;
	_exit(3);
}

static int by__Exit(const char *unused)
{
	(void)unused;
	_Exit(3);
}

static int by_quick_exit(const char *unused)
{
	(void)unused;
	quick_exit(3);
}

static int by_abort(const char *unused)
{
	(void)unused;
	abort();
}

static void on_alarm(int signal)
{
	_exit(signal == SIGALRM ? 3 : 4);
}

/* As likely as not in the middle of malloc. */
static int by__exit_in_a_handler(const char *unused)
{
	void *volatile block;

	(void)unused;
	signal(SIGALRM, on_alarm);
	ualarm(1000, 0);
	do {
		block = malloc(100);
		free(block);
	} while (block);
	return 4;
}

static int by_signal(const char *unused)
{
	(void)unused;
	puts("waiting");
	fflush(stdout);
	pause();
	return 4;
}

/* --- other programs ------------------------------------------------------------------------ */

static int exec_other(const char *function)
{
	char *const arguments[] = { (char *)(uintptr_t) "sh", (char *)(uintptr_t) "-c",
				    (char *)(uintptr_t) "exit 3", NULL };

	if (strcmp(function, "execl") == 0)
		execl("/bin/sh", "sh", "-c", "exit 3", (char *)NULL);
	else if (strcmp(function, "execlp") == 0)
		execlp("sh", "sh", "-c", "exit 3", (char *)NULL);
	else if (strcmp(function, "execle") == 0)
		execle("/bin/sh", "sh", "-c", "exit 3", (char *)NULL, environ);
	else if (strcmp(function, "execv") == 0)
		execv("/bin/sh", arguments);
	else if (strcmp(function, "execvp") == 0)
		execvp("sh", arguments);
	else if (strcmp(function, "execvpe") == 0)
		execvpe("sh", arguments, environ);
	else
		execve("/bin/sh", arguments, environ);
	return 4;
}

static int exec_itself(const char *way)
{
	execl("/proc/self/exe", "lives again", way, (char *)NULL);
	return 4;
}

static int exec_in_vain(const char *then)
{
	if (execl("/nowhere", "nowhere", (char *)NULL) != -1 || errno != ENOENT)
		return 4;
	meet();
	return strcmp(then, "signal") == 0 ? by_signal(then) : 3;
}

/* --- one thread ---------------------------------------------------------------------------- */

static volatile sig_atomic_t is_to_interrupt;

/* Where the profiler looks for the libraries that its places are in: a signal comes there, once. */
int dl_iterate_phdr(int (*look)(struct dl_phdr_info *, size_t, void *), void *data)
{
	int (*real)(int (*)(struct dl_phdr_info *, size_t, void *), void *);

	*(void **)&real = dlsym(RTLD_NEXT, "dl_iterate_phdr");
	if (is_to_interrupt) {
		is_to_interrupt = 0;
		raise(SIGALRM);
	}
	return real(look, data);
}

static void wait_alone(void)
{
	struct timespec at;
	sem_t nobody_posts;

	sem_init(&nobody_posts, 0, 0);
	clock_gettime(CLOCK_REALTIME, &at);
	sem_timedwait(&nobody_posts, &at);
}

static int end_while_it_is_saved(const char *unused)
{
	(void)unused;
	signal(SIGALRM, on_alarm);
	wait_alone();
	is_to_interrupt = 1;
	return 3;
}

static int limit_files(const char *unused)
{
	const struct rlimit limit = { 100, 100 };

	(void)unused;
	return setrlimit(RLIMIT_FSIZE, &limit) == 0 ? 3 : 4;
}

/* --- children ------------------------------------------------------------------------------ */

static int fork_and_meet(const char *unused)
{
	pid_t child = fork();

	(void)unused;
	if (child == 0) {
		meet();
		_exit(3);
	}
	return child_status(child);
}

static int fork_and_do_nothing(const char *unused)
{
	pid_t child = fork();

	(void)unused;
	if (child == 0)
		_exit(3);
	return child_status(child);
}

static volatile sig_atomic_t is_heap_locked;

extern void *__libc_calloc(size_t n, size_t size);

/* As of an allocator that another thread was at work in when this process was forked off. */
void *calloc(size_t n, size_t size)
{
	if (is_heap_locked)
		raise(SIGKILL);
	return __libc_calloc(n, size);
}

static int fork_without_heap(const char *unused)
{
	pid_t child = fork();

	(void)unused;
	if (child == 0) {
		is_heap_locked = 1;
		_exit(3);
	}
	return child_status(child);
}

static int dwell(struct dl_phdr_info *info, size_t size, void *inside)
{
	(void)info;
	(void)size;
	pthread_barrier_wait(inside);
	usleep(500000);
	return 1;
}

static void *hold_the_loader(void *inside)
{
	dl_iterate_phdr(dwell, inside);
	return NULL;
}

/* The reporter has looked at the libraries by then. */
static void see_saved(void)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/%ld-1.json", getenv("QUIPU_CONTEND_SAVE"), (long)getpid());
	while (access(path, F_OK) != 0)
		usleep(1000);
}

/* The C library's list of libraries stays locked in the child. */
static int fork_beside_the_loader(const char *unused)
{
	pthread_barrier_t inside;
	pthread_t other;
	pid_t child;

	(void)unused;
	see_saved();
	pthread_barrier_init(&inside, NULL, 2);
	pthread_create(&other, NULL, hold_the_loader, &inside);
	pthread_barrier_wait(&inside);
	child = fork();
	if (child == 0) {
		wait_alone();
		_exit(3);
	}
	pthread_join(other, NULL);
	return child_status(child);
}

static int fork_and_exec(const char *unused)
{
	pid_t child = fork();

	(void)unused;
	if (child == 0)
		exec_other("execl");
	return child_status(child);
}

static int vfork_and_exec(const char *path)
{
	pid_t child = vfork();

	if (child == 0) {
		execl(path, path, "main", (char *)NULL);
		_exit(3);
	}
	return child_status(child);
}

static int spawn(const char *unused)
{
	char *const arguments[] = { (char *)(uintptr_t) "sh", (char *)(uintptr_t) "-c",
				    (char *)(uintptr_t) "exit 3", NULL };
	pid_t child;

	(void)unused;
	if (posix_spawn(&child, "/bin/sh", NULL, NULL, arguments, environ) != 0)
		return 4;
	return child_status(child);
}

static int print_environment(const char *unused)
{
	char **entry;

	(void)unused;
	for (entry = environ; *entry; entry++)
		puts(*entry);
	return 3;
}

static const struct {
	const char *name;
	int (*live)(const char *argument);
} ways[] = {
	{ "main", leave_main },
	{ "exit", by_exit },
	{ "_exit", by__exit },
	{ "_Exit", by__Exit },
	{ "quick_exit", by_quick_exit },
	{ "abort", by_abort },
	{ "handler", by__exit_in_a_handler },
	{ "signal", by_signal },
	{ "exec", exec_other },
	{ "itself", exec_itself },
	{ "vain", exec_in_vain },
	{ "fork", fork_and_meet },
	{ "fork-nothing", fork_and_do_nothing },
	{ "fork-heap", fork_without_heap },
	{ "fork-loader", fork_beside_the_loader },
	{ "fork-exec", fork_and_exec },
	{ "vfork", vfork_and_exec },
	{ "spawn", spawn },
	{ "environment", print_environment },
	{ "alone", leave_main },
	{ "alone-interrupted", end_while_it_is_saved },
	{ "alone-limited", limit_files },
};

int main(int argc, char **argv)
{
	size_t i;

	if (argc < 2 || strncmp(argv[1], "alone", 5) != 0)
		meet();
	for (i = 0; argc > 1 && i < sizeof ways / sizeof ways[0]; i++) {
		if (strcmp(ways[i].name, argv[1]) == 0)
			return ways[i].live(argc > 2 ? argv[2] : "");
	}
	return 2;
}
