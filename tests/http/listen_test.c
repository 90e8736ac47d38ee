/* SPDX-License-Identifier: MIT */
/* listen_test.c: addresses, sockets, options and the environment; every failure has a text
 * with the address and the reason in it. */
#include "address.h"
#include "fake_scrape.h"
#include "kit.h"

#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define GET "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"

static char directory[] = "quipu-listen-XXXXXX";

static void check_fails(const quipu_http_opts *opts, quipu_error wanted, const char *in_text)
{
	quipu_error error = QUIPU_OK;
	quipu_http *server = quipu_http_start(fake_registry(), opts, &error);

	CHECK(!server);
	CHECK_INT(error, wanted);
	if (!strstr(quipu_http_error(), in_text))
		kit_failed(__FILE__, __LINE__, quipu_http_error());
	quipu_http_stop(server);
}
#define CHECK_FAILS(error, text, ...) check_fails(QUIPU_HTTP_OPTS(__VA_ARGS__), error, text)

static void check_serves(const quipu_http *server)
{
	CHECK_INT(kit_status(server, GET), 200);
}

/* --- addresses --------------------------------------------------------------------------- */

static void check_parsed(const char *text, const char *wanted)
{
	struct qp_addresses addresses;
	char printed[QP_ADDRESS_TEXT];

	CHECK_INT(qp_addresses_parse(&addresses, text), QUIPU_OK);
	qp_address_print(&addresses.list[0], printed);
	if (strcmp(printed, wanted) != 0)
		kit_failed(__FILE__, __LINE__, printed);
}

static void addresses(void)
{
	static const char *const bad[] = { "",
					   "127.0.0.1",
					   "2222",
					   "127.0.0.1:",
					   "127.0.0.1:x",
					   "127.0.0.1:65536",
					   "127.0.0.1:-1",
					   "127.0.0.1: 1",
					   "127.0.0.1:000001",
					   "127.0.0:1",
					   "127.0.0.256:1",
					   "::1:1",
					   "[::1]",
					   "[::1:1",
					   "[127.0.0.1]:1",
					   "[]:1",
					   "[::g]:1",
					   "example.org:1",
					   "localhost",
					   "http://127.0.0.1:1",
					   "unix:" };

	check_parsed("127.0.0.1:2222", "127.0.0.1:2222");
	check_parsed("0.0.0.0:0", "0.0.0.0:0");
	check_parsed(":80", "[::]:80");
	check_parsed("[::1]:65535", "[::1]:65535");
	check_parsed("[::ffff:1.2.3.4]:5", "[::ffff:1.2.3.4]:5");
	check_parsed("localhost:1", "127.0.0.1:1");
	check_parsed("unix:/a:b", "unix:/a:b");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_FAILS(QUIPU_EADDRESS, bad[i], .listen = bad[i]);
}

static void check_listens(const char *listen, const char *begins)
{
	quipu_http *server = FAKE_START(.listen = listen);
	const char *address = quipu_http_address(server);
	char wanted[64];

	CHECK(quipu_http_port(server) > 0);
	snprintf(wanted, sizeof(wanted), "%s%d", begins, quipu_http_port(server));
	CHECK(strcmp(address, wanted) == 0);
	CHECK(strcmp(quipu_http_error(), "") == 0);
	check_serves(server);
	quipu_http_stop(server);
}

static void tcp(void)
{
	quipu_http *server;
	struct client client;
	char address[64];

	check_listens("127.0.0.1:0", "127.0.0.1:");
	check_listens("[::1]:0", "[::1]:");
	check_listens("localhost:0", "127.0.0.1:");
	server = FAKE_START(.listen = ":0");
	for (int i = 0; i < 2; i++) { /* both families */
		snprintf(address, sizeof(address), i ? "[::1]:%d" : "127.0.0.1:%d",
			 quipu_http_port(server));
		client = kit_connect_to(address);
		kit_send(&client, GET);
		CHECK_INT(kit_next(&client, false), 200);
		kit_close(&client);
	}
	quipu_http_stop(server);
	CHECK_INT(quipu_http_port(NULL), 0);
	CHECK(strcmp(quipu_http_address(NULL), "") == 0);
	quipu_http_stop(NULL);
	quipu_http_close(NULL);
}

static void busy_port(void)
{
	quipu_http *first = FAKE_START(.listen = KIT_LISTEN), *second;
	char address[64];

	strcpy(address, quipu_http_address(first));
	CHECK_FAILS(QUIPU_ELISTEN, address, .listen = address);
	CHECK_FAILS(QUIPU_ELISTEN, "Address already in use", .listen = address);
	CHECK(!strstr(quipu_http_error(), "SSH"));
	check_serves(first);
	quipu_http_stop(first);
	second = FAKE_START(.listen = address); /* free at once */
	CHECK(strcmp(quipu_http_error(), "") == 0);
	check_serves(second);
	quipu_http_stop(second);
	CHECK_FAILS(QUIPU_ELISTEN, "192.0.2.1:7", .listen = "192.0.2.1:7");
}

/* A loopback address of this process' own: whatever has that port of others does not matter. */
static void busy_2222(void)
{
	const unsigned own = (unsigned)getpid() & 0x3fffff;
	quipu_http *first;
	char address[64];

	snprintf(address, sizeof(address), "127.%u.%u.%u:2222", 64 + (own >> 16), own >> 8 & 255,
		 own & 255);
	first = FAKE_START(.listen = address);
	CHECK_FAILS(QUIPU_ELISTEN, address, .listen = address);
	CHECK(strstr(quipu_http_error(), "alternate SSH port") != NULL);
	quipu_http_stop(first);
}

/* --- Unix sockets ------------------------------------------------------------------------ */

static const char *in_directory(const char *name)
{
	static char text[128];

	snprintf(text, sizeof(text), "unix:%s/%s", directory, name);
	return text;
}

static unsigned mode_of(const char *listen)
{
	struct stat file;

	return lstat(listen + strlen("unix:"), &file) == 0 ? file.st_mode & 07777u : 0;
}

static void unix_socket(void)
{
	const char *listen = in_directory("a");
	mode_t mask = umask(0);
	quipu_http *server = FAKE_START(.listen = listen);

	CHECK(strcmp(quipu_http_address(server), listen) == 0);
	CHECK_INT(quipu_http_port(server), 0);
	CHECK_INT(mode_of(listen), 0600);
	check_serves(server);
	CHECK_FAILS(QUIPU_ELISTEN, "in use", .listen = listen);
	check_serves(server);
	quipu_http_stop(server);
	CHECK_INT(access(listen + strlen("unix:"), F_OK), -1);
	umask(0777);
	server = FAKE_START(.listen = listen, .socket_mode = 0666);
	CHECK_INT(mode_of(listen), 0666);
	check_serves(server);
	quipu_http_stop(server);
	umask(mask);
}

/* A socket file that nobody listens on. */
static void leave_socket(const char *listen)
{
	struct qp_addresses addresses;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	qp_addresses_parse(&addresses, listen);
	CHECK_INT(bind(fd, &addresses.list[0].at.any, addresses.list[0].len), 0);
	close(fd);
}

static void stale_socket(void)
{
	const char *listen = in_directory("stale");
	quipu_http *server;

	leave_socket(listen);
	server = FAKE_START(.listen = listen);
	check_serves(server);
	unlink(listen + strlen("unix:"));
	leave_socket(listen); /* somebody else's now */
	quipu_http_stop(server);
	CHECK_INT(access(listen + strlen("unix:"), F_OK), 0);
	unlink(listen + strlen("unix:"));
}

/* Somebody listens but does not accept: connecting fails, and yet the socket is not stale. */
static void busy_socket(void)
{
	const char *listen_text = in_directory("busy");
	struct qp_addresses addresses;
	const struct qp_address *address = &addresses.list[0];
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), clients[50], n = 0;

	qp_addresses_parse(&addresses, listen_text);
	CHECK_INT(bind(fd, &address->at.any, address->len), 0);
	CHECK_INT(listen(fd, 0), 0);
	do
		clients[n] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	while (connect(clients[n++], &address->at.any, address->len) == 0 && n < 50);
	CHECK(n < 50);
	CHECK_FAILS(QUIPU_ELISTEN, "in use", .listen = listen_text);
	CHECK_INT(access(listen_text + strlen("unix:"), F_OK), 0);
	while (n > 0)
		close(clients[--n]);
	close(fd);
	unlink(listen_text + strlen("unix:"));
}

static void no_socket(void)
{
	const char *listen = in_directory("file");
	FILE *file = fopen(listen + strlen("unix:"), "w");
	char many[200];

	fclose(file);
	CHECK_FAILS(QUIPU_ELISTEN, "in use", .listen = listen);
	CHECK_INT(access(listen + strlen("unix:"), F_OK), 0);
	unlink(listen + strlen("unix:"));
	memset(many, 'a', sizeof(many));
	memcpy(many, "unix:/", 6);
	many[sizeof(many) - 1] = '\0';
	CHECK_FAILS(QUIPU_EADDRESS, "too long", .listen = many);
	CHECK_FAILS(QUIPU_ELISTEN, "No such file", .listen = "unix:/nowhere/at/all");
}

/* --- what a process may not ----------------------------------------------------------------- */

/* The port from which on anybody may listen. */
static int first_free_port(void)
{
	FILE *file = fopen("/proc/sys/net/ipv4/ip_unprivileged_port_start", "re");
	int port = 1024;

	if (file && fscanf(file, "%d", &port) != 1)
		port = 1024;
	if (file)
		fclose(file);
	return port;
}

/* As nobody: a port of the system's, a directory of somebody else's. The program goes on: the next
 * start, with another address, serves. */
static void check_port(void)
{
	char port[64];

	snprintf(port, sizeof(port), "127.0.0.1:%d", first_free_port() - 1);
	if (first_free_port() > 1) {
		CHECK_FAILS(QUIPU_ELISTEN, port, .listen = port);
		CHECK(strstr(quipu_http_error(), "Permission denied") != NULL);
	}
}

static void check_unprivileged(void)
{
	CHECK_INT(setgroups(0, NULL) == 0 && setgid(65534) == 0 && setuid(65534) == 0, 1);
	check_port();
	CHECK_FAILS(QUIPU_ELISTEN, "Permission denied", .listen = in_directory("not-mine"));
	CHECK(strstr(quipu_http_error(), in_directory("not-mine")) != NULL);
	check_listens("127.0.0.1:0", "127.0.0.1:");
}

static void unprivileged(void)
{
	int status = -1;
	pid_t pid;

	if (geteuid() != 0) { /* it is so already, and the directory is its own */
		check_port();
		return;
	}
	pid = fork();
	if (pid == 0) {
		kit_forget_failures();
		check_unprivileged();
		_exit(kit_failures() > 0);
	}
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK_INT(status, 0);
}

/* Addresses that are nobody's here, or nobody's at all. */
static void not_here(void)
{
	static const struct {
		const char *listen, *reason;
	} table[] = {
		{ "192.0.2.1:0", "Cannot assign requested address" },
		{ "[2001:db8::1]:0", "Cannot assign requested address" },
		{ "[fe80::1]:0", "Invalid argument" }, /* of which network? */
		{ "unix:/", "in use" },
		{ "unix:/dev/null/a", "Not a directory" },
		{ "unix:/proc/a", "" }, /* which reason depends on the kernel */
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		unsigned descriptors = kit_descriptors(), threads = kit_threads();

		CHECK_FAILS(QUIPU_ELISTEN, table[i].reason, .listen = table[i].listen);
		CHECK(strstr(quipu_http_error(), table[i].listen) != NULL);
		CHECK_INT(kit_descriptors(), descriptors);
		CHECK_INT(kit_threads(), threads);
	}
}

/* All addresses include the one that somebody has. */
static void busy_for_all(void)
{
	quipu_http *first = FAKE_START(.listen = "127.0.0.1:0");
	char all[32];

	snprintf(all, sizeof(all), "0.0.0.0:%d", quipu_http_port(first));
	CHECK_FAILS(QUIPU_ELISTEN, "Address already in use", .listen = all);
	snprintf(all, sizeof(all), ":%d", quipu_http_port(first));
	CHECK_FAILS(QUIPU_ELISTEN, "Address already in use", .listen = all);
	check_serves(first);
	quipu_http_stop(first);
}

/* --- options and environment ------------------------------------------------------------- */

static void options(void)
{
	char many[400];
	quipu_http_opts short_opts = { .listen = "127.0.0.1:0", .max_requests = 1 };
	quipu_http *server;
	struct answer answer;
	quipu_error error;

	memset(many, 'a', sizeof(many));
	many[0] = '/';
	many[sizeof(many) - 1] = '\0';
	CHECK_FAILS(QUIPU_EOPTION, "metrics", .path = "metrics");
	CHECK_FAILS(QUIPU_EOPTION, "\"\"", .path = "");
	CHECK_FAILS(QUIPU_EOPTION, "/a b", .path = "/a b");
	CHECK_FAILS(QUIPU_EOPTION, "/a?b", .path = "/a?b");
	CHECK_FAILS(QUIPU_EOPTION, "/%41", .path = "/%41");
	CHECK_FAILS(QUIPU_EOPTION, "/\xc3\xbc", .path = "/\xc3\xbc");
	CHECK_FAILS(QUIPU_EOPTION, "too long", .path = many);
	CHECK_FAILS(QUIPU_EADDRESS, "too long", .listen = many);
	CHECK_FAILS(QUIPU_EOPTION, "header_timeout", .header_timeout_seconds = -1);
	CHECK_FAILS(QUIPU_EOPTION, "write_timeout", .write_timeout_seconds = -1);
	CHECK_FAILS(QUIPU_EOPTION, "idle_timeout", .idle_timeout_seconds = -0.1);
	CHECK_FAILS(QUIPU_EOPTION, "scrape_timeout", .scrape_timeout_seconds = __builtin_nan(""));
	CHECK_FAILS(QUIPU_EOPTION, "max_connections", .max_connections = 2000000);
	CHECK_FAILS(QUIPU_EOPTION, "socket_mode", .socket_mode = 01000);
	check_fails(&short_opts, QUIPU_EOPTION, "size");
	CHECK(!quipu_http_start(NULL, QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0"), &error));
	CHECK_INT(error, QUIPU_EOPTION);
	CHECK(!quipu_http_open(NULL, NULL, NULL));
	server = FAKE_START(.header_timeout_seconds = 1e300, .idle_timeout_seconds = 1e300);
	check_serves(server);
	quipu_http_stop(server);
	/* an older program's struct ends sooner: what lies behind its end is not read */
	short_opts.size = offsetof(quipu_http_opts, max_requests);
	server = quipu_http_start(fake_registry(), &short_opts, NULL);
	answer = kit_ask(server, GET);
	CHECK(strcmp(kit_field(&answer, "Connection"), "") == 0);
	kit_free(&answer);
	quipu_http_stop(server);
}

static void environment(void)
{
	quipu_http *server;

	setenv("QUIPU_HTTP_LISTEN", "[::1]:0", 1);
	setenv("QUIPU_HTTP_PATH", "/from/outside", 1);
	server = quipu_http_start(fake_registry(), NULL, NULL);
	CHECK(server && strncmp(quipu_http_address(server), "[::1]:", 6) == 0);
	CHECK_INT(kit_status(server, GET), 404);
	CHECK_INT(kit_status(server, "GET /from/outside HTTP/1.0\r\n\r\n"), 200);
	quipu_http_stop(server);
	server = FAKE_START(.listen = "127.0.0.1:0", .path = "/metrics"); /* options win */
	CHECK(strncmp(quipu_http_address(server), "127.0.0.1:", 10) == 0);
	check_serves(server);
	quipu_http_stop(server);
	setenv("QUIPU_HTTP_LISTEN", "nonsense", 1);
	CHECK_FAILS(QUIPU_EADDRESS, "nonsense", .path = NULL);
	setenv("QUIPU_HTTP_LISTEN", "127.0.0.1:0", 1);
	setenv("QUIPU_HTTP_PATH", "", 1); /* empty is as good as none */
	server = quipu_http_start(fake_registry(), NULL, NULL);
	check_serves(server);
	quipu_http_stop(server);
	unsetenv("QUIPU_HTTP_LISTEN");
	unsetenv("QUIPU_HTTP_PATH");
}

/* --- */

static void prepare(void)
{
	CHECK(mkdtemp(directory) != NULL);
}

static void clean_up(void)
{
	CHECK_INT(rmdir(directory), 0); /* nothing was left in it */
}

static const struct kit_case cases[] = {
	{ "prepare", prepare },
	{ "addresses", addresses },
	{ "tcp", tcp },
	{ "busy_port", busy_port },
	{ "busy_2222", busy_2222 },
	{ "unix_socket", unix_socket },
	{ "stale_socket", stale_socket },
	{ "busy_socket", busy_socket },
	{ "no_socket", no_socket },
	{ "unprivileged", unprivileged },
	{ "not_here", not_here },
	{ "busy_for_all", busy_for_all },
	{ "options", options },
	{ "environment", environment },
	{ "clean_up", clean_up },
};
KIT_MAIN(cases)
