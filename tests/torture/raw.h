/* SPDX-License-Identifier: MIT */
/*
 * raw.h: scrapes without text: a format of our own that writes each series as one struct.
 *
 * It goes the way of every format (snapshot, walk, encoder, sink), so it shows what any
 * scraper sees, but exactly and fast enough to scrape thousands of times a second.
 */
#ifndef TESTS_RAW_H
#define TESTS_RAW_H

#include <quipu/quipu.h>

#define RAW_TEXT 64
#define RAW_LABELS 4
#define RAW_COUNTS 24

/* One series as the format saw it. Texts are cut to fit. */
struct raw_sample {
	char family[RAW_TEXT];
	char label_name[RAW_LABELS][RAW_TEXT];
	char label[RAW_LABELS][RAW_TEXT]; /* values */
	size_t n_labels;
	quipu_kind kind;
	uint64_t integer;
	int64_t signed_integer;
	double real;
	uint64_t counts[RAW_COUNTS];
	size_t n_counts;
	uint64_t count;
	double sum;
	double created;
};

struct raw_scrape {
	char *bytes;
	size_t len, cap;
	const struct raw_sample *samples; /* in bytes; n of them, in the order of the scrape */
	size_t n;
};

/* Scrapes; reuses scrape's buffer, which must have been zero the first time. */
void raw_take(struct raw_scrape *scrape, quipu_registry *registry);
void raw_free(struct raw_scrape *scrape);

/* The series of a family whose first label has this value (NULL: any); NULL if there is none. */
const struct raw_sample *raw_find(const struct raw_scrape *scrape, const char *family,
				  const char *label);

/* Non-zero for the series that takes what is beyond the family's cap. */
int raw_is_overflow(const struct raw_sample *sample);

/* What quipu_write gives out, kept whole: raw_keep is the sink, a struct raw_text its context. */
struct raw_text {
	char *bytes; /* the caller frees them */
	size_t len, cap;
};

int raw_keep(void *text, const char *data, size_t len);

#endif
