/* SPDX-License-Identifier: MIT */
/* options_endpoint.c: see options_endpoint.h. */
#include "options.h"
#include "options_values.h"

#include "endpoint/cost.h"

#define MOST_IN_FLIGHT 100000
#define MOST_RETRIES 100
#define MOST_MS 3600000
#define MOST_SECONDS 86400
#define MOST_A_MINUTE UINT64_C(1000000000000)

struct options_endpoint options_endpoint_default(void)
{
	return (struct options_endpoint){
		.in_flight = 16,
		.retries = 3,
		.backoff_ms = 500,
		.timeout = 300,
		.connect_timeout = 10,
		.circuit_failures = 20,
		.circuit_rest = 5,
	};
}

const char *options_endpoint_check(const struct options *options, const char **culprit)
{
	const struct options_endpoint *endpoint = &options->endpoint;

	*culprit = endpoint->given;
	if (!endpoint->url)
		return endpoint->given ? "is for calls to a server: want --endpoint URL, too"
				       : NULL;
	*culprit = "endpoint";
	if (!endpoint->model)
		return "want --model NAME, too";
	if (options->error_share > 0 || options->rate_limit_share > 0 || options->outage_every)
		return "a server has its own errors: --error-share, --rate-limit-share and "
		       "--outage-every are for simulated ones";
	if (options->hedge_after > 0)
		return "want --hedge MS; --hedge-after is for simulated providers";
	return NULL;
}

/* --- texts ------------------------------------------------------------------------------------ */

static const char *set_text(const char **value, const char *text, const char *wanted)
{
	*value = text;
	return *text ? NULL : wanted;
}

const char *set_endpoint(struct options *options, const char *text)
{
	return set_text(&options->endpoint.url, text, "want a URL, as http://127.0.0.1:8000/v1");
}

const char *set_model(struct options *options, const char *text)
{
	return set_text(&options->endpoint.model, text, "want the name of a model");
}

const char *set_fallback(struct options *options, const char *text)
{
	return set_text(&options->endpoint.fallback, text, "want the name of a model");
}

const char *set_provider(struct options *options, const char *text)
{
	return set_text(&options->endpoint.provider, text, "want a name");
}

const char *set_ca_file(struct options *options, const char *text)
{
	return set_text(&options->endpoint.ca_file, text, "want the name of a file");
}

/* --- choices ---------------------------------------------------------------------------------- */

const char *set_no_stream(struct options *options, const char *text)
{
	(void)text;
	options->endpoint.no_stream = true;
	return NULL;
}

const char *set_insecure_key(struct options *options, const char *text)
{
	(void)text;
	options->endpoint.insecure_key = true;
	return NULL;
}

/* --- whole numbers ---------------------------------------------------------------------------- */

const char *set_in_flight(struct options *options, const char *text)
{
	uint64_t n;

	if (!options_whole(text, MOST_IN_FLIGHT, &n) || !n)
		return "want a whole number from 1 to 100000";
	options->endpoint.in_flight = (unsigned)n;
	return NULL;
}

const char *set_calls(struct options *options, const char *text)
{
	if (options_whole(text, UINT64_MAX / 2, &options->endpoint.calls) &&
	    options->endpoint.calls)
		return NULL;
	return "want a whole number, 1 or more";
}

const char *set_max_tokens(struct options *options, const char *text)
{
	uint64_t n;

	if (!options_whole(text, UINT32_MAX, &n) || !n)
		return "want a whole number from 1 to 4294967295";
	options->endpoint.max_tokens = (uint32_t)n;
	return NULL;
}

const char *set_retries(struct options *options, const char *text)
{
	uint64_t n;

	if (!options_whole(text, MOST_RETRIES, &n))
		return "want a whole number from 0 to 100";
	options->endpoint.retries = (unsigned)n;
	return NULL;
}

const char *set_circuit_failures(struct options *options, const char *text)
{
	uint64_t n;

	if (!options_whole(text, 1000000, &n))
		return "want a whole number from 0 to 1000000";
	options->endpoint.circuit_failures = (unsigned)n;
	return NULL;
}

static const char *set_ms(uint64_t *ms, const char *text)
{
	return options_whole(text, MOST_MS, ms) ? NULL : "want milliseconds, 0 to 3600000";
}

const char *set_backoff(struct options *options, const char *text)
{
	return set_ms(&options->endpoint.backoff_ms, text);
}

const char *set_hedge(struct options *options, const char *text)
{
	return set_ms(&options->endpoint.hedge_ms, text);
}

static const char *set_a_minute(uint64_t *n, const char *text)
{
	return options_whole(text, MOST_A_MINUTE, n) ? NULL
						     : "want a whole number up to 1000000000000";
}

const char *set_rpm(struct options *options, const char *text)
{
	return set_a_minute(&options->endpoint.rpm, text);
}

const char *set_tpm(struct options *options, const char *text)
{
	return set_a_minute(&options->endpoint.tpm, text);
}

/* --- numbers ---------------------------------------------------------------------------------- */

static const char *set_seconds(double *seconds, const char *text)
{
	return options_real(text, 0.001, MOST_SECONDS, seconds)
		       ? NULL
		       : "want a number of seconds, 0.001 to 86400";
}

const char *set_timeout(struct options *options, const char *text)
{
	return set_seconds(&options->endpoint.timeout, text);
}

const char *set_connect_timeout(struct options *options, const char *text)
{
	return set_seconds(&options->endpoint.connect_timeout, text);
}

const char *set_circuit_rest(struct options *options, const char *text)
{
	return set_seconds(&options->endpoint.circuit_rest, text);
}

static const char *set_price(uint64_t *price, const char *text)
{
	return cost_parse_price(text, price)
		       ? NULL
		       : "want dollars up to 1000000, with six decimals at most";
}

const char *set_price_input(struct options *options, const char *text)
{
	return set_price(&options->endpoint.price_input, text);
}

const char *set_price_output(struct options *options, const char *text)
{
	return set_price(&options->endpoint.price_output, text);
}
