/* SPDX-License-Identifier: MIT */
/* timestamp.c: reads the times of a trace; a cursor that consumes text from the left. */
#include "timestamp.h"

#include <stdbool.h>

#define NS_PER_SECOND INT64_C(1000000000)

struct cursor {
	const char *at;
	const char *end;
};

struct civil {
	int64_t year, month, day, hour, minute, second;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool take(struct cursor *cursor, char c)
{
	if (cursor->at == cursor->end || *cursor->at != c)
		return false;
	cursor->at++;
	return true;
}

/* Exactly n digits. */
static bool take_digits(struct cursor *cursor, int n, int64_t *value)
{
	*value = 0;
	for (; n > 0; n--) {
		if (cursor->at == cursor->end || !is_digit(*cursor->at))
			return false;
		*value = *value * 10 + (*cursor->at++ - '0');
	}
	return true;
}

static bool take_date(struct cursor *cursor, struct civil *civil)
{
	return take_digits(cursor, 4, &civil->year) && take(cursor, '-') &&
	       take_digits(cursor, 2, &civil->month) && take(cursor, '-') &&
	       take_digits(cursor, 2, &civil->day);
}

static bool take_clock(struct cursor *cursor, struct civil *civil)
{
	return take_digits(cursor, 2, &civil->hour) && take(cursor, ':') &&
	       take_digits(cursor, 2, &civil->minute) && take(cursor, ':') &&
	       take_digits(cursor, 2, &civil->second);
}

static bool take_fraction(struct cursor *cursor, int64_t *ns)
{
	int64_t scale = NS_PER_SECOND / 10;

	*ns = 0;
	if (!take(cursor, '.'))
		return true;
	if (cursor->at == cursor->end || !is_digit(*cursor->at))
		return false;
	for (; cursor->at < cursor->end && is_digit(*cursor->at); cursor->at++) {
		*ns += (*cursor->at - '0') * scale;
		scale /= 10;
	}
	return true;
}

/* What to add to reach UTC, in seconds. */
static bool take_zone(struct cursor *cursor, int64_t *to_utc)
{
	int64_t sign, hours, minutes;

	*to_utc = 0;
	if (cursor->at == cursor->end || take(cursor, 'Z'))
		return true;
	sign = take(cursor, '+') ? -1 : take(cursor, '-') ? 1 : 0;
	if (!sign || !take_digits(cursor, 2, &hours) || !take(cursor, ':') ||
	    !take_digits(cursor, 2, &minutes))
		return false;
	*to_utc = sign * (hours * 3600 + minutes * 60);
	return hours < 24 && minutes < 60;
}

static int64_t days_in_month(int64_t year, int64_t month)
{
	static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static bool exists(const struct civil *civil)
{
	return civil->year >= 1970 && civil->year <= 2199 && civil->month >= 1 &&
	       civil->month <= 12 && civil->day >= 1 &&
	       civil->day <= days_in_month(civil->year, civil->month) && civil->hour < 24 &&
	       civil->minute < 60 && civil->second < 60;
}

/* Days since 1970-01-01; years begin in March here, so that the leap day comes last. */
static int64_t days_since_epoch(const struct civil *civil)
{
	int64_t year = civil->month > 2 ? civil->year : civil->year - 1;
	int64_t month = (civil->month + 9) % 12;
	int64_t leap_days = year / 4 - year / 100 + year / 400;

	return year * 365 + leap_days + (month * 306 + 5) / 10 + civil->day - 1 - 719468;
}

enum timestamp_result timestamp_parse(const char *text, size_t len, int64_t *ns)
{
	struct cursor cursor = { text, text + len };
	int64_t fraction, to_utc, seconds;
	struct civil civil;

	if (!take_date(&cursor, &civil) || !(take(&cursor, ' ') || take(&cursor, 'T')) ||
	    !take_clock(&cursor, &civil) || !take_fraction(&cursor, &fraction) ||
	    !take_zone(&cursor, &to_utc) || cursor.at != cursor.end)
		return TIMESTAMP_SHAPE;
	if (!exists(&civil))
		return TIMESTAMP_RANGE;
	seconds = days_since_epoch(&civil) * 86400 + civil.hour * 3600 + civil.minute * 60 +
		  civil.second + to_utc;
	*ns = seconds * NS_PER_SECOND + fraction;
	return TIMESTAMP_OK;
}
