/* SPDX-License-Identifier: MIT */
/*
 * r10_leaving.cc: callbacks that throw, that fork, that scrape and record without end, and what
 * collect.h says of those that leave by an exception.
 *
 * R10, P6 (with ../../torture/callbacks.c, which has those that register, remove themselves and
 * sleep). An exception thrown and caught within a callback is its own matter; so is a fork, whose
 * child can record and scrape. One that leaves a callback ends the process (std::terminate) at once
 * and does not hang: tried in a process of its own.
 */
#include <quipu/http.h>
#include <quipu/quipu.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace
{

constexpr unsigned patience = 60;
quipu_registry *registry;
quipu_counter counter;
int forked, bad_children;

void check(bool good, const char *what)
{
	if (good)
		return;
	std::fprintf(stderr, "leaving: VIOLATION R10: %s\n", what);
	std::exit(1);
}

int keep(void *to, const char *data, size_t len)
{
	static_cast<std::string *>(to)->append(data, len);
	return 0;
}

std::string scrape(quipu_registry *of)
{
	std::string text;

	check(quipu_write(of, nullptr, keep, &text) == QUIPU_OK, "no scrape");
	return text;
}

/* --- callbacks ---------------------------------------------------------------------------------- */

double throw_within(void *)
{
	try {
		quipu_inc(counter);
		throw std::runtime_error("within");
	} catch (const std::exception &) {
		return 1;
	}
}

double throw_out(void *)
{
	throw std::runtime_error("out");
}

/* The child has its own values, and no thread but this; it must not hang. */
double fork_within(void *)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		std::string text;

		alarm(patience);
		quipu_inc(counter);
		_exit(quipu_read(counter) == 1 ? 0 : 1);
	}
	forked++;
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		bad_children++;
	return forked;
}

/* Its own registry, without callbacks' values: the scrape that asked waits for this one. */
double scrape_own(void *)
{
	return scrape(registry).find("leaving_total") != std::string::npos;
}

/* --- processes ------------------------------------------------------------------------------------ */

/* How a child ends that does so. */
int ends(void (*how)())
{
	struct rlimit none = { 0, 0 };
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &none);
		alarm(patience);
		how();
		_exit(0);
	}
	check(pid > 0 && waitpid(pid, &status, 0) == pid, "no child");
	return status;
}

void leave_by_exception()
{
	quipu_registry *own = quipu_registry_new(nullptr);

	std::freopen("/dev/null", "w", stderr); /* what std::terminate says */
	quipu_gauge_callback(own, QUIPU_OPTS(.name = "out", .help = "O."), throw_out, nullptr);
	scrape(own);
}

void check_good_ones()
{
	std::string text;
	int i;

	for (i = 0; i < 20; i++) {
		text = scrape(registry);
		check(text.find("\nwithin 1\n") != std::string::npos,
		      "a callback's value is missing");
		check(text.find("\nown 1\n") != std::string::npos, "a callback cannot scrape");
	}
	check(text.find("\nforks 20\n") != std::string::npos, "a callback that forks is missing");
	check(bad_children == 0, "a child forked in a callback fails or hangs");
	check(quipu_read(counter) == 20, "a callback's records are lost");
}

} // namespace

int main()
{
	int status;

	alarm(3 * patience);
	registry = quipu_registry_new(nullptr);
	counter = quipu_counter_new(registry, QUIPU_OPTS(.name = "leaving_total", .help = "L."));
	quipu_gauge_callback(registry, QUIPU_OPTS(.name = "within", .help = "W."), throw_within,
			     nullptr);
	quipu_gauge_callback(registry, QUIPU_OPTS(.name = "own", .help = "O."), scrape_own,
			     nullptr);
	quipu_gauge_callback(registry, QUIPU_OPTS(.name = "forks", .help = "F."), fork_within,
			     nullptr);
	check_good_ones();
	status = ends(leave_by_exception);
	check(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
	      "an exception that leaves a callback does not end the process by SIGABRT");
	quipu_registry_free(registry);
	std::printf("leaving: ok\n");
	return 0;
}
