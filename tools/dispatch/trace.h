/* SPDX-License-Identifier: MIT */
/*
 * trace.h: reads a trace in the format of the Azure LLM inference trace 2023:
 *
 *   TIMESTAMP,ContextTokens,GeneratedTokens
 *   2023-11-16 18:17:03.9799600,4808,10
 *
 * Lines end in LF or CRLF, the last one possibly in nothing; the header may be missing.
 */
#ifndef DISPATCH_TRACE_H
#define DISPATCH_TRACE_H

#include "workload.h"

#include <stdio.h>

/* Everything that can be wrong with a line: X(name, text) */
#define TRACE_FAULT_MAP(X)                                                                         \
	X(NONE, "nothing wrong")                                                                   \
	X(EMPTY, "the line is empty")                                                              \
	X(LENGTH, "the line is longer than 255 bytes")                                             \
	X(HEADER, "the first line is neither TIMESTAMP,ContextTokens,GeneratedTokens nor a call")  \
	X(FEW, "fewer than three fields")                                                          \
	X(MANY, "more than three fields")                                                          \
	X(TIME, "TIMESTAMP is not written like 2023-11-16 18:17:03.9799600")                       \
	X(DATE, "TIMESTAMP names a day or time that does not exist")                               \
	X(ORDER, "TIMESTAMP is earlier than the call before")                                      \
	X(INPUT, "ContextTokens is not a whole number")                                            \
	X(INPUT_SIZE, "ContextTokens is over 4294967295")                                          \
	X(OUTPUT, "GeneratedTokens is not a whole number")                                         \
	X(OUTPUT_SIZE, "GeneratedTokens is over 4294967295")

enum trace_fault {
#define TRACE_FAULT_ENUM(name, text) TRACE_##name,
	TRACE_FAULT_MAP(TRACE_FAULT_ENUM)
#undef TRACE_FAULT_ENUM
};

struct trace_opts {
	const char *name; /* of the file, for messages */
	FILE *report;	  /* gets one line per bad line: its number and the reason */
	bool fatal;	  /* the first bad line ends the reading */
};

/*
 * Reads a whole trace into an empty workload. False when a bad line is fatal, the file cannot
 * be read, has no calls, or memory is out; the report says which.
 */
bool trace_read(FILE *file, const struct trace_opts *opts, struct workload *workload);

/* Opens the file opts->name and reads it. */
bool trace_load(const struct trace_opts *opts, struct workload *workload);

#endif
