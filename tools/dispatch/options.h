/* SPDX-License-Identifier: MIT */
/* options.h: the command line of quipu-dispatch. */
#ifndef DISPATCH_OPTIONS_H
#define DISPATCH_OPTIONS_H

#include "errand.h"
#include "options_endpoint.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct options {
	const char *trace;  /* NULL: generate a workload */
	const char *listen; /* NULL: the library's default */
	uint64_t seed;
	unsigned threads;
	bool bad_lines_fatal;
	double speed; /* 0: max */
	double error_share;
	double rate_limit_share;
	double hedge_after;    /* seconds; 0: never */
	uint64_t outage_every; /* calls; 0: none */
	unsigned names;	       /* QUIPU_LLM_NAMES_… */
	bool contention;
	double duration; /* seconds; 0: once through the workload */
	double linger;	 /* seconds */
	unsigned long start_after_scrapes;
	struct options_endpoint endpoint;
};

enum options_result {
	OPTIONS_OK,
	OPTIONS_HELP, /* --help was given: print it and end */
	OPTIONS_BAD   /* said on `report` what is wrong */
};

enum options_result options_parse(int argc, char **argv, struct options *options, FILE *report);

/* What the options say about the calls' fates. */
struct policy options_policy(const struct options *options);

void options_help(FILE *out);

#endif
