/* SPDX-License-Identifier: MIT */
/* served.c: see served.h. */
#include "served.h"

#include "demand.h"

#include "base/text.h"
#include "support/json.h"
#include "support/openmetrics.h"
#include "support/parse.h"
#include "support/protobuf.h"

/* --- what may be there once only ------------------------------------------------------------- */

struct list {
	quipu_str *items;
	size_t n, capacity;
};

static void append(struct list *list, const char *data, size_t len)
{
	if (list->n == list->capacity) {
		list->capacity = 2 * list->capacity + 16;
		list->items = realloc(list->items, list->capacity * sizeof(list->items[0]));
		demand(list->items, "memory is out");
	}
	list->items[list->n++] = (quipu_str){ data, len };
}

static int compare(const void *a_, const void *b_)
{
	const quipu_str *a = a_, *b = b_;
	int order = memcmp(a->data, b->data, a->len < b->len ? a->len : b->len);

	return order ? order : (a->len > b->len) - (a->len < b->len);
}

static void check_differ(struct list *list, const char *what)
{
	if (list->n > 0)
		qsort(list->items, list->n, sizeof(list->items[0]), compare);
	for (size_t i = 1; i < list->n; i++) {
		if (compare(&list->items[i - 1], &list->items[i]) == 0) {
			fprintf(stderr, "%.*s\n", (int)list->items[i].len, list->items[i].data);
			demand(false, what);
		}
	}
}

/* The same, and gives the list's memory back; returns how many there were. */
static size_t all_differ(struct list *list, const char *what)
{
	check_differ(list, what);
	free(list->items);
	return list->n;
}

static bool begins(const char *line, const char *end, const char *with)
{
	size_t len = strlen(with);

	return (size_t)(end - line) >= len && memcmp(line, with, len) == 0;
}

static const char *last_blank(const char *line, const char *end)
{
	const char *blank = memrchr(line, ' ', (size_t)(end - line));

	demand(blank, "a line without a blank");
	return blank;
}

/* Lines of metadata by their names; all others, if wanted, by what is before the value. */
static size_t check_lines(const struct body *body, bool samples)
{
	struct list types = { 0 }, series = { 0 };
	const char *line = body->data, *end;

	for (; line < body->data + body->len; line = end + 1) {
		end = memchr(line, '\n', (size_t)(body->data + body->len - line));
		demand(end, "no line feed at the end");
		if (begins(line, end, "# TYPE "))
			append(&types, line + 7, (size_t)(last_blank(line, end) - line) - 7);
		else if (samples && *line != '#')
			append(&series, line, (size_t)(last_blank(line, end) - line));
	}
	all_differ(&series, "a series twice");
	return all_differ(&types, "a family twice");
}

/* --- one format each ------------------------------------------------------------------------- */

static size_t check_text(const struct body *body)
{
	char error[200] = "";
	struct qt_exposition *x = qt_parse(body->data, body->len, error, sizeof(error));
	size_t n;

	if (!x)
		fprintf(stderr, "%s\n%s\n", error, body->data);
	demand(x, "the strict parser refuses it");
	n = x->n_families;
	qt_free(x);
	return n;
}

/* A sample's name and labels as one text, in the order that they have. */
static void append_sample(struct list *list, const struct qt_om_line *line)
{
	size_t room = strlen(line->name) + 1, at;
	char *key;

	for (size_t i = 0; i < line->labels.n; i++)
		room += strlen(line->labels.items[i].name) + line->labels.items[i].value_len + 2;
	key = exactly(NULL, room);
	at = (size_t)sprintf(key, "%s", line->name) + 1;
	for (size_t i = 0; i < line->labels.n; i++) {
		const struct qt_label *label = &line->labels.items[i];

		at += (size_t)sprintf(key + at, "%s", label->name) + 1;
		memcpy(key + at, label->value, label->value_len);
		at += label->value_len + 1;
	}
	append(list, key, at);
}

static size_t code_points(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;
	return n;
}

/* At most 128 code points, and no label twice. */
static void check_exemplar(const struct qt_om_labels *labels)
{
	struct list names = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < labels->n; i++) {
		const struct qt_label *label = &labels->items[i];

		append(&names, label->name, strlen(label->name));
		n += strlen(label->name) + code_points(label->value, label->value_len);
	}
	all_differ(&names, "an exemplar's label twice");
	demand(n <= 128, "an exemplar that is too long");
}

static size_t check_openmetrics(const struct body *body)
{
	struct list samples = { 0 }, types = { 0 };
	size_t wrong, n;
	struct qt_om *om = qt_om_read(body->data, body->len, &wrong);

	if (!om)
		fprintf(stderr, "line %zu\n%s\n", wrong, body->data);
	demand(om, "the strict reader of OpenMetrics refuses it");
	for (size_t i = 0; i < om->n_lines; i++) {
		const struct qt_om_line *line = &om->lines[i];

		check_exemplar(&line->exemplar_labels);
		if (!line->word)
			append_sample(&samples, line);
		else if (strcmp(line->word, "TYPE") == 0)
			append(&types, line->name, strlen(line->name));
	}
	n = all_differ(&types, "OpenMetrics: a family twice");
	check_differ(&samples, "OpenMetrics: a series twice");
	for (size_t i = 0; i < samples.n; i++)
		free((void *)(uintptr_t)samples.items[i].data);
	free(samples.items);
	qt_om_free(om);
	return n;
}

/* The end is the end; native histograms are not for the reader of 1.0. */
static size_t check_openmetrics_2(const struct body *body)
{
	static const char mark[] = "\n# EOF\n";
	const size_t len = sizeof(mark) - 1;
	bool alone = body->len == len - 1 && strcmp(body->data, mark + 1) == 0;

	demand(alone || (body->len > len &&
			 memmem(body->data, body->len, mark, len) == body->data + body->len - len),
	       "# EOF where the end is, and nowhere else");
	return check_lines(body, false);
}

/* A histogram's figures, from the text that protoc would make. */
struct totals {
	bool open, native;
	uint64_t count, in_buckets; /* the zero bucket's too */
	int64_t bucket[2];	    /* the last one's count, negative and positive */
};

static void end_histogram(struct totals *totals)
{
	demand(!totals->native || totals->count == totals->in_buckets,
	       "native buckets that do not add up: scrapers refuse everything");
	*totals = (struct totals){ 0 };
}

static void add_delta(struct totals *totals, int side, const char *number)
{
	totals->bucket[side] += strtoll(number, NULL, 10);
	demand(totals->bucket[side] >= 0, "a bucket below 0");
	totals->in_buckets += (uint64_t)totals->bucket[side];
}

static void read_field(struct totals *totals, const char *line)
{
	static const char *const names[] = { "      sample_count: ", "      schema: ",
					     "      zero_count: ", "      negative_delta: ",
					     "      positive_delta: " };
	size_t i = 0;

	while (i < 5 && strncmp(line, names[i], strlen(names[i])) != 0)
		i++;
	if (i == 5)
		return;
	line += strlen(names[i]);
	if (i == 0)
		totals->count = strtoull(line, NULL, 10);
	else if (i == 1)
		totals->native = true;
	else if (i == 2)
		totals->in_buckets += strtoull(line, NULL, 10);
	else
		add_delta(totals, (int)i - 3, line);
}

static void check_histograms(const char *line)
{
	struct totals totals = { 0 };

	for (; *line; line = strchr(line, '\n') + 1) {
		if (strncmp(line, "    histogram {", 15) == 0)
			totals.open = true;
		else if (totals.open && strncmp(line, "    }", 5) == 0)
			end_histogram(&totals);
		else if (totals.open)
			read_field(&totals, line);
	}
}

static size_t check_protobuf(const struct body *body)
{
	struct list names = { 0 };
	size_t wrong, n;
	char *text = qt_protobuf_text(body->data, body->len, &wrong), *line = text;

	demand(text, "the strict reader of protobuf refuses it");
	check_histograms(text);
	for (; *line; line = strchr(line, '\n') + 1) {
		if (strncmp(line, "  name: ", 8) == 0)
			append(&names, line + 8, strcspn(line, "\n") - 8);
	}
	n = all_differ(&names, "protobuf: a family twice");
	free(text);
	return n;
}

/* Families begin behind a bracket or a comma, labels that are called name behind a colon. */
static size_t check_json(const struct body *body)
{
	static const char mark[] = "{\"name\":\"";
	struct list names = { 0 };
	const char *at = body->data;

	demand(body->len > 0 && body->data[body->len - 1] == '\n', "JSON without its line feed");
	demand(qt_json_valid(body->data, body->len - 1), "no JSON");
	while ((at = strstr(at + 1, mark))) {
		if (at[-1] != ':')
			append(&names, at + sizeof(mark) - 1,
			       (size_t)(strstr(at, "\",\"help\":") - at));
	}
	return all_differ(&names, "JSON: a family twice");
}

/* --- all of them ----------------------------------------------------------------------------- */

bool same_body(const struct body *a, const struct body *b)
{
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

size_t check_exposition(const quipu_format *format, quipu_escaping escaping,
			const struct body *body)
{
	if (format == &quipu_format_protobuf)
		return check_protobuf(body);
	demand(qp_utf8_valid(body->data, body->len), "not UTF-8");
	if (format == &quipu_format_json)
		return check_json(body);
	if (format == &quipu_format_openmetrics_2)
		return check_openmetrics_2(body);
	if (format == &quipu_format_openmetrics || format == &quipu_format_openmetrics_0)
		return check_openmetrics(body);
	/* quoted names, and labels in "__" that only dots makes, are not for the strict parser */
	if ((format == &quipu_format_text_utf8 && escaping == QUIPU_ESCAPE_NONE) ||
	    escaping == QUIPU_ESCAPE_DOTS)
		return check_lines(body, true);
	return check_text(body);
}
