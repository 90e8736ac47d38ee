/* SPDX-License-Identifier: MIT */
/* date.c: see date.h. */
#include "date.h"

#include <stdbool.h>
#include <stdio.h>

#define DAY_SECONDS 86400
#define LAST_SECOND 253402300799 /* the end of the year 9999 */

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_year(int year)
{
	return is_leap(year) ? 366 : 365;
}

static int days_in_month(int year, int month)
{
	static const signed char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 1 && is_leap(year) ? 29 : days[month];
}

void qp_date_print(char text[QP_DATE_SIZE], time_t second)
{
	static const char weekdays[7][4] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int days, rest, year = 1970, month = 0, weekday;

	text[0] = '\0';
	if (second < 0 || second > LAST_SECOND)
		return;
	days = (int)(second / DAY_SECONDS);
	rest = (int)(second % DAY_SECONDS);
	weekday = days % 7;
	for (; days >= days_in_year(year); year++)
		days -= days_in_year(year);
	for (; days >= days_in_month(year, month); month++)
		days -= days_in_month(year, month);
	snprintf(text, QP_DATE_SIZE, "%s, %02d %s %04d %02d:%02d:%02d GMT", weekdays[weekday],
		 days + 1, months[month], year, rest / 3600, rest / 60 % 60, rest % 60);
}

const char *qp_date_now(struct qp_date *date)
{
	time_t now = time(NULL);

	if (now != date->second || date->text[0] == '\0') {
		date->second = now;
		qp_date_print(date->text, now);
	}
	return date->text;
}
