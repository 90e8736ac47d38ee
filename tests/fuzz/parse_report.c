/* SPDX-License-Identifier: MIT */
/*
 * parse_report.c: our request parser as a program, for drivers in other languages. Each question is
 * a line "LENGTH STEP NAMES", then LENGTH bytes, given to the parser STEP at a time (0: at once),
 * then NAMES lines with names of fields in lower case. The answer is a line
 *
 *   status at minor method body keep n_fields query_at query_len path-in-hex-digits
 *
 * and one for each name, if the request was accepted: its values, each as '=' and hex digits.
 */
#include "demand.h"

#include "http/parse.h"

#define LONGEST 1000000
#define NAME_ROOM 16384

static void put_hex(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		printf("%02x", (unsigned char)text[i]);
}

static int parse(struct qp_request *request, const char *bytes, size_t len, size_t step)
{
	int status = QP_INCOMPLETE;
	size_t have = 0;

	memset(request, 0, sizeof(*request));
	do {
		have = step == 0 || len - have < step ? len : have + step;
		status = qp_request_parse(request, bytes, have);
	} while (status == QP_INCOMPLETE && have < len);
	return status;
}

static void answer_names(const struct qp_request *request, const char *bytes, size_t n)
{
	struct qp_words values[QP_FIELDS_COUNT];
	static char name[NAME_ROOM];

	for (; n > 0; n--) {
		size_t found;

		demand(fgets(name, sizeof(name), stdin), "a name");
		name[strcspn(name, "\n")] = '\0';
		found = request ? qp_request_fields(request, bytes, name, values, QP_FIELDS_COUNT)
				: 0;
		for (size_t i = 0; i < found; i++) {
			printf("%s=", i > 0 ? " " : "");
			put_hex(values[i].text, values[i].len);
		}
		putchar('\n');
	}
}

static void answer(size_t len, size_t step, size_t n_names)
{
	char *bytes = exactly(NULL, len);
	struct qp_request request;
	int status;

	demand(fread(bytes, 1, len, stdin) == len, "the bytes");
	status = parse(&request, bytes, len, step);
	printf("%d %zu %u %d %d %d %u %zu %zu ", status, request.at, request.minor,
	       (int)request.method, (int)request.body, request.keep, request.n_fields,
	       request.query_at, request.query_len);
	put_hex(request.path, request.path_len);
	putchar('\n');
	answer_names(status == QP_STATUS_OK ? &request : NULL, bytes, n_names);
	fflush(stdout);
	free(bytes);
}

int main(void)
{
	char line[64];
	size_t len, step, n_names;

	while (fgets(line, sizeof(line), stdin)) {
		demand(sscanf(line, "%zu %zu %zu", &len, &step, &n_names) == 3, "three numbers");
		demand(len <= LONGEST, "a shorter one");
		answer(len, step, n_names);
	}
	return 0;
}
