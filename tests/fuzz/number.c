/* SPDX-License-Identifier: MIT */
/*
 * number.c: any 8 bytes as a number: its text reads back as the same, has no digit too many, fits its
 * room, and whole numbers are what printf makes of them.
 */
#include "demand.h"

#include "base/number.h"

#include <inttypes.h>
#include <math.h>

/* How many digits a text has before its exponent, zeros at either end not counted. */
static size_t significant(const char *text)
{
	char digits[32];
	size_t n = 0, first = 0;

	for (; *text && *text != 'e'; text++) {
		if (*text >= '0' && *text <= '9')
			digits[n++] = *text;
	}
	while (n > 0 && digits[n - 1] == '0')
		n--;
	while (first < n && digits[first] == '0')
		first++;
	return n - first;
}

/* So many digits are enough, found by rounding; next to a power of two fewer may be. */
static size_t enough(double value)
{
	char text[64];

	for (int precision = 0; precision < 17; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, value);
		if (strtod(text, NULL) == value)
			return significant(text);
	}
	demand(false, "17 digits are enough");
	return 0;
}

static void check_double(double value)
{
	char *out = exactly(NULL, QP_DOUBLE_CHARS), text[QP_DOUBLE_CHARS + 1];
	size_t n = qp_format_double(out, value);
	double back;

	demand(n <= QP_DOUBLE_CHARS, "a double in more than its room");
	memcpy(text, out, n);
	text[n] = '\0';
	free(out);
	if (isnan(value) || isinf(value)) {
		demand(strcmp(text, isnan(value) ? "NaN"
				    : value > 0	 ? "+Inf"
						 : "-Inf") == 0,
		       "what is no number");
		return;
	}
	back = strtod(text, NULL);
	demand(memcmp(&back, &value, sizeof(value)) == 0 || (value == 0 && strcmp(text, "0") == 0),
	       "it reads back as another");
	demand(significant(text) <= enough(value), "a digit too many");
	demand((strchr(text, 'e') != NULL) ==
		       (value != 0 && (fabs(value) < 1e-4 || fabs(value) >= 1e6)),
	       "an exponent where there should be none, or none");
}

static void check_whole(uint64_t word)
{
	char *out = exactly(NULL, QP_U64_CHARS), *signed_out = exactly(NULL, QP_I64_CHARS),
	     text[32];
	size_t n = qp_format_u64(out, word), n_signed = qp_format_i64(signed_out, (int64_t)word);

	demand((size_t)sprintf(text, "%" PRIu64, word) == n && memcmp(out, text, n) == 0, "u64");
	demand((size_t)sprintf(text, "%" PRId64, (int64_t)word) == n_signed &&
		       memcmp(signed_out, text, n_signed) == 0,
	       "i64");
	free(out);
	free(signed_out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = { data, data + size };

	for (int i = 0; i < 16 && left(&bytes) > 0; i++) {
		struct bytes again = bytes;

		check_double(take_double(&bytes));
		check_whole(take_word(&again));
	}
	return 0;
}
