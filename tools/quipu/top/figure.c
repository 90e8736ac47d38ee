/* SPDX-License-Identifier: MIT */
/* figure.c: see figure.h. */
#include "figure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define DATES_FROM 1e9
#define DATES_TO 1e10

/* Three digits; whole numbers below 1000 as they are. */
static void digits(double value, const char *before, const char *after, char *out)
{
	double size = fabs(value);
	int places = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;

	if (value == floor(value))
		places = 0;
	snprintf(out, FIGURE_SIZE, "%s%s%.*f%s", value < 0 ? "-" : "", before, places, size, after);
}

static void scaled(double value, double step, const char *const *units, size_t n,
		   const char *before, char *out)
{
	size_t i = 0;

	while (i + 1 < n && fabs(value) >= (step == 1000 ? 999.5 : 1023.5)) {
		value /= step;
		i++;
	}
	if (fabs(value) >= 9999)
		snprintf(out, FIGURE_SIZE, "%s%.1e", before, value);
	else
		digits(value, before, units[i], out);
}

/* --- units ------------------------------------------------------------------------------------ */

static void plain(double value, const char *before, char *out)
{
	static const char *const units[] = { "", "k", "M", "G", "T", "P", "E" };

	if (value != 0 && fabs(value) < 0.001)
		snprintf(out, FIGURE_SIZE, "%s%.1e", before, value);
	else if (fabs(value) < 0.0995 && value != 0)
		snprintf(out, FIGURE_SIZE, "%s%s%.3f", value < 0 ? "-" : "", before, fabs(value));
	else
		scaled(value, 1000, units, 7, before, out);
}

static void bytes(double value, char *out)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" };

	scaled(value, 1024, units, 6, "", out);
}

static void date(double value, char *out)
{
	time_t seconds = (time_t)value;
	struct tm when;

	strftime(out, FIGURE_SIZE, "%Y-%m-%d", localtime_r(&seconds, &when));
}

/* From 100 seconds on: minutes, hours, days, with the next smaller unit. */
static void long_time(double value, char *out)
{
	const char *sign = value < 0 ? "-" : "";
	double size = fabs(value);

	if (size < 3600)
		snprintf(out, FIGURE_SIZE, "%s%dm%02ds", sign, (int)size / 60, (int)size % 60);
	else if (size < 86400)
		snprintf(out, FIGURE_SIZE, "%s%dh%02dm", sign, (int)size / 3600,
			 (int)size % 3600 / 60);
	else if (size < DATES_FROM)
		snprintf(out, FIGURE_SIZE, "%s%dd%02dh", sign, (int)size / 86400,
			 (int)size % 86400 / 3600);
	else
		snprintf(out, FIGURE_SIZE, "%s%.1es", sign, size);
}

static void seconds(double value, char *out)
{
	double size = fabs(value);

	if (value >= DATES_FROM && value < DATES_TO)
		date(value, out);
	else if (size >= 99.95)
		long_time(value, out);
	else if (size >= 0.9995 || value == 0)
		digits(value, "", "s", out);
	else if (size >= 0.9995e-3)
		digits(value * 1e3, "", "ms", out);
	else if (size >= 0.9995e-6)
		digits(value * 1e6, "", "us", out);
	else
		digits(value * 1e9, "", "ns", out);
}

const char *figure(double value, enum unit unit, char out[FIGURE_SIZE])
{
	if (isnan(value))
		snprintf(out, FIGURE_SIZE, "NaN");
	else if (isinf(value))
		snprintf(out, FIGURE_SIZE, value > 0 ? "+Inf" : "-Inf");
	else if (unit == UNIT_SECONDS)
		seconds(value, out);
	else if (unit == UNIT_BYTES)
		bytes(value, out);
	else
		plain(value, unit == UNIT_DOLLARS ? "$" : "", out);
	return out;
}

const char *figure_or_dash(double value, enum unit unit, char out[FIGURE_SIZE])
{
	return isnan(value) ? strcpy(out, "-") : figure(value, unit, out);
}

/* --- which unit --------------------------------------------------------------------------------- */

enum unit unit_of(struct qx_text name, struct qx_text unit)
{
	static const char *const words[] = { "", "seconds", "bytes", "dollars" };
	static const char *const ends[] = { "_total", "_created" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (qx_text_ends(name, ends[i]))
			name.len -= strlen(ends[i]);
	}
	for (int i = UNIT_SECONDS; i <= UNIT_DOLLARS; i++) {
		if (qx_text_is(unit, words[i]) || qx_text_ends(name, words[i]))
			return (enum unit)i;
	}
	return UNIT_NONE;
}

enum unit unit_of_rate(enum unit unit)
{
	return unit == UNIT_SECONDS ? UNIT_NONE : unit;
}
