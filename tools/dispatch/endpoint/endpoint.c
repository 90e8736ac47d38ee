/* SPDX-License-Identifier: MIT */
/* endpoint.c: see endpoint.h. */
#include "endpoint.h"

#include "files.h"
#include "summary.h"

#include "../clock.h"
#include "../text.h"

#include <quipu/quipu.h>

#include <string.h>

#define PROGRAM "quipu-dispatch"
/* A call beside which a hedge is on its way. */
#define PER_CALL(options) ((options)->hedge_ms ? 2 : 1)

/* --- what could be wrong --------------------------------------------------------------------- */

static int refuse(FILE *report, const char *option, const char *value, const char *reason)
{
	fprintf(report, PROGRAM ": %s %s: %s\n", option, value, reason);
	return 2;
}

/* What is wrong with a URL, and the URL, unless there may be a secret in it. */
static int refuse_url(FILE *report, const char *url, const char *reason)
{
	if (!strpbrk(url, "@?#"))
		return refuse(report, "--endpoint", url, reason);
	fprintf(report, PROGRAM ": --endpoint: %s\n", reason);
	return 2;
}

static int check_key(const struct endpoint *endpoint, FILE *report)
{
	const struct target *target = &endpoint->plan.target;

	if (!key_there(&endpoint->key) || target->encrypted || target->loopback ||
	    endpoint->plan.options->insecure_key)
		return 0;
	return refuse(report, "--endpoint", endpoint->plan.options->url,
		      "the API key is not sent unencrypted to another machine; use https, or "
		      "--insecure-key if anybody on the way may read it");
}

static int check_files(const struct options_endpoint *options, FILE *report)
{
	size_t most;

	if (files_suffice((size_t)options->in_flight * PER_CALL(options), &most))
		return 0;
	fprintf(report, PROGRAM ": --in-flight %u: only %zu connections can be open (ulimit -n)\n",
		options->in_flight, most / PER_CALL(options));
	return 2;
}

static int check(struct endpoint *endpoint, FILE *report)
{
	const struct options_endpoint *options = &endpoint->options->endpoint;
	const char *wrong = engine_missing();
	int status;

	if (!wrong)
		wrong = target_parse(options->url, &endpoint->plan.target);
	if (wrong)
		return refuse_url(report, options->url, wrong);
	wrong = key_take(&endpoint->key);
	if (wrong) {
		fprintf(report, PROGRAM ": %s\n", wrong);
		return 2;
	}
	status = check_key(endpoint, report);
	return status ? status : check_files(options, report);
}

/* --- metrics --------------------------------------------------------------------------------- */

/* Only what is named on the command line has series of its own. */
static quipu_llm *open_kit(const struct endpoint *endpoint, quipu_registry *registry)
{
	const struct options_endpoint *options = &endpoint->options->endpoint;
	const char *models[] = { options->model, options->fallback, NULL };

	return quipu_llm_open(registry,
			      QUIPU_LLM_OPTS(.models = models, .names = endpoint->options->names),
			      NULL);
}

/* --provider, or else the host. */
static const char *provider_of(const struct endpoint *endpoint)
{
	const char *provider = endpoint->options->endpoint.provider;

	return provider ? provider : endpoint->plan.target.host;
}

static bool add_route(struct endpoint *endpoint, const char *model)
{
	struct plan_route *route = &endpoint->plan.route[endpoint->plan.n_routes];

	route->model = model;
	route->kit = quipu_llm_route_of(endpoint->plan.llm, model, provider_of(endpoint));
	endpoint->plan.n_routes++;
	return route->kit != NULL;
}

static int open_metrics(struct endpoint *endpoint, quipu_registry *registry, FILE *report)
{
	const struct options_endpoint *options = &endpoint->options->endpoint;
	const char *where = "the LLM kit";
	quipu_error error;

	endpoint->plan.llm = open_kit(endpoint, registry);
	if (endpoint->plan.llm && add_route(endpoint, options->model) &&
	    (!options->fallback || add_route(endpoint, options->fallback)))
		return 0;
	error = quipu_registry_status(registry, &where);
	fprintf(report, PROGRAM ": %s: %s\n", where ? where : "the LLM kit", quipu_strerror(error));
	return 1;
}

static void open_gate(struct endpoint *endpoint)
{
	const struct options_endpoint *options = &endpoint->options->endpoint;

	gate_open(&endpoint->plan.gate, &(struct gate_opts){
						.requests_per_minute = options->rpm,
						.tokens_per_minute = options->tpm,
						.failures = options->circuit_failures,
						.rest_ns = (uint64_t)(options->circuit_rest * 1e9),
						.route = endpoint->plan.route[0].kit,
					});
	endpoint->opened = true;
}

int endpoint_open(struct endpoint *endpoint, const struct options *options,
		  quipu_registry *registry, FILE *report)
{
	int status;

	memset(endpoint, 0, sizeof *endpoint);
	endpoint->options = options;
	endpoint->plan.options = &options->endpoint;
	endpoint->plan.seed = options->seed;
	status = check(endpoint, report);
	if (!status)
		status = open_metrics(endpoint, registry, report);
	if (!status)
		open_gate(endpoint);
	return status;
}

/* --- the load -------------------------------------------------------------------------------- */

static void open_source(struct endpoint *endpoint, const struct workload *workload)
{
	const struct options *options = endpoint->options;
	uint64_t calls = options->endpoint.calls;

	source_open(&endpoint->plan.source,
		    &(struct source_opts){
			    .workload = workload,
			    .queue = quipu_llm_queue_of(endpoint->plan.llm, "arrivals"),
			    .speed = options->speed,
			    .limit = !calls && options->duration > 0 ? UINT64_MAX : calls,
		    },
		    clock_now());
	endpoint->started = true;
}

bool endpoint_start(struct endpoint *endpoint, const struct workload *workload, FILE *report)
{
	int error;

	open_source(endpoint, workload);
	error = engine_start(&endpoint->engine, &endpoint->plan, &endpoint->key,
			     endpoint->options->threads);
	key_wipe(&endpoint->key);
	if (error)
		fprintf(report, PROGRAM ": --threads %u: %s\n", endpoint->options->threads,
			strerror(error));
	return !error;
}

bool endpoint_running(struct endpoint *endpoint)
{
	return engine_running(&endpoint->engine);
}

void endpoint_stop(struct endpoint *endpoint)
{
	engine_stop(&endpoint->engine);
	engine_join(&endpoint->engine);
	source_abandon(&endpoint->plan.source);
}

void endpoint_close(struct endpoint *endpoint)
{
	if (endpoint->started) {
		engine_close(&endpoint->engine);
		source_close(&endpoint->plan.source);
	}
	if (endpoint->opened)
		gate_close(&endpoint->plan.gate);
	key_wipe(&endpoint->key);
	quipu_llm_close(endpoint->plan.llm);
	memset(endpoint, 0, sizeof *endpoint);
}

/* --- what there is to see -------------------------------------------------------------------- */

static struct score_sum read_all(const struct endpoint *endpoint)
{
	struct score_sum sum = { 0 }, one;
	unsigned i;

	for (i = 0; i < endpoint->plan.n_routes; i++) {
		one = engine_read(&endpoint->engine, i);
		score_sum_add_sum(&sum, &one);
	}
	return sum;
}

void endpoint_show(struct endpoint *endpoint, struct progress *progress)
{
	struct score_sum sum = read_all(endpoint);
	uint64_t ended = score_ended(&sum);
	double seconds = clock_seconds(engine_elapsed_ns(&endpoint->engine));

	progress_show(progress,
		      "%.0f s  %s calls  %.1f/s  %s in flight  %s errors  %s limited  %s retries",
		      seconds, text_count(sum.calls).text,
		      seconds > 0 ? (double)sum.calls / seconds : 0,
		      text_count(sum.sent > ended ? sum.sent - ended : 0).text,
		      text_count(ended - sum.attempts[QUIPU_LLM_OK] -
				 sum.attempts[QUIPU_LLM_RATE_LIMITED])
			      .text,
		      text_count(sum.attempts[QUIPU_LLM_RATE_LIMITED]).text,
		      text_count(sum.retries).text);
}

void endpoint_report(struct endpoint *endpoint, FILE *out)
{
	struct summary_row rows[PLAN_MOST_ROUTES];
	unsigned i;

	for (i = 0; i < endpoint->plan.n_routes; i++)
		rows[i] = (struct summary_row){ endpoint->plan.route[i].model,
						engine_read(&endpoint->engine, i) };
	summary_print(out, rows, endpoint->plan.n_routes,
		      clock_seconds(engine_elapsed_ns(&endpoint->engine)));
}
