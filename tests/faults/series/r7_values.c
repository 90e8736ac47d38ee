/* SPDX-License-Identifier: MIT */
/*
 * r7_values.c: serves label values that break readers: r7_values.py reads them back.
 *
 * Prints each value on a line, in hexadecimal and in order, then the address, and serves until it
 * is killed. Series i, from 1 on, has the value that was printed as the i-th and is i. What is not
 * UTF-8 must be refused when it is made, or it ends with 1.
 */
#include <quipu/http.h>
#include <quipu/quipu.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LONG_BYTES ((size_t)1 << 20)
#define TEXT(literal)                                                                              \
	{                                                                                          \
		literal, sizeof literal - 1                                                        \
	}

static const quipu_str values[] = {
	TEXT("plain"),
	TEXT(""),
	TEXT(" blanks at both ends "),
	TEXT("\""),
	TEXT("\\"),
	TEXT("\\\\\""),
	TEXT("\n"),
	TEXT("\\n"),
	TEXT("a\nb\\nc\\\nd"),
	TEXT("\r"),
	TEXT("\r\n"),
	TEXT("\t\v\f"),
	TEXT("a\0b"),
	TEXT("a\0c"),
	TEXT("\0"),
	TEXT("\x01\x1b[2J\x7f"),
	TEXT("x\",evil=\"y\"} 1"),
	TEXT("\nforged_total 666\n# EOF\n"),
	TEXT("{}=,# {a=\"b\"} 1"),
	TEXT("\xc2\x80\xc2\x85\xc2\xa0"), /* controls, a blank that does not break */
	TEXT("\xef\xbb\xbf"
	     "a mark at the beginning"),
	TEXT("\xef\xbf\xbd"),		  /* the replacement character itself */
	TEXT("\xef\xbf\xbe\xef\xbf\xbf"), /* no characters, but legal */
	TEXT("\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xe2\x80\xae"
	     "backwards \xe2\x80\xac"),
	TEXT("\xe2\x80\xa8\xe2\x80\xa9"),	  /* line and paragraph separators */
	TEXT("e\xcc\x81 is not \xc3\xa9"),	  /* nobody may compose it */
	TEXT("\xf0\x9f\xaa\xa2\xf4\x8f\xbf\xbf"), /* beyond 16 bits, and the last one */
	TEXT("NaN"),
	TEXT("+Inf"),
};
#define VALUES (sizeof values / sizeof *values)

static const quipu_str invalid[] = {
	TEXT("\x80"),
	TEXT("\xff"),
	TEXT("\xc0\x80"),
	TEXT("\xc3"),
	TEXT("\xe0\x80\xaf"),
	TEXT("\xed\xa0\x80"),
	TEXT("\xed\xbf\xbf"),
	TEXT("\xf4\x90\x80\x80"),
	TEXT("\xf8\x88\x80\x80\x80"),
	TEXT("good\xe2\x82 bad"),
	TEXT("many good ones before \xff"),
	TEXT("behind a zero byte\0\xff"),
};
#define INVALID (sizeof invalid / sizeof *invalid)

static quipu_registry *registry;
static quipu_counter_family family;

static void print(quipu_str value)
{
	size_t i;

	for (i = 0; i < value.len; i++)
		printf("%02x", (unsigned char)value.data[i]);
	putchar('\n');
}

static void make(void)
{
	char *text = malloc(LONG_BYTES);
	quipu_str value = { text, LONG_BYTES };
	size_t i;

	for (i = 0; i < VALUES; i++) {
		print(values[i]);
		quipu_add_at_v(family, i + 1, &values[i], 1);
	}
	if (!text)
		exit(2);
	memset(text, 'm', LONG_BYTES);
	print(value);
	quipu_add_at_v(family, VALUES + 1, &value, 1);
	free(text);
	if (quipu_registry_status(registry, NULL) != QUIPU_OK) {
		fprintf(stderr, "a valid value was refused\n");
		exit(1);
	}
}

static void refuse(void)
{
	size_t i;

	for (i = 0; i < INVALID; i++) {
		quipu_add_at_v(family, 1000, &invalid[i], 1);
		if (quipu_registry_status(registry, NULL) != QUIPU_EVALUE) {
			fprintf(stderr, "invalid value %zu was not refused\n", i);
			exit(1);
		}
		quipu_registry_clear_status(registry);
	}
}

int main(void)
{
	quipu_http *server;

	registry = quipu_registry_new(NULL);
	family = quipu_counter_family_new(registry,
					  QUIPU_OPTS(.name = "values_total", .help = "Values.",
						     .labels = QUIPU_NAMES("value")));
	make();
	refuse();
	server = quipu_http_start(registry, QUIPU_HTTP_OPTS(.listen = "127.0.0.1:0"), NULL);
	if (!server)
		return 2;
	puts(quipu_http_address(server));
	fflush(stdout);
	for (;;)
		pause();
}
