/* SPDX-License-Identifier: MIT */
/* protobuf.c: see protobuf.h. Reads a message once for each field that it may have. */
#include "protobuf.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- what messages there are ---------------------------------------------------------------- */

enum type { UINT, INT, SINT, DOUBLE, TEXT, ENUM, MESSAGE };

struct field {
	unsigned number;
	const char *name;
	enum type type;
	bool repeated;
	const char *message; /* MESSAGE: its type */
};

struct message {
	const char *name;
	struct field fields[20]; /* ascending; the last has the number 0 */
};

static const struct message messages[] = {
	{ "MetricFamily",
	  { { 1, "name", TEXT, false, NULL },
	    { 2, "help", TEXT, false, NULL },
	    { 3, "type", ENUM, false, NULL },
	    { 4, "metric", MESSAGE, true, "Metric" },
	    { 5, "unit", TEXT, false, NULL } } },
	{ "Metric",
	  { { 1, "label", MESSAGE, true, "LabelPair" },
	    { 2, "gauge", MESSAGE, false, "Gauge" },
	    { 3, "counter", MESSAGE, false, "Counter" },
	    { 4, "summary", MESSAGE, false, "Summary" },
	    { 5, "untyped", MESSAGE, false, "Gauge" },
	    { 6, "timestamp_ms", INT, false, NULL },
	    { 7, "histogram", MESSAGE, false, "Histogram" } } },
	{ "LabelPair", { { 1, "name", TEXT, false, NULL }, { 2, "value", TEXT, false, NULL } } },
	{ "Gauge", { { 1, "value", DOUBLE, false, NULL } } },
	{ "Counter",
	  { { 1, "value", DOUBLE, false, NULL },
	    { 2, "exemplar", MESSAGE, false, "Exemplar" },
	    { 3, "created_timestamp", MESSAGE, false, "Timestamp" } } },
	{ "Summary",
	  { { 1, "sample_count", UINT, false, NULL },
	    { 2, "sample_sum", DOUBLE, false, NULL },
	    { 3, "quantile", MESSAGE, true, "Quantile" },
	    { 4, "created_timestamp", MESSAGE, false, "Timestamp" } } },
	{ "Quantile",
	  { { 1, "quantile", DOUBLE, false, NULL }, { 2, "value", DOUBLE, false, NULL } } },
	{ "Histogram",
	  { { 1, "sample_count", UINT, false, NULL },
	    { 2, "sample_sum", DOUBLE, false, NULL },
	    { 3, "bucket", MESSAGE, true, "Bucket" },
	    { 5, "schema", SINT, false, NULL },
	    { 6, "zero_threshold", DOUBLE, false, NULL },
	    { 7, "zero_count", UINT, false, NULL },
	    { 9, "negative_span", MESSAGE, true, "BucketSpan" },
	    { 10, "negative_delta", SINT, true, NULL },
	    { 12, "positive_span", MESSAGE, true, "BucketSpan" },
	    { 13, "positive_delta", SINT, true, NULL },
	    { 15, "created_timestamp", MESSAGE, false, "Timestamp" },
	    { 16, "exemplars", MESSAGE, true, "Exemplar" } } },
	{ "Bucket",
	  { { 1, "cumulative_count", UINT, false, NULL },
	    { 2, "upper_bound", DOUBLE, false, NULL },
	    { 3, "exemplar", MESSAGE, false, "Exemplar" } } },
	{ "BucketSpan",
	  { { 1, "offset", SINT, false, NULL }, { 2, "length", UINT, false, NULL } } },
	{ "Exemplar",
	  { { 1, "label", MESSAGE, true, "LabelPair" },
	    { 2, "value", DOUBLE, false, NULL },
	    { 3, "timestamp", MESSAGE, false, "Timestamp" } } },
	{ "Timestamp", { { 1, "seconds", INT, false, NULL }, { 2, "nanos", INT, false, NULL } } },
};

static const struct message *message_named(const char *name)
{
	const struct message *message = messages;

	while (strcmp(message->name, name) != 0)
		message++;
	return message;
}

/* --- bytes ----------------------------------------------------------------------------------- */

struct bytes {
	const unsigned char *at, *end;
};

static struct bytes bytes_of(const void *data, size_t len)
{
	return (struct bytes){ data, (const unsigned char *)data + len };
}

/* In the shortest form only: no byte of zeros at the end. */
static bool take_varint(struct bytes *b, uint64_t *value)
{
	unsigned shift = 0;

	*value = 0;
	while (b->at < b->end && shift < 64) {
		unsigned char byte = *b->at++;

		*value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return shift == 0 || byte != 0;
		shift += 7;
	}
	return false;
}

enum wire { VARINT = 0, FIXED64 = 1, BYTES = 2 };

/* One field of a message as it is on the wire. */
struct item {
	unsigned number;
	enum wire wire;
	uint64_t value;	    /* VARINT, FIXED64 */
	struct bytes bytes; /* BYTES */
};

static bool take_fixed64(struct bytes *b, uint64_t *value)
{
	*value = 0;
	if (b->end - b->at < 8)
		return false;
	for (unsigned i = 0; i < 8; i++)
		*value |= (uint64_t)*b->at++ << 8 * i;
	return true;
}

static bool take_bytes(struct bytes *b, struct bytes *taken)
{
	uint64_t len;

	if (!take_varint(b, &len) || len > (uint64_t)(b->end - b->at))
		return false;
	*taken = bytes_of(b->at, len);
	b->at += len;
	return true;
}

static bool take_item(struct bytes *b, struct item *item)
{
	uint64_t tag;

	if (!take_varint(b, &tag) || tag >> 3 > 1000)
		return false;
	item->number = (unsigned)(tag >> 3);
	item->wire = (enum wire)(tag & 7);
	if (item->wire == VARINT)
		return take_varint(b, &item->value);
	if (item->wire == FIXED64)
		return take_fixed64(b, &item->value);
	return item->wire == BYTES && take_bytes(b, &item->bytes);
}

/* --- text ------------------------------------------------------------------------------------ */

static void indent(FILE *out, int depth)
{
	fprintf(out, "%*s", 2 * depth, "");
}

static void print_text(FILE *out, struct bytes b)
{
	static const char hard[] = "\n\r\t\"'\\", soft[] = "nrt\"'\\";

	fputc('"', out);
	for (; b.at < b.end; b.at++) {
		const char *found = *b.at ? strchr(hard, *b.at) : NULL;

		if (found)
			fprintf(out, "\\%c", soft[found - hard]);
		else
			fprintf(out, *b.at < 0x20 || *b.at >= 0x7f ? "\\%03o" : "%c", *b.at);
	}
	fputc('"', out);
}

static void print_number(FILE *out, enum type type, uint64_t value)
{
	static const char *const types[] = { "COUNTER", "GAUGE", "SUMMARY", "UNTYPED",
					     "HISTOGRAM" };
	double real;

	memcpy(&real, &value, sizeof(real));
	if (type == DOUBLE && real != real)
		fprintf(out, "nan");
	else if (type == DOUBLE)
		fprintf(out, "%.17g", real);
	else if (type == ENUM)
		fprintf(out, "%s", value < 5 ? types[value] : "?");
	else if (type == UINT)
		fprintf(out, "%llu", (unsigned long long)value);
	else if (type == INT)
		fprintf(out, "%lld", (long long)value);
	else
		fprintf(out, "%lld", (long long)(value >> 1 ^ -(value & 1)));
}

static bool print_message(FILE *out, const struct message *message, struct bytes b, int depth);

static bool print_packed(FILE *out, const struct field *field, struct bytes b, int depth)
{
	uint64_t value;

	while (b.at < b.end) {
		if (!take_varint(&b, &value))
			return false;
		indent(out, depth);
		fprintf(out, "%s: ", field->name);
		print_number(out, field->type, value);
		fputc('\n', out);
	}
	return true;
}

static bool print_nested(FILE *out, const struct field *field, struct bytes b, int depth)
{
	indent(out, depth);
	fprintf(out, "%s {\n", field->name);
	if (!print_message(out, message_named(field->message), b, depth + 1))
		return false;
	indent(out, depth);
	fprintf(out, "}\n");
	return true;
}

static bool right_wire(const struct field *field, enum wire wire)
{
	if (field->type == TEXT || field->type == MESSAGE)
		return wire == BYTES;
	return wire == (field->type == DOUBLE ? FIXED64 : VARINT);
}

static bool print_item(FILE *out, const struct field *field, const struct item *item, int depth)
{
	if (field->repeated && field->type == SINT && item->wire == BYTES)
		return print_packed(out, field, item->bytes, depth);
	if (!right_wire(field, item->wire))
		return false;
	if (field->type == MESSAGE)
		return print_nested(out, field, item->bytes, depth);
	indent(out, depth);
	fprintf(out, "%s: ", field->name);
	if (field->type == TEXT)
		print_text(out, item->bytes);
	else
		print_number(out, field->type, item->value);
	fputc('\n', out);
	return true;
}

/* All occurrences of one field. */
static bool print_field(FILE *out, const struct field *field, struct bytes b, int depth)
{
	struct item item;
	size_t n = 0;

	while (b.at < b.end) {
		if (!take_item(&b, &item))
			return false;
		if (item.number == field->number &&
		    (!print_item(out, field, &item, depth) || (n++ > 0 && !field->repeated)))
			return false;
	}
	return true;
}

static bool known(const struct message *message, unsigned number)
{
	for (const struct field *field = message->fields; field->number; field++)
		if (field->number == number)
			return true;
	return false;
}

static bool print_message(FILE *out, const struct message *message, struct bytes b, int depth)
{
	struct bytes all = b;
	struct item item;

	while (all.at < all.end)
		if (!take_item(&all, &item) || !known(message, item.number))
			return false;
	for (const struct field *field = message->fields; field->number; field++)
		if (!print_field(out, field, b, depth))
			return false;
	return true;
}

/* --- the whole ------------------------------------------------------------------------------- */

static bool print_families(FILE *out, struct bytes *b)
{
	struct bytes family;

	while (b->at < b->end) {
		if (!take_bytes(b, &family))
			return false;
		fprintf(out, "family {\n");
		if (!print_message(out, message_named("MetricFamily"), family, 1))
			return false;
		fprintf(out, "}\n");
	}
	return true;
}

static char *finish(FILE *out, char **text, bool ok)
{
	fclose(out);
	if (ok)
		return *text;
	free(*text);
	return NULL;
}

char *qt_protobuf_text(const char *data, size_t len, size_t *offset)
{
	struct bytes b = bytes_of(data, len);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool ok = out && print_families(out, &b);

	if (offset)
		*offset = len - (size_t)(b.end - b.at);
	return finish(out, &text, ok);
}

char *qt_protobuf_message(const char *type, const char *data, size_t len)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool ok = out && print_message(out, message_named(type), bytes_of(data, len), 0);

	return finish(out, &text, ok);
}

size_t qt_protobuf_length(const char *data, size_t len, size_t *prefix)
{
	struct bytes b = bytes_of(data, len), message;
	uint64_t value;

	if (!take_varint(&b, &value))
		return 0;
	*prefix = len - (size_t)(b.end - b.at);
	b.at -= *prefix;
	return take_bytes(&b, &message) ? value : 0;
}
