/* SPDX-License-Identifier: MIT */
/*
 * accept_encoding.c: any bytes as an Accept-Encoding field: the choice stays within them, is one
 * of those offered, never what was refused, and what was asked for last.
 */
#include "demand.h"

#include "accept_encoding.h"

static bool mentions(const char *text, size_t len, const char *word)
{
	for (; len >= strlen(word); text++, len--) {
		if (qp_same_word(text, strlen(word), word))
			return true;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const offered[] = { "zstd", "gzip", NULL };
	static const char refusal[] = "gzip;q=0";
	static const char asked[] = "gzip;q=1, zstd;q=0, identity;q=0";
	struct qp_words fields[2];
	char *exact = malloc(size);
	const char *chosen;

	if (size > 0)
		memcpy(exact, data, size);
	fields[0] = qp_trim(exact, size);
	fields[1] = (struct qp_words){ refusal, strlen(refusal) };
	chosen = qp_encoding_choose(fields, 1, offered);
	if (chosen && strcmp(chosen, "zstd") == 0)
		demand(mentions(exact, size, "zstd"), "zstd was not listed");
	else if (chosen)
		demand(mentions(exact, size, "gzip") || mentions(exact, size, "*"), "nor was gzip");
	chosen = qp_encoding_choose(fields, 2, offered);
	demand(!chosen || strcmp(chosen, "gzip") != 0, "gzip although it is refused");
	fields[1] = (struct qp_words){ asked, strlen(asked) };
	chosen = qp_encoding_choose(fields, 2, offered);
	demand(chosen && strcmp(chosen, "gzip") == 0, "the last word does not count");
	free(exact);
	return 0;
}
