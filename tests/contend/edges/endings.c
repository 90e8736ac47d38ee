/* SPDX-License-Identifier: MIT */
/*
 * endings.c: waits, and ends in one of many ways.
 *
 *   contend_endings return|exit|_exit|_Exit|quick_exit|abort|kill|thread|main_thread|daemon
 */
#include "known.h"

#include <signal.h>
#include <string.h>
#include <sys/types.h>

static struct known known;

KNOWN_WAIT(wait_here)

static void *exit_from_thread(void *argument)
{
	wait_here(&known, 500);
	known_print("wait_here", &known);
	exit(3);
	return argument;
}

static void *outlive_main(void *argument)
{
	usleep(100000);
	wait_here(&known, 500);
	known_print("wait_here", &known);
	return argument;
}

static void *wait_in_vain(void *argument)
{
	pause();
	return argument;
}

static void start(void *(*run)(void *))
{
	pthread_t thread;

	KNOWN_EXPECT(!pthread_create(&thread, NULL, run, NULL));
}

/* The daemon's parent does not wait for it. */
static int be_daemon(void)
{
	if (fork())
		_exit(0);
	setsid();
	if (fork())
		_exit(0);
	wait_here(&known, 500);
	known_print("wait_here", &known);
	return 0;
}

/* A process with threads is saved now and then. Twice: the first may have begun before. */
static void see_saved(void)
{
	char path[4096];
	int i;

	snprintf(path, sizeof path, "%s/%d-1.json", getenv("QUIPU_CONTEND_SAVE"), (int)getpid());
	for (i = 0; i < 2; i++) {
		unlink(path);
		while (access(path, F_OK) != 0)
			usleep(1000);
	}
}

static int end(const char *how)
{
	if (!strcmp(how, "_exit"))
		_exit(3);
	if (!strcmp(how, "_Exit"))
		_Exit(3);
	if (!strcmp(how, "quick_exit"))
		quick_exit(3);
	if (!strcmp(how, "abort"))
		abort();
	if (!strcmp(how, "kill"))
		raise(SIGKILL);
	if (!strcmp(how, "exit"))
		exit(3);
	return 3;
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "return";
	int i;

	known_hold();
	if (!strcmp(how, "daemon"))
		return be_daemon();
	for (i = 0; i < 3; i++)
		wait_here(&known, 500);
	if (!strcmp(how, "main_thread")) {
		start(outlive_main);
		pthread_exit(NULL);
	}
	if (!strcmp(how, "thread")) {
		start(exit_from_thread);
		pause();
	}
	known_print("wait_here", &known);
	if (!strcmp(how, "kill")) {
		start(wait_in_vain);
		see_saved();
	}
	return end(how);
}
