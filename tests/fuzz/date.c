/* SPDX-License-Identifier: MIT */
/* date.c: any 8 bytes as a moment: the Date field is what the C library's calendar says. */
#include "demand.h"

#include "http/date.h"

#define FIRST 0
#define LAST 253402300799 /* the end of the year 9999 */

static void check(time_t second)
{
	char *text = exactly(NULL, QP_DATE_SIZE), expected[QP_DATE_SIZE] = "";
	struct tm tm;

	qp_date_print(text, second);
	if (second >= FIRST && second <= LAST)
		strftime(expected, sizeof(expected), "%a, %d %b %Y %H:%M:%S GMT",
			 gmtime_r(&second, &tm));
	demand(strcmp(text, expected) == 0, "another moment");
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = { data, data + size };

	for (int i = 0; i < 2 && left(&bytes) > 0; i++) {
		int64_t word = (int64_t)take_word(&bytes);

		check((time_t)word);
		check((time_t)((uint64_t)word % (LAST + 2)));
	}
	return 0;
}
