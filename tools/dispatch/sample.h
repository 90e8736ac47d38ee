/* SPDX-License-Identifier: MIT */
/* sample.h: the samples of a scrape of our own in text 0.0.4, taken apart where they stand. */
#ifndef DISPATCH_SAMPLE_H
#define DISPATCH_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#define SAMPLE_LABELS 5

/* name{label="value",...} number */
struct sample {
	char *name;
	char *label[SAMPLE_LABELS];
	char *value[SAMPLE_LABELS];
	unsigned n;
	char *number;
	uint64_t before; /* for the reader: the number of the sample before this one */
};

/* Cuts the next line off the front of *text; NULL at its end. */
char *sample_line(char **text);

/* Takes a line apart; false for a comment, and for a sample without labels or with more of them.
 * No value may have a quote in it. */
bool sample_read(struct sample *sample, char *line);

/* The value of a label; "" where there is none. */
const char *sample_label(const struct sample *sample, const char *name);

uint64_t sample_whole(const struct sample *sample);
double sample_real(const struct sample *sample);

#endif
