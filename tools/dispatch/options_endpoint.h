/* SPDX-License-Identifier: MIT */
/* options_endpoint.h: the options of calls to a real server. */
#ifndef DISPATCH_OPTIONS_ENDPOINT_H
#define DISPATCH_OPTIONS_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

struct options;

struct options_endpoint {
	const char *url; /* NULL: the simulated providers */
	const char *model;
	const char *fallback; /* NULL: none */
	const char *provider; /* NULL: the host */
	const char *ca_file;  /* NULL: those that the system trusts */
	bool no_stream;
	bool insecure_key; /* send it unencrypted to other machines */
	unsigned in_flight;
	uint64_t calls;	     /* 0: as many as the workload has */
	uint32_t max_tokens; /* 0: as many as the workload says */
	unsigned retries;
	uint64_t backoff_ms;
	double timeout; /* seconds */
	double connect_timeout;
	uint64_t hedge_ms; /* 0: never */
	uint64_t rpm;	   /* 0: no limit */
	uint64_t tpm;
	uint64_t price_input; /* millionths of a micro-dollar for a token */
	uint64_t price_output;
	unsigned circuit_failures; /* 0: never opens */
	double circuit_rest;	   /* seconds */
	const char *given;	   /* one of these options, where there is any */
};

/* X(name, setter, argument, help), as in options.c; argument "" for one that takes none */
#define OPTIONS_ENDPOINT_MAP(X)                                                                    \
	X("endpoint", set_endpoint, "URL",                                                         \
	  "call this server instead, with OpenAI's chat completions, streamed.\n"                  \
	  "A URL that does not end in /chat/completions gets that added,\n"                        \
	  "one without a path /v1/chat/completions. --trace, --speed, --seed,\n"                   \
	  "--duration and --threads are as above; --speed max: a call begins\n"                    \
	  "whenever fewer than --in-flight are on their way")                                      \
	X("model", set_model, "NAME", "the model to ask for (needed)")                             \
	X("fallback", set_fallback, "NAME", "ask this model where the other one fails for good")   \
	X("provider", set_provider, "NAME", "the label provider (default: the URL's host)")        \
	X("in-flight", set_in_flight, "N",                                                         \
	  "calls at a time over all threads, those that wait for a retry among\n"                  \
	  "them; hedges come on top (default 16)")                                                 \
	X("calls", set_calls, "N", "end after so many (default: once through the workload)")       \
	X("max-tokens", set_max_tokens, "N",                                                       \
	  "ask for no longer answers than this (default: as the workload says)")                   \
	X("no-stream", set_no_stream, "", "ask for whole answers, not for streams")                \
	X("retries", set_retries, "N",                                                             \
	  "make a call again so often after rate limits, timeouts, 5xx and\n"                      \
	  "broken connections or streams (default 3)")                                             \
	X("backoff", set_backoff, "MS",                                                            \
	  "wait before the first retry, doubled for each further one up to a\n"                    \
	  "minute, less up to a half at random; Retry-After counts instead,\n"                     \
	  "if not over --timeout (default 500)")                                                   \
	X("timeout", set_timeout, "SECONDS", "for an attempt as a whole (default 300)")            \
	X("connect-timeout", set_connect_timeout, "SECONDS", "to get a connection (default 10)")   \
	X("hedge", set_hedge, "MS",                                                                \
	  "make a second attempt where no token has come after so long; the\n"                     \
	  "one whose first token comes first is used (default 0: never)")                          \
	X("rpm", set_rpm, "N", "requests a minute at most (default 0: no limit)")                  \
	X("tpm", set_tpm, "N",                                                                     \
	  "tokens a minute at most, of prompts and the longest answers\n"                          \
	  "(default 0: no limit)")                                                                 \
	X("price-input", set_price_input, "DOLLARS",                                               \
	  "for a million tokens of prompts (default 0)")                                           \
	X("price-output", set_price_output, "DOLLARS",                                             \
	  "for a million tokens of answers (default 0)")                                           \
	X("circuit-failures", set_circuit_failures, "N",                                           \
	  "open the circuit breaker after so many failures in a row\n"                             \
	  "(default 20; 0: never)")                                                                \
	X("circuit-rest", set_circuit_rest, "SECONDS",                                             \
	  "how long it stays open before one call is tried (default 5)")                           \
	X("ca-file", set_ca_file, "FILE",                                                          \
	  "trust these certificates (PEM) instead of the system's")                                \
	X("insecure-key", set_insecure_key, "",                                                    \
	  "send the API key over http to other machines than this one, too")

#define OPTIONS_ENDPOINT_SETTER(name, setter, argument, help)                                      \
	const char *setter(struct options *options, const char *text);
OPTIONS_ENDPOINT_MAP(OPTIONS_ENDPOINT_SETTER)
#undef OPTIONS_ENDPOINT_SETTER

struct options_endpoint options_endpoint_default(void);

/* What is wrong with them together; *culprit: which option. NULL: nothing. */
const char *options_endpoint_check(const struct options *options, const char **culprit);

#endif
