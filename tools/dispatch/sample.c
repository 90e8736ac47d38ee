/* SPDX-License-Identifier: MIT */
/* sample.c: reads samples; see sample.h. */
#include "sample.h"

#include <stdlib.h>
#include <string.h>

/* Cuts the text at a mark and returns what comes after it; NULL: no mark. */
static char *cut(char *text, char mark)
{
	char *end = strchr(text, mark);

	if (!end)
		return NULL;
	*end = '\0';
	return end + 1;
}

char *sample_line(char **text)
{
	char *line = *text, *next = cut(line, '\n');

	if (!next)
		return NULL;
	*text = next;
	return line;
}

/* One label="value" off the front. */
static char *read_label(struct sample *sample, char *text)
{
	char *value = cut(text, '='), *rest = value ? cut(value + 1, '"') : NULL;

	if (!rest || sample->n == SAMPLE_LABELS)
		return NULL;
	sample->label[sample->n] = text;
	sample->value[sample->n++] = value + 1;
	return *rest == ',' ? rest + 1 : rest;
}

bool sample_read(struct sample *sample, char *line)
{
	char *rest = *line == '#' ? NULL : cut(line, '{');

	*sample = (struct sample){ .name = line };
	while (rest && *rest != '}')
		rest = read_label(sample, rest);
	if (!rest)
		return false;
	sample->number = rest + strlen("} ");
	return true;
}

const char *sample_label(const struct sample *sample, const char *name)
{
	unsigned i;

	for (i = 0; i < sample->n; i++)
		if (!strcmp(sample->label[i], name))
			return sample->value[i];
	return "";
}

uint64_t sample_whole(const struct sample *sample)
{
	return strtoull(sample->number, NULL, 10);
}

double sample_real(const struct sample *sample)
{
	return strtod(sample->number, NULL);
}
