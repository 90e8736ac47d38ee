/* SPDX-License-Identifier: MIT */
/* timestamp.c: any text as the time of a trace: as a pattern and the C library's calendar say. */
#include "pattern.h"

#include "timestamp.h"

#include <time.h>

static struct pattern shape = {
	.text = "^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?"
		"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?$",
};

/* Nine digits behind the point, those that are missing as zeros. */
static int64_t fraction_of(const char *text)
{
	const char *point = strchr(text, '.');
	int64_t ns = 0;

	for (int i = 0; i < 9; i++) {
		bool digit = point && point[1] >= '0' && point[1] <= '9';

		ns = ns * 10 + (digit ? *++point - '0' : 0);
	}
	return ns;
}

/* Minutes east of Greenwich. */
static int64_t zone_of(const char *text)
{
	const char *sign = strpbrk(text + 19, "+-");
	int hours, minutes;

	if (!sign)
		return 0;
	demand(sscanf(sign + 1, "%d:%d", &hours, &minutes) == 2, "the zone");
	return (*sign == '-' ? -1 : 1) * (hours * 60 + minutes);
}

/* False: there is no such moment, which the calendar shows by another one. */
static bool by_the_calendar(const char *text, int64_t *ns)
{
	struct tm tm = { 0 }, asked;
	time_t seconds;

	demand(sscanf(text, "%4d-%2d-%2d%*c%2d:%2d:%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
		      &tm.tm_hour, &tm.tm_min, &tm.tm_sec) == 6,
	       "six numbers");
	if (tm.tm_year < 1970 || tm.tm_year > 2199)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	asked = tm;
	seconds = timegm(&tm);
	if (asked.tm_mon != tm.tm_mon || asked.tm_mday != tm.tm_mday ||
	    asked.tm_hour != tm.tm_hour || asked.tm_min != tm.tm_min || asked.tm_sec != tm.tm_sec)
		return false;
	*ns = ((int64_t)seconds - zone_of(text) * 60) * 1000000000 + fraction_of(text);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *exact = exactly(data, size), *text = exactly(NULL, size + 1);
	int64_t ns = 0, expected = 0;
	enum timestamp_result result = timestamp_parse(exact, size, &ns);

	memcpy(text, data, size);
	if (!matches(&shape, exact, size))
		demand(result == TIMESTAMP_SHAPE, "it has not the shape of a time");
	else if (!by_the_calendar(text, &expected))
		demand(result == TIMESTAMP_RANGE, "there is no such time");
	else
		demand(result == TIMESTAMP_OK && ns == expected, "another time");
	free(exact);
	free(text);
	return 0;
}
