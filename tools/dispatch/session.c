/* SPDX-License-Identifier: MIT */
/* session.c: one run of the demo, phase by phase. SIGINT and SIGTERM end any of them. */
#include "session.h"

#include "clock.h"
#include "contention.h"
#include "endpoint/endpoint.h"
#include "progress.h"
#include "readings.h"
#include "table.h"
#include "text.h"
#include "trace.h"
#include "workers.h"

#include <quipu/http.h>

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <string.h>

#define PROGRAM "quipu-dispatch"
#define TICK_NS (CLOCK_NS_PER_SECOND / 50)
/* From the beginning of an answer until it is surely out. */
#define ANSWER_NS (CLOCK_NS_PER_SECOND / 10)

struct session {
	const struct options *options;
	struct workload workload;
	quipu_registry *registry;
	struct metrics metrics;
	quipu_http *server;
	struct workers workers;
	struct endpoint endpoint; /* in the place of metrics and workers, with --endpoint */
	struct progress progress;
	sigset_t end_signals;
	bool interrupted;
	int refusal; /* the exit status where it cannot run; 0: 1 */
};

/* Passes time, up to a moment; what ends the session is noticed here. */
static void tick(struct session *session, uint64_t until_ns)
{
	uint64_t now = clock_now(), wait_ns = until_ns > now ? until_ns - now : 0;
	struct timespec wait = clock_timespec(wait_ns < TICK_NS ? wait_ns : TICK_NS);

	if (sigtimedwait(&session->end_signals, NULL, &wait) > 0)
		session->interrupted = true;
}

static bool waiting(const struct session *session, uint64_t until_ns)
{
	return !session->interrupted && clock_now() < until_ns;
}

static uint64_t from_now_ns(double seconds)
{
	return clock_now() + (uint64_t)(seconds * 1e9);
}

/* --- set-up ------------------------------------------------------------------------ */

static bool open_workload(struct session *session)
{
	struct trace_opts trace = {
		.name = session->options->trace,
		.report = stderr,
		.fatal = session->options->bad_lines_fatal,
	};

	if (!trace.name) {
		if (workload_generate(&session->workload, session->options->seed))
			return true;
		fprintf(stderr, PROGRAM ": out of memory for the workload\n");
		return false;
	}
	if (trace_load(&trace, &session->workload))
		return true;
	fprintf(stderr, PROGRAM ": --trace %s: cannot be replayed\n", trace.name);
	return false;
}

static bool open_metrics(struct session *session)
{
	const char *where;
	quipu_error error;

	session->registry = quipu_default_registry();
	quipu_standard_collectors(session->registry); /* without one of them it goes on as well */
	if (session->options->endpoint.url) {
		session->refusal = endpoint_open(&session->endpoint, session->options,
						 session->registry, stderr);
		return !session->refusal;
	}
	error = metrics_open(&session->metrics, session->registry, session->options->names, &where);
	if (error == QUIPU_OK)
		return true;
	fprintf(stderr, PROGRAM ": %s: %s\n", where, quipu_strerror(error));
	return false;
}

/* From here on: the program's own beginning is not what is looked for. */
static bool open_contention(struct session *session)
{
	const char *wrong =
		session->options->contention ? contention_start(session->registry) : NULL;

	if (wrong)
		fprintf(stderr, PROGRAM ": --contention on: %s\n", wrong);
	return !wrong;
}

/* A browser cannot look at a Unix socket. */
static void print_place(const quipu_http *server)
{
	const char *address = quipu_http_address(server);

	if (quipu_http_port(server))
		printf("listening on http://%s\nlive page: http://%s/\n", address, address);
	else
		printf("listening on %s\n", address);
	fflush(stdout);
}

static int open_server(struct session *session)
{
	quipu_error error;

	session->server = quipu_http_start(
		session->registry, QUIPU_HTTP_OPTS(.listen = session->options->listen), &error);
	if (session->server) {
		print_place(session->server);
		return 0;
	}
	fprintf(stderr, PROGRAM ": %s\n", quipu_http_error());
	fprintf(stderr, PROGRAM ": choose another place with --listen ADDR:PORT; port 0 takes any "
				"free one\n");
	return error == QUIPU_EADDRESS ? 2 : 1;
}

/* Signals are taken in tick(), so no thread may be ended by one. */
static void open_signals(struct session *session)
{
	sigemptyset(&session->end_signals);
	sigaddset(&session->end_signals, SIGINT);
	sigaddset(&session->end_signals, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &session->end_signals, NULL);
}

static void close_all(struct session *session)
{
	quipu_http_stop(session->server);
	metrics_close(&session->metrics);
	endpoint_close(&session->endpoint);
	workload_free(&session->workload);
}

/* --- what can be seen ---------------------------------------------------------------- */

/* How many scrapes were answered. */
static unsigned long count_scrapes(const struct session *session)
{
	quipu_http_stats_t stats = { .size = sizeof stats };

	quipu_http_stats(session->server, &stats);
	return (unsigned long)stats.scrapes;
}

static struct totals read_totals(const struct session *session)
{
	struct readings readings = readings_take(session->registry, session->options->names);

	return readings_sum(&readings);
}

/* --- phases ------------------------------------------------------------------------ */

static void hold(struct session *session)
{
	unsigned long wanted = session->options->start_after_scrapes;
	unsigned long seen = 0;
	uint64_t answered_ns;

	if (!wanted)
		return;
	for (; !session->interrupted && seen < wanted; seen = count_scrapes(session)) {
		if (progress_due(&session->progress))
			progress_show(&session->progress, "waiting for scrapes of %s: %lu of %lu",
				      quipu_http_address(session->server), seen, wanted);
		tick(session, UINT64_MAX);
	}
	/* a scrape is counted where its answer begins: let the last one end, too */
	for (answered_ns = clock_now() + ANSWER_NS; waiting(session, answered_ns);)
		tick(session, answered_ns);
	progress_clear(&session->progress);
}

static struct text_number per_second(uint64_t n, double seconds)
{
	return text_count(seconds > 0 ? (uint64_t)((double)n / seconds) : 0);
}

/* How far it is: by time where that ends it, else by calls. */
static struct text_number how_far(const struct session *session, double seconds, uint64_t calls)
{
	struct text_number number;
	double duration = session->options->duration;
	double done = fmin(1, (double)calls / (double)session->workload.n);

	snprintf(number.text, sizeof number.text, "%3.0f %%",
		 100 * (duration > 0 ? seconds / duration : done));
	return number;
}

static void show_load(struct session *session, uint64_t elapsed_ns)
{
	struct totals totals = read_totals(session);
	uint64_t calls = totals_requests(&totals);
	double seconds = clock_seconds(elapsed_ns);

	progress_show(&session->progress,
		      "%s  %.0f s  %s calls  %s/s  %s in flight  %s errors  %s limited  "
		      "%lu scrapes",
		      how_far(session, seconds, calls).text, seconds, text_count(calls).text,
		      per_second(calls, seconds).text, text_count((uint64_t)totals.in_flight).text,
		      text_count(totals.requests[QUIPU_LLM_STATUS_ERROR]).text,
		      text_count(totals.requests[QUIPU_LLM_STATUS_RATE_LIMITED]).text,
		      count_scrapes(session));
}

/* Until the workers are done, the time is up, or the session is to end. */
static void watch_load(struct session *session)
{
	uint64_t until_ns = session->options->duration > 0 ? from_now_ns(session->options->duration)
							   : UINT64_MAX;

	progress_reset(&session->progress);
	while (workers_running(&session->workers) && waiting(session, until_ns)) {
		if (progress_due(&session->progress))
			show_load(session, workers_elapsed_ns(&session->workers));
		tick(session, until_ns);
	}
	workers_stop(&session->workers);
	workers_join(&session->workers);
	progress_clear(&session->progress);
}

static bool load_simulated(struct session *session)
{
	const struct options *options = session->options;
	struct workers_opts opts = {
		.workload = &session->workload,
		.policy = options_policy(options),
		.metrics = &session->metrics,
		.threads = options->threads,
		.speed = options->speed,
		.repeat = options->duration > 0,
	};
	int error = workers_start(&session->workers, &opts);

	if (error) {
		fprintf(stderr, PROGRAM ": --threads %u: %s\n", options->threads, strerror(error));
		return false;
	}
	watch_load(session);
	return true;
}

/* The same with calls to a real server. */
static bool load_endpoint(struct session *session)
{
	uint64_t until_ns = session->options->duration > 0 ? from_now_ns(session->options->duration)
							   : UINT64_MAX;

	if (!endpoint_start(&session->endpoint, &session->workload, stderr))
		return false;
	progress_reset(&session->progress);
	while (endpoint_running(&session->endpoint) && waiting(session, until_ns)) {
		if (progress_due(&session->progress))
			endpoint_show(&session->endpoint, &session->progress);
		tick(session, until_ns);
	}
	endpoint_stop(&session->endpoint);
	progress_clear(&session->progress);
	return true;
}

static bool load(struct session *session)
{
	return session->options->endpoint.url ? load_endpoint(session) : load_simulated(session);
}

static void print_pace(struct session *session)
{
	struct totals totals = read_totals(session);
	double seconds = clock_seconds(workers_elapsed_ns(&session->workers));
	uint64_t calls = totals_requests(&totals), records = totals_records(&totals);
	uint64_t answered = totals.requests[QUIPU_LLM_STATUS_SUCCESS];
	unsigned threads = session->options->threads;

	printf("\n%s calls in %.*f s on %u thread%s: %s calls/s", text_count(calls).text,
	       seconds < 1 ? 4 : 1, seconds, threads, threads == 1 ? "" : "s",
	       per_second(calls, seconds).text);
	if (session->options->speed == 0)
		printf(", %s records/s", per_second(records, seconds).text);
	if (answered < calls)
		printf("; %s were answered", text_count(answered).text);
	printf("\n");
}

static void report_simulated(struct session *session)
{
	struct readings readings = readings_take(session->registry, session->options->names);

	table_print(stdout, &readings);
	print_pace(session);
}

static void report(struct session *session)
{
	printf("\n");
	if (session->options->endpoint.url)
		endpoint_report(&session->endpoint, stdout);
	else
		report_simulated(session);
	fflush(stdout);
}

static void linger(struct session *session)
{
	uint64_t until_ns = from_now_ns(session->options->linger);

	progress_reset(&session->progress);
	while (waiting(session, until_ns)) {
		if (progress_due(&session->progress))
			progress_show(&session->progress,
				      "still serving on %s for %.0f s, Ctrl-C ends it  %lu scrapes",
				      quipu_http_address(session->server),
				      clock_seconds(until_ns - clock_now()),
				      count_scrapes(session));
		tick(session, until_ns);
	}
	progress_clear(&session->progress);
}

static int run_phases(struct session *session)
{
	hold(session);
	if (!session->interrupted && !load(session))
		return 1;
	report(session);
	linger(session);
	return 0;
}

static int open_and_run(struct session *session)
{
	int status;

	if (!open_workload(session) || !open_metrics(session) || !open_contention(session))
		return session->refusal ? session->refusal : 1;
	open_signals(session);
	status = open_server(session);
	return status ? status : run_phases(session);
}

int session_run(const struct options *options)
{
	static struct session session;
	int status;

	session.options = options;
	progress_open(&session.progress, stderr);
	status = open_and_run(&session);
	close_all(&session);
	return status;
}
