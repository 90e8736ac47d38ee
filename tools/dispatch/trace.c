/* SPDX-License-Identifier: MIT */
/* trace.c: reads a trace line by line; says of every bad line what is wrong with it. */
#include "trace.h"

#include "timestamp.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#define LINE_ROOM 256
#define HEADER "TIMESTAMP,ContextTokens,GeneratedTokens"
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

struct text {
	const char *at;
	size_t len;
};

/* The line read last, without its end; len counts all its bytes, also those not kept. */
struct line {
	char text[LINE_ROOM];
	size_t len;
	unsigned long number;
};

struct reader {
	const struct trace_opts *opts;
	struct workload *workload;
	struct line line;
	unsigned long bad;
	int64_t first_ns;
	int64_t last_ns;
};

static const char *const fault_text[] = {
#define FAULT_TEXT(name, text) text,
	TRACE_FAULT_MAP(FAULT_TEXT)
#undef FAULT_TEXT
};

static bool line_next(struct line *line, FILE *file)
{
	int c;

	line->len = 0;
	while ((c = getc_unlocked(file)) != EOF && c != '\n') {
		if (line->len < LINE_ROOM)
			line->text[line->len] = (char)c;
		line->len++;
	}
	if (c == EOF && !line->len)
		return false;
	if (line->len && line->len <= LINE_ROOM && line->text[line->len - 1] == '\r')
		line->len--;
	line->number++;
	return true;
}

/* Cuts up to the next comma off the front of rest; false when nothing is left. */
static bool field_next(struct text *rest, struct text *field)
{
	const char *comma;

	if (!rest->at)
		return false;
	comma = memchr(rest->at, ',', rest->len);
	*field = *rest;
	if (!comma) {
		rest->at = NULL;
		return true;
	}
	field->len = (size_t)(comma - rest->at);
	rest->at = comma + 1;
	rest->len -= field->len + 1;
	return true;
}

/* not_number or too_big where the field is not a count of tokens. */
static enum trace_fault parse_tokens(struct text field, uint32_t *tokens,
				     enum trace_fault not_number, enum trace_fault too_big)
{
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < field.len; i++) {
		if (field.at[i] < '0' || field.at[i] > '9')
			return not_number;
		if (value <= UINT32_MAX)
			value = value * 10 + (uint64_t)(field.at[i] - '0');
	}
	if (!field.len)
		return not_number;
	*tokens = (uint32_t)value;
	return value > UINT32_MAX ? too_big : TRACE_NONE;
}

static enum trace_fault parse_time(struct reader *reader, struct text field, struct call *call)
{
	int64_t ns;

	switch (timestamp_parse(field.at, field.len, &ns)) {
	case TIMESTAMP_SHAPE:
		return TRACE_TIME;
	case TIMESTAMP_RANGE:
		return TRACE_DATE;
	case TIMESTAMP_OK:
		break;
	}
	if (!reader->workload->n)
		reader->first_ns = reader->last_ns = ns;
	if (ns < reader->last_ns)
		return TRACE_ORDER;
	call->arrival_ns = (uint64_t)(ns - reader->first_ns);
	return TRACE_NONE;
}

static enum trace_fault parse_fields(struct text rest, struct text fields[3])
{
	size_t n = 0;

	while (n < 3 && field_next(&rest, &fields[n]))
		n++;
	return n < 3 ? TRACE_FEW : rest.at ? TRACE_MANY : TRACE_NONE;
}

static enum trace_fault parse_call(struct reader *reader, struct text text, struct call *call)
{
	struct text fields[3];
	enum trace_fault fault = parse_fields(text, fields);

	if (!fault)
		fault = parse_tokens(fields[1], &call->input, TRACE_INPUT, TRACE_INPUT_SIZE);
	if (!fault)
		fault = parse_tokens(fields[2], &call->output, TRACE_OUTPUT, TRACE_OUTPUT_SIZE);
	if (!fault)
		fault = parse_time(reader, fields[0], call);
	return fault;
}

static bool is_header(struct text text)
{
	return text.len == strlen(HEADER) && !strncasecmp(text.at, HEADER, text.len);
}

/* The line's text; a byte order mark before the first line is passed over. */
static struct text line_text(const struct line *line)
{
	struct text text = { line->text, line->len };
	size_t mark = strlen(BYTE_ORDER_MARK);

	if (line->number == 1 && text.len >= mark && !memcmp(text.at, BYTE_ORDER_MARK, mark)) {
		text.at += mark;
		text.len -= mark;
	}
	return text;
}

/* Adds the line's call to the workload; false when out of memory. */
static bool read_call(struct reader *reader, struct text text, enum trace_fault *fault)
{
	struct call call;

	*fault = parse_call(reader, text, &call);
	if (*fault)
		return true;
	reader->last_ns = reader->first_ns + (int64_t)call.arrival_ns;
	return workload_add(reader->workload, &call);
}

static bool read_line(struct reader *reader, enum trace_fault *fault)
{
	struct text text = line_text(&reader->line);
	bool first = reader->line.number == 1;

	*fault = TRACE_NONE;
	if (reader->line.len >= LINE_ROOM)
		*fault = TRACE_LENGTH;
	else if (!text.len)
		*fault = TRACE_EMPTY;
	else if (first && is_header(text))
		return true;
	else if (first && (*text.at < '0' || *text.at > '9'))
		*fault = TRACE_HEADER;
	else
		return read_call(reader, text, fault);
	return true;
}

static void report_fault(struct reader *reader, enum trace_fault fault)
{
	reader->bad++;
	fprintf(reader->opts->report, "%s:%lu: %s%s\n", reader->opts->name, reader->line.number,
		fault_text[fault], reader->opts->fatal ? "" : " (skipped)");
}

/* Says what is wrong with the file as a whole, if anything is. */
static bool finish(struct reader *reader, FILE *file)
{
	const struct trace_opts *opts = reader->opts;

	if (ferror(file)) {
		fprintf(opts->report, "%s: %s\n", opts->name, strerror(errno));
		return false;
	}
	if (reader->bad)
		fprintf(opts->report, "%s: %lu bad %s skipped, %zu calls read\n", opts->name,
			reader->bad, reader->bad == 1 ? "line" : "lines", reader->workload->n);
	if (!reader->workload->n)
		fprintf(opts->report, "%s: there is no call in it\n", opts->name);
	return reader->workload->n > 0;
}

bool trace_read(FILE *file, const struct trace_opts *opts, struct workload *workload)
{
	struct reader reader = { .opts = opts, .workload = workload };
	enum trace_fault fault;

	while (line_next(&reader.line, file)) {
		if (!read_line(&reader, &fault)) {
			fprintf(opts->report, "%s:%lu: out of memory\n", opts->name,
				reader.line.number);
			return false;
		}
		if (fault)
			report_fault(&reader, fault);
		if (fault && opts->fatal)
			return false;
	}
	return finish(&reader, file);
}

bool trace_load(const struct trace_opts *opts, struct workload *workload)
{
	FILE *file = fopen(opts->name, "re");
	bool ok;

	if (!file) {
		fprintf(opts->report, "%s: %s\n", opts->name, strerror(errno));
		return false;
	}
	ok = trace_read(file, opts, workload);
	fclose(file);
	return ok;
}
