/* SPDX-License-Identifier: MIT */
/*
 * forge.c: texts that try to forge a line of the exposition, wherever the library takes texts.
 *
 * P7: what is served is parsed by a strict reader; every label value comes back byte for byte
 * with its own number, and nothing appears that nobody registered. P6: what cannot be on the
 * wire is refused, counted, and names itself in the status.
 */
#include "parse.h"
#include "raw.h"
#include "torture.h"
#include "utf8.h"

#include <inttypes.h>
#include <quipu/quipu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT(literal)                                                                              \
	{                                                                                          \
		literal, sizeof literal - 1                                                        \
	}

static const struct torture defaults = {
	.name = "forge",
	.promises = "P6 P7: label values that try to forge a line",
	.count = 20000,
};

/* Valid UTF-8, whatever else it is. */
static const quipu_str attacks[] = {
	TEXT("a\"} 1\nforged_total 1\n#"),
	TEXT("\nforged_total 666\n"),
	TEXT("\n# TYPE forged_total counter\nforged_total 1\n"),
	TEXT("\\"),
	TEXT("\\\\\""),
	TEXT("\\n"),
	TEXT("\\\n"),
	TEXT("\"\""),
	TEXT("\r\nforged_total 1\r\n"),
	TEXT("\rforged_total 1\r"),
	TEXT("x\",evil=\"y"),
	TEXT("x\"} 9 1234567890123\n"),
	TEXT("} 1"),
	TEXT("{}=,\"#"),
	TEXT("# EOF\n"),
	TEXT("\n# EOF\n"),
	TEXT("a\0b\0\"} 1\nforged_total 1\n"),
	TEXT("\0"),
	TEXT(" \t\v\f\x1b[2J\x7f"),
	TEXT("\xc2\x80\xc2\x9f"),
	TEXT("\xe2\x80\xa8 forged_total 1 \xe2\x80\xa9"),
	TEXT("\xe2\x80\xae}1 latot_degrof\n"),
	TEXT("\xef\xbb\xbf# HELP"),
	TEXT("\xef\xbf\xbd\xef\xbf\xbe\xef\xbf\xbf"),
	TEXT("\xf0\x9f\xaa\xa2 \xf4\x8f\xbf\xbf"),
	TEXT("${HOME} $(id) `id` %s%n %00"),
	TEXT("<script>alert(1)</script>"),
	TEXT("NaN"),
	TEXT("+Inf"),
};
#define ATTACKS (sizeof attacks / sizeof *attacks)

/* Not UTF-8: must not reach the wire. */
static const quipu_str invalid[] = {
	TEXT("\x80"),
	TEXT("\xff"),
	TEXT("\xc0\x80"),
	TEXT("\xc1\xbf"),
	TEXT("\xc3"),
	TEXT("\xe2\x82"),
	TEXT("\xe0\x9f\xbf"),
	TEXT("\xed\xa0\x80"),
	TEXT("\xed\xbf\xbf"),
	TEXT("\xf0\x9f\xaa"),
	TEXT("\xf0\x8f\xbf\xbf"),
	TEXT("\xf4\x90\x80\x80"),
	TEXT("\xf5"),
	TEXT("\xc3\""),
	TEXT("ok \xe2\x28\xa1 ok"),
};
#define INVALID (sizeof invalid / sizeof *invalid)

/* What was recorded: value i came with amount i + 1. */
static quipu_str *recorded;
static unsigned char *seen;
static size_t n_recorded;

static quipu_registry *registry;
static quipu_counter_family family;

/* --- making texts ---------------------------------------------------------------------------- */

/* A code point of any length but no surrogate. */
static uint32_t any_code_point(uint64_t *random)
{
	static const uint32_t limit[4] = { 0x80, 0x800, 0x10000, 0x110000 };
	uint32_t c = (uint32_t)(torture_random(random) % limit[torture_random(random) % 4]);

	return c >= 0xd800 && c <= 0xdfff ? '"' : c;
}

static size_t random_piece(char *out, uint64_t *random)
{
	static const char *const pieces[] = { "\"", "\\",    "\n",	"\"} 1\n", "forged_total 1",
					      "{",  "le=\"", "# TYPE ", "\r",	   "," };
	const char *piece;

	if (torture_random(random) % 2)
		return utf8_encode(out, any_code_point(random));
	piece = pieces[torture_random(random) % (sizeof pieces / sizeof *pieces)];
	memcpy(out, piece, strlen(piece));
	return strlen(piece);
}

/* Up to a dozen pieces, made unique by the number before them, which ends at the first semicolon:
 * each is a series of its own. */
static quipu_str random_text(uint64_t *random, uint64_t number)
{
	size_t n = torture_random(random) % 12, len;
	char text[512], *copy;

	len = (size_t)snprintf(text, sizeof text, "%" PRIu64 ";", number);
	for (; n; n--)
		len += random_piece(text + len, random);
	copy = malloc(len);
	if (!copy)
		torture_broken("out of memory");
	memcpy(copy, text, len);
	return (quipu_str){ copy, len };
}

/* --- recording them --------------------------------------------------------------------------- */

static void record(quipu_str value)
{
	recorded[n_recorded++] = value;
	quipu_add_at_v(family, n_recorded, &value, 1);
}

static void record_valid(void)
{
	uint64_t random = torture_seed(0);
	size_t i;

	for (i = 0; i < ATTACKS; i++)
		record(attacks[i]);
	for (i = 0; i < torture.count; i++)
		record(random_text(&random, i));
	TORTURE_CHECK("P6", quipu_registry_status(registry, NULL) == QUIPU_OK,
		      "a valid label value was refused");
}

static void record_invalid(void)
{
	const char *where = NULL;
	size_t i;

	for (i = 0; i < INVALID; i++) {
		quipu_add_at_v(family, UINT64_C(1) << 60, &invalid[i], 1);
		TORTURE_CHECK("P6", quipu_registry_status(registry, &where) == QUIPU_EVALUE,
			      "invalid text %zu was taken", i);
		TORTURE_CHECK("P6", strstr(where, "forge_total"), "the status says \"%s\"", where);
		quipu_registry_clear_status(registry);
	}
}

/* The other places that take texts. */
static void make_others(void)
{
	static const char *const attack = "a\"} 1\nforged_total 1\n\\";
	const char *const texts[2] = { attack, "plain" };
	const quipu_axis axis = { "axis", texts, 2 };
	const quipu_label label = { "label", attack };
	const char *const names[] = { "x=\"\"} 1\nforged_total 1\n#", NULL };

	quipu_counter_grid_new(registry, QUIPU_OPTS(.name = "forge_grid_total", .help = "Grid.",
						    .axes = &axis, .n_axes = 1));
	quipu_info_new(registry, QUIPU_OPTS(.name = "forge_build_info", .help = "Info."), &label,
		       1);
	quipu_stateset_new(registry, QUIPU_OPTS(.name = "forge_state", .help = "States.",
						.states = texts, .n_states = 2));
	quipu_inc_at(quipu_counter_family_new(
			     registry, QUIPU_OPTS(.name = "forge_name\"} 1\nforged_total 1\n#",
						  .help = "Name.", .labels = names)),
		     attack);
	quipu_counter_new(registry, QUIPU_OPTS(.name = "forge_help_total",
					       .help = "\nforged_total 1\n\\ \"x\" # TYPE"));
	TORTURE_CHECK("P6", quipu_registry_status(registry, NULL) == QUIPU_OK,
		      "a valid text was refused");
}

static void refuse_others(void)
{
	const char *const texts[2] = { "\xc3\"", "b" };
	const quipu_axis axis = { "axis", texts, 2 };

	quipu_counter_new(registry, QUIPU_OPTS(.name = "forged\xff_total", .help = "x"));
	TORTURE_CHECK("P6", quipu_registry_status(registry, NULL) == QUIPU_ENAME, "bad name taken");
	quipu_registry_clear_status(registry);
	quipu_counter_new(registry, QUIPU_OPTS(.name = "forge_bad_total", .help = "\xff"));
	TORTURE_CHECK("P6", quipu_registry_status(registry, NULL) == QUIPU_EHELP, "bad help taken");
	quipu_registry_clear_status(registry);
	quipu_counter_grid_new(registry, QUIPU_OPTS(.name = "forge_bad_grid_total", .help = "x",
						    .axes = &axis, .n_axes = 1));
	TORTURE_CHECK("P6", quipu_registry_status(registry, NULL) == QUIPU_EVALUE,
		      "bad axis value taken");
	quipu_registry_clear_status(registry);
}

/* --- reading them back ------------------------------------------------------------------------ */

/* The overflow series is there, at zero or not at all. */
static int is_overflow(const struct qt_sample *sample)
{
	size_t i;

	for (i = 0; i < sample->n_labels; i++)
		if (!strcmp(sample->labels[i].name, "otel_metric_overflow"))
			return 1;
	return 0;
}

static const struct qt_label *text_label(const struct qt_sample *sample)
{
	size_t i;

	for (i = 0; i < sample->n_labels; i++)
		if (!strcmp(sample->labels[i].name, "text"))
			return &sample->labels[i];
	torture_violation("P7", "line %zu has lost its label", sample->line);
}

static void check_sample(const struct qt_sample *sample)
{
	uint64_t amount = strtoull(sample->text, NULL, 10);
	const struct qt_label *label;

	if (is_overflow(sample)) {
		TORTURE_CHECK("P7", amount == 0, "the overflow series shows %" PRIu64, amount);
		return;
	}
	label = text_label(sample);
	TORTURE_CHECK("P7", amount >= 1 && amount <= n_recorded && !seen[amount - 1],
		      "line %zu: value %s was not recorded, or twice", sample->line, sample->text);
	seen[amount - 1] = 1;
	TORTURE_CHECK("P7",
		      label->value_len == recorded[amount - 1].len &&
			      !memcmp(label->value, recorded[amount - 1].data, label->value_len),
		      "line %zu: label value %" PRIu64 " came back changed", sample->line, amount);
}

static void check_exposition(const struct qt_exposition *exposition)
{
	size_t i, n = 0;

	for (i = 0; i < exposition->n_samples; i++) {
		const struct qt_sample *sample = &exposition->samples[i];

		TORTURE_CHECK("P7",
			      !strncmp(sample->name, "forge_", 6) ||
				      !strncmp(sample->name, "quipu_", 6),
			      "line %zu: %s, which nobody registered", sample->line, sample->name);
		if (!strcmp(sample->name, "forge_total"))
			check_sample(sample);
	}
	for (i = 0; i < n_recorded; i++)
		n += seen[i];
	TORTURE_CHECK("P7", n == n_recorded, "%zu of %zu label values came back", n, n_recorded);
}

static void read_back(void)
{
	struct raw_text text = { NULL, 0, 0 };
	struct qt_exposition *exposition;
	char error[256];

	TORTURE_CHECK("P6", quipu_write(registry, NULL, raw_keep, &text) == QUIPU_OK, "no text");
	exposition = qt_parse(text.bytes, text.len, error, sizeof error);
	TORTURE_CHECK("P7", exposition, "the text does not parse: %s", error);
	check_exposition(exposition);
	TORTURE_CHECK("P7",
		      qt_find(exposition, "forge_build_info", "tag", "\n\"\\", "label",
			      "a\"} 1\nforged_total 1\n\\", NULL),
		      "the info is not what was registered");
	qt_free(exposition);
	free(text.bytes);
}

int main(int argc, char **argv)
{
	static const quipu_label tag[] = { { "tag", "\n\"\\" } };
	size_t i;

	torture_begin(&defaults, argc, argv);
	registry =
		quipu_registry_new(QUIPU_REGISTRY_OPTS(.const_labels = tag, .n_const_labels = 1));
	family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "forge_total", .help = "Attacks.",
				     .labels = QUIPU_NAMES("text"), .max_series = 1 << 20));
	recorded = calloc(ATTACKS + torture.count, sizeof *recorded);
	seen = calloc(ATTACKS + torture.count, 1);
	if (!recorded || !seen)
		torture_broken("out of memory");
	record_valid();
	record_invalid();
	make_others();
	refuse_others();
	read_back();
	quipu_registry_free(registry);
	for (i = ATTACKS; i < n_recorded; i++)
		free((void *)(uintptr_t)recorded[i].data);
	free(recorded);
	free(seen);
	qt_figure("inputs", n_recorded);
	return torture_end("%zu texts came back", n_recorded);
}
