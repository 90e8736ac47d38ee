/* SPDX-License-Identifier: MIT */
/* fork_test.c: what a forked child has of the parent's servers: nothing (P3). */
#include "fake_scrape.h"
#include "kit.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define GET "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"

/* ThreadSanitizer takes a child's thread for the parent's of the same address. */
#if defined(__SANITIZE_THREAD__)
#define THREADS_IN_CHILDREN 0
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define THREADS_IN_CHILDREN 0
#endif
#endif
#ifndef THREADS_IN_CHILDREN
#define THREADS_IN_CHILDREN 1
#endif

/* Runs in a child; the test fails where that does not end with 0. */
static pid_t in_child(void (*run)(quipu_http *server), quipu_http *server)
{
	pid_t child = fork();

	if (child == 0) {
		kit_forget_failures();
		alarm(30);
		run(server);
		_exit(kit_failures() > 0);
	}
	CHECK(child > 0);
	return child;
}

static void check_child(pid_t child)
{
	int status = -1;

	waitpid(child, &status, 0);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void sleep_long(quipu_http *server)
{
	(void)server;
	sleep(20);
}

static void kill_child(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static quipu_http *open_own(void)
{
	quipu_http *server;

	fake_reset();
	server = quipu_http_open(fake_registry(), QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0"), NULL);
	CHECK(server != NULL);
	return server;
}

/* The parent stops and starts again while the child lives: the port is free, no connection
 * waits for a server that never comes, and the clients see the end of theirs. */
static void port_is_free(void)
{
	quipu_http *server = FAKE_START(.listen = KIT_LISTEN);
	struct client client = kit_connect(server);
	char address[64];
	pid_t child;

	kit_send(&client, GET);
	CHECK_INT(kit_next(&client, false), 200);
	strcpy(address, quipu_http_address(server));
	child = in_child(sleep_long, server);
	quipu_http_stop(server);
	CHECK_INT(kit_ended(&client), 1);
	server = FAKE_START(.listen = address);
	for (int i = 0; i < 100; i++)
		CHECK_INT(kit_status(server, GET), 200);
	quipu_http_stop(server);
	kit_close(&client);
	kill_child(child);
}

/* Behind fork's back: it runs no handlers and has all descriptors. */
static pid_t raw_child(void)
{
	pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	while (child == 0)
		pause();
	return child;
}

/* The same with such a child. */
static void port_is_free_raw(void)
{
	quipu_http *server = FAKE_START(.listen = KIT_LISTEN);
	struct client client = kit_connect(server);
	char address[64];
	pid_t child;

	kit_send(&client, GET);
	CHECK_INT(kit_next(&client, false), 200);
	strcpy(address, quipu_http_address(server));
	child = raw_child();
	kit_send(&client, GET); /* works in the parent as before */
	CHECK_INT(kit_next(&client, false), 200);
	quipu_http_stop(server);
	CHECK_INT(kit_ended(&client), 1);
	server = FAKE_START(.listen = address);
	CHECK_INT(kit_status(server, GET), 200);
	quipu_http_stop(server);
	kit_close(&client);
	kill_child(child);
}

/* A connection that ended stays open in such a child: that must not keep the loop busy. */
static void raw_child_costs_nothing(void)
{
	quipu_http *server = open_own();
	struct client client = kit_connect(server);
	pid_t child;

	kit_send(&client, GET);
	kit_drive(server, &client, 10000);
	CHECK_INT(kit_next(&client, false), 200);
	child = raw_child();
	shutdown(client.fd, SHUT_WR);
	kit_drive(server, &client, 10000);
	CHECK_INT(kit_ended(&client), 1);
	CHECK(kit_drive(server, NULL, 300) < 20);
	kit_close(&client);
	quipu_http_close(server);
	kill_child(child);
}

static unsigned sockets(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 200; fd++) {
		struct stat file;

		n += fstat(fd, &file) == 0 && S_ISSOCK(file.st_mode);
	}
	return n;
}

static unsigned sockets_before;

static void has_no_descriptors(quipu_http *server)
{
	CHECK_INT(sockets(), sockets_before);
	CHECK_INT(quipu_http_poll(server), -1);
	quipu_http_stop(server);
	CHECK_INT(sockets(), sockets_before);
}

/* None of the server's descriptors, and every one of the program's. */
static void inherits_nothing(void)
{
	quipu_http *server;
	struct client clients[5];
	unsigned before;

	sockets_before = sockets() + 5; /* the clients' ends are the program's */
	server = FAKE_START(.path = NULL);
	before = kit_descriptors();
	for (int i = 0; i < 5; i++) {
		clients[i] = kit_connect(server);
		kit_send(&clients[i], GET);
		CHECK_INT(kit_next(&clients[i], false), 200);
	}
	CHECK_INT(kit_descriptors(), before + 10);
	check_child(in_child(has_no_descriptors, server));
	for (int i = 0; i < 5; i++) { /* the parent's are as they were */
		kit_send(&clients[i], GET);
		CHECK_INT(kit_next(&clients[i], false), 200);
		kit_close(&clients[i]);
	}
	quipu_http_stop(server);
}

static void stop_and_start(quipu_http *server)
{
	quipu_http *own;

	quipu_http_stop(server);
	if (!THREADS_IN_CHILDREN)
		return;
	own = FAKE_START(.path = NULL);
	CHECK_INT(kit_status(own, GET), 200);
	check_child(in_child(has_no_descriptors, own));
	quipu_http_stop(own);
}

static void stop_and_open(quipu_http *server)
{
	quipu_http *own;
	struct client client;

	quipu_http_stop(server);
	own = open_own();
	client = kit_connect(own);
	kit_send(&client, GET);
	CHECK_INT(kit_turn(own), 1); /* the connection */
	CHECK_INT(kit_turn(own), 1); /* the request */
	CHECK_INT(kit_next(&client, false), 200);
	kit_close(&client);
	check_child(in_child(has_no_descriptors, own));
	quipu_http_close(own);
}

/* The child stops what it inherited, which is nothing, and has a server of its own. */
static void child_serves(void)
{
	quipu_http *server;

	sockets_before = sockets();
	server = FAKE_START(.path = NULL);
	check_child(in_child(stop_and_start, server));
	check_child(in_child(stop_and_open, server));
	CHECK_INT(kit_status(server, GET), 200);
	quipu_http_stop(server);
}

static void stop_unix(quipu_http *server)
{
	quipu_http_stop(server);
}

/* The socket's file is the parent's. */
static void unix_socket(void)
{
	char listen[64];
	quipu_http *server;

	snprintf(listen, sizeof(listen), "unix:quipu-fork-%d", (int)getpid());
	server = FAKE_START(.listen = listen);
	check_child(in_child(stop_unix, server));
	CHECK_INT(kit_status(server, GET), 200);
	quipu_http_stop(server);
}

static void close_own(quipu_http *server)
{
	CHECK_INT(quipu_http_poll(server), -1);
	CHECK_INT(quipu_http_fd(server), -1);
	quipu_http_close(server);
}

static void own_loop(void)
{
	quipu_http *server =
		quipu_http_open(fake_registry(), QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0"), NULL);
	struct client client = kit_connect(server);

	CHECK_INT(kit_turn(server), 1);
	check_child(in_child(close_own, server));
	kit_send(&client, GET);
	CHECK_INT(kit_turn(server), 1);
	CHECK_INT(kit_next(&client, false), 200);
	kit_close(&client);
	quipu_http_close(server);
}

static void leave_scrapes(quipu_http *server)
{
	quipu_http_stop(server);
	CHECK_INT(fake_facts().closed, 0);
}

/* A scrape that the parent's thread has is not the child's to end. */
static void open_scrape(void)
{
	quipu_http *server = FAKE_START(.path = NULL);
	struct fake_plan plan = fake_default_plan();
	struct client client = kit_connect(server);

	plan.callbacks = true;
	fake_plan(plan);
	kit_send(&client, GET);
	while (fake_facts().early == 0) /* the fake's lock is free then: the server waits */
		kit_sleep_ms(1);
	check_child(in_child(leave_scrapes, server));
	CHECK_INT(fake_finish(), 1);
	CHECK_INT(kit_next(&client, false), 200);
	kit_close(&client);
	quipu_http_stop(server);
}

static bool done; /* atomic */

/* Connections come and go as fast as they can, and files of the program's, too. */
static void *connect_much(void *arg)
{
	/* relaxed: a flag of its own */
	while (!__atomic_load_n(&done, __ATOMIC_RELAXED))
		CHECK_INT(kit_status(arg, GET), 200);
	return NULL;
}

static int precious[2]; /* the program's: no child may lose it */

static void has_the_precious(quipu_http *server)
{
	char byte;

	CHECK_INT(read(precious[0], &byte, 1), 1);
	quipu_http_stop(server);
}

/* A fork at any moment finds the descriptors whole: the child closes the server's and only
 * those. The pipe is made anew for each child, so that it gets numbers that were the
 * server's a moment ago. */
static void any_moment(void)
{
	quipu_http *server = FAKE_START(.path = NULL);
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, connect_much, server);
	for (int i = 0; i < 300; i++) {
		pid_t child;

		CHECK_INT(pipe(precious), 0);
		CHECK_INT(write(precious[1], "x", 1), 1);
		child = in_child(has_the_precious, server);
		check_child(child);
		close(precious[0]);
		close(precious[1]);
	}
	__atomic_store_n(&done, true, __ATOMIC_RELAXED); /* relaxed: a flag of its own */
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	quipu_http_stop(server);
}

static const struct kit_case cases[] = {
	{ "port_is_free", port_is_free },
	{ "port_is_free_raw", port_is_free_raw },
	{ "raw_child_costs_nothing", raw_child_costs_nothing },
	{ "inherits_nothing", inherits_nothing },
	{ "child_serves", child_serves },
	{ "unix_socket", unix_socket },
	{ "own_loop", own_loop },
	{ "open_scrape", open_scrape },
	{ "any_moment", any_moment },
};
KIT_MAIN(cases)
