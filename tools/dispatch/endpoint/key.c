/* SPDX-License-Identifier: MIT */
/* key.c: see key.h. */
#include "key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = { "QUIPU_DISPATCH_API_KEY", "OPENAI_API_KEY" };

/* What would begin a new field, or is no text at all, never gets into one. */
static bool plain(const char *text)
{
	for (; *text; text++) {
		if (*text <= ' ' || *text > '~')
			return false;
	}
	return true;
}

static const char *take(struct key *key, const char *text)
{
	if (strlen(text) > KEY_LONGEST)
		return "the API key is longer than 4096 bytes";
	if (!plain(text))
		return "the API key has blanks in it, or bytes that no key has";
	if (*text)
		snprintf(key->field, sizeof key->field, "Authorization: Bearer %s", text);
	return NULL;
}

static void forget(const char *name, char *value)
{
	explicit_bzero(value, strlen(value));
	unsetenv(name);
}

const char *key_take(struct key *key)
{
	const char *wrong = NULL;
	bool decided = false;
	char *value;
	size_t i;

	key_wipe(key);
	for (i = 0; i < sizeof names / sizeof *names; i++) {
		value = getenv(names[i]);
		if (!value)
			continue;
		if (!decided)
			wrong = take(key, value);
		decided = true;
		forget(names[i], value);
	}
	return wrong;
}

void key_wipe(struct key *key)
{
	explicit_bzero(key, sizeof *key);
}
