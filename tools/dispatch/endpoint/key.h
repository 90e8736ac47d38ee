/* SPDX-License-Identifier: MIT */
/*
 * key.h: the API key: from the environment, and to nowhere but the endpoint.
 *
 * It is taken out of the environment, over which zeros are written, so that neither children nor
 * readers of /proc/PID/environ find it later. Nothing here says more of it than whether there is one.
 */
#ifndef ENDPOINT_KEY_H
#define ENDPOINT_KEY_H

#include <stdbool.h>

#define KEY_LONGEST 4096

/* A field of HTTP: "Authorization: Bearer ...", or "" where there is no key. */
struct key {
	char field[KEY_LONGEST + 32];
};

/* Takes QUIPU_DISPATCH_API_KEY, or OPENAI_API_KEY where that is not set; an empty one says that
 * there is no key. NULL, or what is wrong. */
const char *key_take(struct key *key);

static inline bool key_there(const struct key *key)
{
	return key->field[0] != '\0';
}

void key_wipe(struct key *key);

#endif
