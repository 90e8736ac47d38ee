/* SPDX-License-Identifier: MIT */
/* say_json.c: see say_json.h. */
#include "say_json.h"

#include "text.h"

#include <inttypes.h>

static void quote(FILE *out, const char *string)
{
	struct qx_text rest = qx_text_of(string);
	size_t valid = qx_utf8_valid(rest);

	fputc('"', out);
	for (size_t i = 0; i < rest.len; i++) {
		unsigned char c = (unsigned char)rest.data[i];

		if (i >= valid) {
			fputs("\xef\xbf\xbd", out);
			valid = i + 1 +
				qx_utf8_valid(
					(struct qx_text){ rest.data + i + 1, rest.len - i - 1 });
		} else if (c == '"' || c == '\\') {
			fprintf(out, "\\%c", c);
		} else if (c < 0x20 || c == 0x7f) {
			fprintf(out, "\\u%04x", c);
		} else {
			fputc(c, out);
		}
	}
	fputc('"', out);
}

static FILE *begin(struct say_json *json, const char *name)
{
	if (json->more)
		fputc(',', json->out);
	json->more = true;
	if (name) {
		quote(json->out, name);
		fputc(':', json->out);
	}
	return json->out;
}

void say_open(struct say_json *json, const char *name, char bracket)
{
	fputc(bracket, begin(json, name));
	json->more = false;
}

void say_close(struct say_json *json, char bracket)
{
	fputc(bracket, json->out);
	json->more = true;
}

void say_whole(struct say_json *json, const char *name, uint64_t value)
{
	fprintf(begin(json, name), "%" PRIu64, value);
}

void say_real(struct say_json *json, const char *name, double value, int places)
{
	fprintf(begin(json, name), "%.*f", places, value);
}

void say_bool(struct say_json *json, const char *name, bool value)
{
	fputs(value ? "true" : "false", begin(json, name));
}

void say_null(struct say_json *json, const char *name)
{
	fputs("null", begin(json, name));
}

void say_string(struct say_json *json, const char *name, const char *string)
{
	FILE *out = begin(json, name);

	if (string)
		quote(out, string);
	else
		fputs("null", out);
}

void say_line(struct say_json *json)
{
	if (json->more)
		fputc(',', json->out);
	fputc('\n', json->out);
	json->more = false;
}
