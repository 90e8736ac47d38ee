/* SPDX-License-Identifier: MIT */
/* retry_after.c: see retry_after.h. */
#include "retry_after.h"

#include "span.h"

#define NS UINT64_C(1000000000)
#define MOST_SECONDS (RETRY_AFTER_MOST_NS / NS)
#define LONGEST_DATE 40

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct span trimmed(const char *text, size_t len)
{
	while (len && blank(*text)) {
		text++;
		len--;
	}
	while (len && blank(text[len - 1]))
		len--;
	return (struct span){ text, len };
}

static uint64_t bounded_ns(uint64_t seconds)
{
	return (seconds < MOST_SECONDS ? seconds : MOST_SECONDS) * NS;
}

static bool parse_seconds(struct span text, uint64_t *ns)
{
	uint64_t seconds = 0;
	size_t i;

	for (i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		if (seconds < MOST_SECONDS)
			seconds = seconds * 10 + (uint64_t)(text.at[i] - '0');
	}
	*ns = bounded_ns(seconds);
	return text.len > 0;
}

static bool parse_date(struct span text, time_t *date)
{
	static const char *const forms[] = { "%a, %d %b %Y %H:%M:%S GMT",
					     "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y" };
	char copy[LONGEST_DATE + 1];
	const char *end;
	size_t i;

	if (text.len > LONGEST_DATE)
		return false;
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	for (i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct tm parts = { 0 };

		end = strptime(copy, forms[i], &parts);
		if (end && end == copy + text.len) {
			*date = timegm(&parts);
			return true;
		}
	}
	return false;
}

bool retry_after_parse(const char *text, size_t len, time_t now, uint64_t *ns)
{
	struct span value = trimmed(text, len);
	time_t date;

	if (parse_seconds(value, ns))
		return true;
	if (!value.len || !parse_date(value, &date))
		return false;
	*ns = date > now ? bounded_ns((uint64_t)(date - now)) : 0;
	return true;
}
