/* SPDX-License-Identifier: MIT */
/* life_test.c: starting and stopping, with clients and without, in a thread or in the
 * program's own loop, among signals. */
#include "fake_scrape.h"
#include "kit.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define GET "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
#define CYCLES 200

static void check_serves(const quipu_http *server)
{
	CHECK_INT(kit_status(server, GET), 200);
}

/* --- starting and stopping --------------------------------------------------------------- */

/* On the same port, with a client that is connected each time. */
static void cycles(void)
{
	quipu_http *server = FAKE_START(.listen = KIT_LISTEN);
	unsigned descriptors, threads;
	char address[64];

	check_serves(server);
	strcpy(address, quipu_http_address(server));
	quipu_http_stop(server);
	descriptors = kit_descriptors();
	threads = kit_threads();
	for (int i = 0; i < CYCLES; i++) {
		struct client client;

		server = FAKE_START(.listen = address);
		client = kit_connect(server);
		if (i % 3 > 0)
			kit_send(&client, i % 3 == 1 ? "GET /" : GET);
		if (i % 3 == 2)
			CHECK_INT(kit_next(&client, false), 200);
		quipu_http_stop(server);
		kit_close(&client);
	}
	CHECK_INT(kit_descriptors(), descriptors);
	CHECK_INT(kit_threads(), threads);
}

/* Failing at any point leaves nothing behind. */
static void failed_starts(void)
{
	quipu_http *server = FAKE_START(.path = NULL);
	unsigned descriptors = kit_descriptors(), threads = kit_threads();

	for (int i = 0; i < CYCLES; i++) {
		CHECK(!quipu_http_start(fake_registry(),
					QUIPU_HTTP_OPTS(.listen = quipu_http_address(server)),
					NULL));
		CHECK(!quipu_http_start(fake_registry(), QUIPU_HTTP_OPTS(.listen = "x"), NULL));
	}
	CHECK_INT(kit_descriptors(), descriptors);
	CHECK_INT(kit_threads(), threads);
	check_serves(server);
	quipu_http_stop(server);
}

static void several(void)
{
	quipu_http *a = FAKE_START(.path = "/a"), *b = FAKE_START(.path = "/b");

	CHECK(quipu_http_port(a) != quipu_http_port(b));
	CHECK_INT(kit_status(a, "GET /a HTTP/1.0\r\n\r\n"), 200);
	CHECK_INT(kit_status(b, "GET /a HTTP/1.0\r\n\r\n"), 404);
	quipu_http_stop(a);
	CHECK_INT(kit_status(b, "GET /b HTTP/1.0\r\n\r\n"), 200);
	quipu_http_stop(b);
}

/* Asks until the connection breaks; until then it is answered. */
static void *hammer(void *arg)
{
	struct client *client = arg;
	int status = 200;

	while (status > 0) {
		kit_send(client, GET);
		status = kit_next(client, false);
		CHECK(status == 200 || status == 0 || status == -200);
	}
	kit_close(client);
	return NULL;
}

/* By another thread than the one that started it, while clients ask. */
static void stopped_under_load(void)
{
	for (int i = 0; i < 20; i++) {
		quipu_http *server = FAKE_START(.max_requests = 1000000);
		struct client clients[4];
		pthread_t threads[4];

		for (int j = 0; j < 4; j++) {
			clients[j] = kit_connect(server);
			pthread_create(&threads[j], NULL, hammer, &clients[j]);
		}
		kit_sleep_ms(10);
		quipu_http_stop(server);
		for (int j = 0; j < 4; j++)
			pthread_join(threads[j], NULL);
	}
	CHECK_INT(fake_facts().opened, fake_facts().closed);
}

/* --- the program's own loop -------------------------------------------------------------- */

struct own_loop {
	quipu_http *server;
	bool done; /* atomic */
	int negative;
};

static void *drive(void *arg)
{
	struct own_loop *self = arg;

	/* relaxed: a flag of its own */
	while (!__atomic_load_n(&self->done, __ATOMIC_RELAXED)) {
		struct pollfd fd = { .fd = quipu_http_fd(self->server), .events = POLLIN };

		if (poll(&fd, 1, 100) > 0)
			self->negative += quipu_http_poll(self->server) < 0;
	}
	return NULL;
}

static quipu_http *open_at(const char *listen, double header_timeout)
{
	quipu_http *server;

	fake_reset();
	server = quipu_http_open(
		fake_registry(),
		QUIPU_HTTP_OPTS(.listen = listen, .header_timeout_seconds = header_timeout), NULL);
	CHECK(server != NULL);
	return server;
}

static quipu_http *open_own(double header_timeout)
{
	return open_at("127.0.0.1:0", header_timeout);
}

static void own_loop(void)
{
	struct own_loop loop = { .server = open_own(0.2) };
	unsigned threads = kit_threads();
	struct fake_plan plan = fake_default_plan();
	struct client late = kit_connect(loop.server), scrape;
	pthread_t thread;

	CHECK_INT(kit_threads(), threads);
	CHECK_INT(kit_turn(loop.server), 1);
	CHECK_INT(quipu_http_poll(loop.server), 0);
	pthread_create(&thread, NULL, drive, &loop);
	check_serves(loop.server);
	kit_send(&late, "GET /"); /* its deadline makes the descriptor readable */
	CHECK_INT(kit_next(&late, false), 408);
	plan.callbacks = true; /* so does the end of callbacks */
	fake_plan(plan);
	scrape = kit_connect(loop.server);
	kit_send(&scrape, GET);
	while (fake_finish() == 0)
		kit_sleep_ms(1);
	CHECK_INT(kit_next(&scrape, false), 200);
	__atomic_store_n(&loop.done, true, __ATOMIC_RELAXED); /* relaxed: a flag of its own */
	pthread_join(thread, NULL);
	CHECK_INT(loop.negative, 0);
	quipu_http_close(loop.server);
	kit_close(&late);
	kit_close(&scrape);
}

/* In one turn a connection ends, its slot is given to the next, and only then comes the event
 * that the first one was reset: the next one is not harmed (W2). Over a Unix socket, where what was
 * done is there. */
static void late_event(void)
{
	quipu_http *server = open_at("unix:quipu-life", 5);
	struct client first = kit_connect(server), next;
	struct fake_plan plan = fake_default_plan();

	plan.callbacks = true;
	fake_plan(plan);
	kit_send(&first, GET);
	for (int i = 0; i < 3; i++)
		quipu_http_poll(server);
	CHECK_INT(fake_facts().opened, 1);
	fake_plan(fake_default_plan());
	CHECK_INT(fake_finish(), 1); /* the first event: the answer cannot be sent */
	next = kit_connect(server);  /* the second */
	kit_reset(&first);	     /* the third */
	CHECK_INT(quipu_http_poll(server), 3);
	CHECK_INT(fake_facts().closed, 1);
	kit_send(&next, GET);
	for (int i = 0; i < 3; i++)
		quipu_http_poll(server);
	CHECK_INT(kit_next(&next, false), 200);
	kit_close(&next);
	quipu_http_close(server);
}

static void misuse(void)
{
	quipu_http *server = FAKE_START(.path = NULL);

	CHECK_INT(quipu_http_fd(server), -1); /* it has a thread already */
	CHECK_INT(quipu_http_poll(server), -1);
	CHECK_INT(quipu_http_fd(NULL), -1);
	CHECK_INT(quipu_http_poll(NULL), -1);
	check_serves(server);
	quipu_http_close(server);
}

/* --- signals ----------------------------------------------------------------------------- */

/* A signal to the process is the program's: our thread never takes it (S5). */
static void signals_are_the_programs(void)
{
	quipu_http *server = FAKE_START(.path = NULL);
	const struct timespec patience = { 10, 0 };
	sigset_t set, old;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGTERM);
	check_serves(server); /* the thread runs */
	pthread_sigmask(SIG_BLOCK, &set, &old);
	for (int i = 0; i < 100; i++) {
		kill(getpid(), i % 2 ? SIGUSR1 : SIGTERM);
		CHECK_INT(sigtimedwait(&set, NULL, &patience), i % 2 ? SIGUSR1 : SIGTERM);
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	check_serves(server);
	quipu_http_stop(server);
}

static void name(void)
{
	quipu_http *server = FAKE_START(.path = NULL);
	FILE *list;
	char line[64];

	check_serves(server);
	list = popen("cat /proc/$PPID/task/*/comm", "r");
	for (line[0] = '\0'; strcmp(line, "quipu-http\n") != 0;) {
		if (!fgets(line, sizeof(line), list))
			break;
	}
	CHECK(strcmp(line, "quipu-http\n") == 0);
	pclose(list);
	quipu_http_stop(server);
}

static volatile sig_atomic_t alarms;

static void on_alarm(int number)
{
	(void)number;
	alarms = alarms + 1;
}

static void set_alarms(long us)
{
	const struct itimerval timer = { { 0, us }, { 0, us } };
	struct sigaction action = { .sa_handler = us ? on_alarm : SIG_DFL };

	if (!us)
		setitimer(ITIMER_REAL, &timer, NULL);
	sigaction(SIGALRM, &action, NULL); /* no SA_RESTART */
	if (us)
		setitimer(ITIMER_REAL, &timer, NULL);
}

static void *ask_many(void *arg)
{
	const quipu_http *server = arg;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	for (int i = 0; i < 200; i++) {
		struct answer answer = kit_ask(server, GET);

		CHECK(answer.whole && answer.len == 2000000);
		kit_free(&answer);
	}
	return NULL;
}

/* Every system call of the loop is interrupted a thousand times a second (S6). */
static void interrupted(void)
{
	struct fake_plan plan = fake_default_plan();
	quipu_http *server = open_own(5);
	pthread_t thread;
	int polls = 0;

	plan.body = 2000000;
	fake_plan(plan);
	pthread_create(&thread, NULL, ask_many, server);
	set_alarms(1000);
	while (pthread_tryjoin_np(thread, NULL) != 0) {
		struct pollfd fd = { .fd = quipu_http_fd(server), .events = POLLIN };

		poll(&fd, 1, 20);
		CHECK(quipu_http_poll(server) >= 0);
		polls++;
	}
	set_alarms(0);
	CHECK(polls > 0 && alarms > 0);
	quipu_http_close(server);
}

/* Asks for bodies, takes a little of one and goes away. */
static void break_off(const quipu_http *server)
{
	struct client client = kit_connect_narrow(server);
	char some[2000];

	kit_send(&client, GET GET);
	CHECK(recv(client.fd, some, sizeof(some), 0) > 0);
	kit_close(&client);
}

/* Asks several times and goes away before the first answer, the second finds nobody. */
static void leave_early(quipu_http *own)
{
	struct client client = kit_connect(own);

	quipu_http_poll(own);
	kit_send(&client, GET GET GET);
	kit_close(&client);
	kit_drive(own, NULL, 5);
}

/* SIGPIPE is as it is by default. In its own loop it would be the program's thread's (S7). */
static void broken_pipe(void)
{
	quipu_http *server = FAKE_START(.path = NULL), *own = open_own(5);
	struct fake_plan plan = fake_default_plan();

	signal(SIGPIPE, SIG_DFL);
	for (int i = 0; i < 10; i++)
		leave_early(own);
	plan.body = 20000000;
	fake_plan(plan);
	for (int i = 0; i < 50; i++)
		break_off(server);
	fake_plan(fake_default_plan());
	check_serves(server);
	quipu_http_stop(server);
	quipu_http_close(own);
}

/* Another process with a server; its address comes through a pipe. */
static pid_t serve_elsewhere(char *address, size_t size)
{
	int ends[2];
	pid_t child;
	ssize_t len;

	CHECK_INT(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		const char *text = quipu_http_address(FAKE_START(.path = NULL));

		alarm(60);
		len = write(ends[1], text, strlen(text));
		for (;;)
			pause();
	}
	len = read(ends[0], address, size - 1);
	address[len > 0 ? len : 0] = '\0';
	close(ends[0]);
	close(ends[1]);
	return child;
}

/* A stop interrupts waiting, whatever signals are blocked. */
static void stopped_and_continued(void)
{
	char address[64];
	pid_t child = serve_elsewhere(address, sizeof(address));
	struct client client = kit_connect_to(address);

	for (int i = 0; i < 20; i++) {
		kit_sleep_ms(5); /* it waits again */
		kill(child, SIGSTOP);
		waitpid(child, NULL, WUNTRACED);
		kill(child, SIGCONT);
		kit_send(&client, GET);
		CHECK_INT(kit_next(&client, false), 200);
	}
	kit_close(&client);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void *start_and_stop(void *unused)
{
	for (;;) {
		quipu_http *server = quipu_http_open(
			fake_registry(), QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0"), NULL);
		quipu_http_poll(server);
		quipu_http_close(server);
		pthread_testcancel();
	}
	return unused;
}

/* A thread that is cancelled while it opens, drives or closes a server does so whole. */
static void cancelled(void)
{
	unsigned descriptors = kit_descriptors();

	fake_reset();
	for (int i = 0; i < 100; i++) {
		pthread_t thread;

		pthread_create(&thread, NULL, start_and_stop, NULL);
		kit_sleep_ms((unsigned)i % 3);
		pthread_cancel(thread);
		pthread_join(thread, NULL);
	}
	CHECK_INT(kit_descriptors(), descriptors);
}

static const struct kit_case cases[] = {
	{ "cycles", cycles },
	{ "failed_starts", failed_starts },
	{ "several", several },
	{ "stopped_under_load", stopped_under_load },
	{ "own_loop", own_loop },
	{ "late_event", late_event },
	{ "misuse", misuse },
	{ "signals_are_the_programs", signals_are_the_programs },
	{ "name", name },
	{ "interrupted", interrupted },
	{ "broken_pipe", broken_pipe },
	{ "stopped_and_continued", stopped_and_continued },
	{ "cancelled", cancelled },
};
KIT_MAIN(cases)
