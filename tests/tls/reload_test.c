/* SPDX-License-Identifier: MIT */
/*
 * reload_test.c: the reader of changed configurations by itself, with a clock, memory and reads
 * that are the test's.
 *
 * reload_test FOLDER: whatever fails for now, the change is taken later; the program may go to
 * another folder; a limit's debt.
 */
#include "reload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define HASH "$2y$04$JmZ0tvpYKcXpftn4/p1rFO6lf7ov0QASM1gLbpc.Rm6rg3mu/.vrW"

static void demand(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "it does not hold: %s\n", what);
	exit(1);
}

/* --- what the reader is given ---------------------------------------------------------------- */

static long left = -1;	     /* allocations until one fails; negative: none does */
static long reads_left = -1; /* likewise */

static bool runs_out(void)
{
	return left >= 0 && left-- == 0;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return runs_out() ? NULL : __real_malloc(size);
}

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size)
{
	return runs_out() ? NULL : __real_calloc(n, size);
}

char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text)
{
	return runs_out() ? NULL : __real_strdup(text);
}

ssize_t __real_read(int fd, void *to, size_t len);
ssize_t __wrap_read(int fd, void *to, size_t len);
ssize_t __wrap_read(int fd, void *to, size_t len)
{
	if (reads_left >= 0 && reads_left-- == 0) {
		errno = EIO;
		return -1;
	}
	return __real_read(fd, to, len);
}

/* Long after whatever was written, so that no file is read again for its youth. */
int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	int error = __real_clock_gettime(clock, now);

	now->tv_sec += clock == CLOCK_REALTIME ? 3600 : 0;
	return error;
}

/* --- what is done with it -------------------------------------------------------------------- */

static uint64_t good, bad;

/* A configuration with one user. */
static void write_config(const char *path, const char *user)
{
	FILE *file = fopen(path, "w");

	demand(file != NULL, "a file");
	fprintf(file, "basic_auth_users: {%s: %s}\n", user, HASH);
	demand(fclose(file) == 0, "a whole file");
}

static void open_config(struct qp_reload *reload, const char *path)
{
	struct qp_refusal refusal = { 0 };

	good = bad = 0;
	demand(qp_reload_open(reload, path, &good, &bad, &refusal) == QUIPU_OK, refusal.text);
}

/* As if the time for it had come. */
static void look(struct qp_reload *reload)
{
	reload->looked = 0;
	qp_settings_drop(qp_reload_current(reload, NULL));
}

static bool has(const struct qp_reload *reload, const char *user)
{
	return qp_web_config_user(&reload->settings->web, user, strlen(user)) != NULL;
}

/* Two looks with a failure at the n-th chance to fail, then two without; true: it did not come to
 * that failure. */
static bool recovers(long *chances, long n)
{
	struct qp_reload reload;
	char text[QP_REFUSAL_MAX];
	bool spared = false;

	write_config("web.yml", "alice");
	open_config(&reload, "web.yml");
	write_config("web.yml", "robert");
	for (int i = 0; i < 2; i++) {
		*chances = n;
		look(&reload);
		spared = *chances >= 0;
		*chances = -1;
	}
	qp_reload_error(&reload, text);
	demand(spared ? has(&reload, "robert") : has(&reload, "alice"), "what it has seen");
	demand(spared ? !bad : bad == 1, "a failure is counted");
	demand(spared == !text[0], "a failure is named");
	for (int i = 0; i < 2; i++)
		look(&reload);
	qp_reload_error(&reload, text);
	demand(has(&reload, "robert") && good == 1 && !text[0], "the change is taken later");
	qp_reload_close(&reload);
	return spared;
}

/* --- cases ------------------------------------------------------------------------------------ */

static void each(long *chances, const char *what)
{
	long n = 0;

	while (!recovers(chances, n))
		n++;
	demand(n > 0, what);
	printf("%ld %s, each failed\n", n, what);
}

/* A failure that is over at the second look. */
static void once(void)
{
	struct qp_reload reload;

	write_config("web.yml", "alice");
	open_config(&reload, "web.yml");
	write_config("web.yml", "robert");
	reads_left = 0;
	for (int i = 0; i < 3; i++)
		look(&reload);
	demand(has(&reload, "robert") && good == 1 && bad == 0, "it is no event");
	qp_reload_close(&reload);
}

static void elsewhere(void)
{
	struct qp_reload reload;
	char *here = getcwd(NULL, 0), *path = NULL;

	demand(here && asprintf(&path, "%s/web.yml", here) > 0, "a path");
	write_config(path, "alice");
	open_config(&reload, "web.yml");
	demand(chdir("/") == 0, "another folder");
	write_config(path, "robert");
	for (int i = 0; i < 2; i++)
		look(&reload);
	demand(has(&reload, "robert") && bad == 0, "it is found");
	qp_reload_close(&reload);
	demand(chdir(here) == 0, "the folder again");
	free(path);
	free(here);
}

static void debt(void)
{
	struct qp_bucket bucket = { 0 };

	for (int i = 0; i < 3; i++)
		demand(qp_bucket_take(&bucket, 1000000, 3, 5), "a burst");
	demand(!qp_bucket_take(&bucket, 1000000, 3, 5), "no more");
	demand(!qp_bucket_take(&bucket, 10, 2, 6), "as little under the new limit");
	demand(qp_bucket_take(&bucket, 10, 2, 16), "one after its interval");
	demand(!qp_bucket_take(&bucket, 10, 2, 16), "and no other");
	demand(qp_bucket_take(&bucket, 0, 0, 16), "no limit");
}

int main(int argc, char **argv)
{
	demand(argc == 2 && chdir(argv[1]) == 0, "reload_test FOLDER");
	each(&left, "allocations");
	each(&reads_left, "reads");
	once();
	elsewhere();
	debt();
	return 0;
}
