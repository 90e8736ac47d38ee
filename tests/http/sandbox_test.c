/* SPDX-License-Identifier: MIT */
/* sandbox_test.c: a server in its sandbox serves everything; its thread can do nothing else; and
 * every other thread, those that run callbacks included, can do what it could (deeds.h). */
#include "deeds.h"
#include "kit.h"

#include <quipu/quipu.h>

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n"
#define SERIES 30000 /* more than fits one buffer */

QUIPU_LABELS(item, item);

/* --- the server ------------------------------------------------------------------------------ */

static struct deeds_outcome in_ready, in_collector;
static quipu_counter recorded;

/* On the server's thread; recording there for the first time takes memory. */
static int ready(void *ctx)
{
	void *large = malloc(50000000);

	(void)ctx;
	deeds_try(&in_ready);
	quipu_inc(recorded);
	memset(large, 1, 50000000);
	free(large);
	return 1;
}

static void collect(quipu_emitter *emitter, void *ctx)
{
	(void)ctx;
	deeds_try(&in_collector);
	quipu_emit_family(emitter, QUIPU_KIND_GAUGE,
			  QUIPU_OPTS(.name = "collected", .help = "What a collector says."));
	quipu_emit_value(emitter, 7, NULL);
}

static void fill(quipu_registry *registry, unsigned n)
{
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "items_total", .help = "Items.", .labels = item_names,
				     .max_series = n + 1));
	char number[32];

	for (unsigned i = 0; i < n; i++) {
		snprintf(number, sizeof(number), "%u", i);
		quipu_add_at(family, i, number);
	}
	recorded = quipu_counter_new(
		registry, QUIPU_OPTS(.name = "recorded_total", .help = "Calls of ready."));
}

#define START(registry, ...)                                                                       \
	kit_start(registry, QUIPU_HTTP_OPTS(.sandbox = 1, .ready = ready, __VA_ARGS__))

/* How many filters a thread has, and whether it may gain privileges. */
static void read_status(const char *path, int *filters, int *no_new)
{
	FILE *file = fopen(path, "re");
	char line[256];

	*filters = *no_new = -1;
	while (file && fgets(line, sizeof(line), file)) {
		sscanf(line, "Seccomp_filters: %d", filters);
		sscanf(line, "NoNewPrivs: %d", no_new);
	}
	if (file)
		fclose(file);
}

/* --- cases ----------------------------------------------------------------------------------- */

#define PROTOBUF                                                                                   \
	"application/vnd.google.protobuf;encoding=delimited;"                                      \
	"proto=io.prometheus.client.MetricFamily"

static const char *const accepts[] = {
	"*/*",
	"text/plain;version=1.0.0;escaping=allow-utf-8",
	"application/openmetrics-text;version=1.0.0",
	"application/openmetrics-text;version=2.0.0",
	PROTOBUF,
	"application/json",
};

static void check_scrapes(const quipu_http *server, const char *coding)
{
	for (size_t i = 0; i < sizeof(accepts) / sizeof(accepts[0]); i++) {
		char request[512];
		struct answer answer;

		snprintf(request, sizeof(request),
			 GET("/metrics") "Accept: %s\r\nAccept-Encoding: %s\r\n\r\n", accepts[i],
			 coding);
		answer = kit_ask(server, request);
		CHECK_INT(answer.status, 200);
		CHECK(answer.whole && answer.len > 100);
		kit_free(&answer);
	}
}

static void check_served(quipu_registry *registry, const char *listen)
{
	quipu_http *server = START(registry, .listen = listen);
	struct answer answer;

	check_scrapes(server, "identity");
	check_scrapes(server, "gzip");
	check_scrapes(server, "zstd");
	CHECK_INT(kit_status(server, GET("/readyz") "\r\n"), 200);
	CHECK_INT(kit_status(server, GET("/none") "\r\n"), 404);
	CHECK_INT(kit_status(server, "nonsense\r\n\r\n"), 400);
	answer = kit_ask(
		server,
		GET("/metrics?name[]=collected&name[]=process_open_fds") "\r\n"); /* what is read from /proc is there too */
	CHECK(answer.whole && strstr(answer.body, "collected 7\n"));
	CHECK(answer.whole && strstr(answer.body, "\nprocess_open_fds "));
	kit_free(&answer);
	quipu_http_stop(server);
}

/* Every format and coding, small and large, with callbacks; over TCP and a Unix socket. */
static void serves(void)
{
	for (unsigned n = 3; n <= SERIES; n += SERIES - 3) {
		quipu_registry *registry = quipu_registry_new(NULL);

		fill(registry, n);
		quipu_collector_add(registry, collect, NULL);
		quipu_process_collector(registry);
		check_served(registry, "127.0.0.1:0");
		check_served(registry, "unix:quipu-sandbox-socket");
		CHECK_INT(access("quipu-sandbox-socket", F_OK), -1);
		quipu_registry_free(registry);
	}
}

/* The thread is refused all of it; what it may do works. */
static void refuses(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_http *server;

	memset(&in_ready, 0, sizeof(in_ready));
	fill(registry, 3);
	server = START(registry, .path = NULL);
	CHECK_INT(kit_status(server, GET("/readyz") "\r\n"), 200);
	deeds_check(&in_ready, EPERM);
	CHECK_INT((long long)quipu_counter_read(recorded), 1);
	quipu_http_stop(server);
	quipu_registry_free(registry);
}

/* A server without the option may do anything in `ready`. */
static void without(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_http *server;

	memset(&in_ready, 0, sizeof(in_ready));
	fill(registry, 3);
	server = kit_start(registry, QUIPU_HTTP_OPTS(.ready = ready));
	CHECK_INT(kit_status(server, GET("/readyz") "\r\n"), 200);
	deeds_check(&in_ready, 0);
	quipu_http_stop(server);
	quipu_registry_free(registry);
}

/* Neither who started it, nor who starts later, nor the core's own threads. */
static void check_others(const char *server_name)
{
	int filters, no_new, mine, my_no_new, sandboxed = 0;
	char command[160];
	FILE *list;

	read_status("/proc/thread-self/status", &mine, &my_no_new);
	snprintf(command, sizeof(command), "cd /proc/%d/task && grep -H . */comm", (int)getpid());
	list = popen(command, "re");
	while (list && fgets(command, sizeof(command), list)) {
		char path[64], *name = strchr(command, ':');

		snprintf(path, sizeof(path), "/proc/self/task/%ld/status",
			 strtol(command, NULL, 10));
		read_status(path, &filters, &no_new);
		if (name && strncmp(name + 1, server_name, strlen(server_name)) == 0) {
			CHECK_INT(filters, mine + 1);
			CHECK_INT(no_new, 1);
			sandboxed++;
		} else {
			CHECK_INT(filters, mine);
			CHECK_INT(no_new, my_no_new);
		}
	}
	if (list)
		pclose(list);
	CHECK_INT(sandboxed, 1);
}

static void spares_others(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	struct deeds_outcome mine = { 0 }, another = { 0 };
	quipu_http *server;
	pthread_t thread;

	memset(&in_collector, 0, sizeof(in_collector));
	fill(registry, 3);
	server = START(registry, .path = NULL);
	quipu_collector_add(registry, collect, NULL);
	CHECK_INT(kit_status(server, GET("/metrics") "\r\n"), 200);
	deeds_check(&in_collector, 0);
	deeds_try(&mine);
	deeds_check(&mine, 0);
	CHECK_INT(pthread_create(&thread, NULL, deeds_run, &another), 0);
	pthread_join(thread, NULL);
	deeds_check(&another, 0);
	check_others("quipu-http");
	quipu_http_stop(server);
	quipu_registry_free(registry);
}

/* From a fresh process, where the server's thread is the first to need the core's threads: a
 * callback that runs at a scrape, and a series that a scrape removes because it stood still. */
static void from_the_start(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_counter_family family;
	quipu_http *server;

	family = quipu_counter_family_new(registry,
					  QUIPU_OPTS(.name = "idle_total", .help = "Idle.",
						     .labels = item_names, .idle_seconds = 0.01));
	quipu_add_at(family, 1, "a");
	quipu_collector_add(registry, collect, NULL);
	server = START(registry, .path = NULL);
	for (int i = 0; i < 10; i++) {
		CHECK_INT(kit_status(server, GET("/metrics") "\r\n"), 200);
		kit_sleep_ms(10);
	}
	deeds_check(&in_collector, 0);
	check_others("quipu-http");
	quipu_http_stop(server);
	quipu_registry_free(registry);
}

static void own_process(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		kit_forget_failures();
		from_the_start();
		_exit(kit_failures() > 0);
	}
	CHECK(pid > 0);
	if (pid > 0) {
		int status = -1;

		waitpid(pid, &status, 0);
		CHECK_INT(status, 0);
	}
}

/* Where the kernel has no seccomp(2): this process gets a filter that says so. */
static void lose_seccomp(void)
{
	struct sock_filter steps[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_seccomp, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(steps) / sizeof(steps[0]), steps };

	CHECK_INT(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	CHECK_INT(syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), 0);
}

static void check_unavailable(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_error error = QUIPU_OK;
	quipu_http *server;
	unsigned descriptors, threads;

	lose_seccomp();
	CHECK_INT(quipu_start_threads(), QUIPU_OK); /* these stay */
	descriptors = kit_descriptors();
	threads = kit_threads();
	server = quipu_http_start(registry, QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0", .sandbox = 1),
				  &error);
	CHECK(!server);
	CHECK_INT(error, QUIPU_ESYSTEM);
	CHECK(strstr(quipu_http_error(), "sandbox") != NULL);
	CHECK(strstr(quipu_http_error(), "not implemented") != NULL);
	CHECK_INT(kit_descriptors(), descriptors);
	CHECK_INT(kit_threads(), threads);
	server = kit_start(registry, QUIPU_HTTP_OPTS(.path = NULL));
	CHECK_INT(kit_status(server, GET("/metrics") "\r\n"), 200);
	quipu_http_stop(server);
	quipu_registry_free(registry);
}

static void unavailable(void)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		kit_forget_failures();
		check_unavailable();
		_exit(kit_failures() > 0);
	}
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
	CHECK_INT(status, 0);
}

/* The program's own thread is not filtered. */
static void own_loop(void)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_error error = QUIPU_OK;
	unsigned descriptors = kit_descriptors();

	CHECK(!quipu_http_open(registry, QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0", .sandbox = 1),
			       &error));
	CHECK_INT(error, QUIPU_EOPTION);
	CHECK(strstr(quipu_http_error(), "sandbox") != NULL);
	CHECK_INT(kit_descriptors(), descriptors);
	quipu_registry_free(registry);
}

static const struct kit_case cases[] = {
	{ "prepare", deeds_prepare },
	{ "own_process", own_process }, /* these two fork, before this process has threads */
	{ "unavailable", unavailable },
	{ "serves", serves },
	{ "refuses", refuses },
	{ "without", without },
	{ "spares_others", spares_others },
	{ "own_loop", own_loop },
	{ "clean_up", deeds_clean_up },
};
KIT_MAIN(cases)
