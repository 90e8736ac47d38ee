/* SPDX-License-Identifier: MIT */
/* target.h: where calls go: the URL as it is given, completed and judged. */
#ifndef ENDPOINT_TARGET_H
#define ENDPOINT_TARGET_H

#include <stdbool.h>

#define TARGET_LONGEST 1024

struct target {
	char url[TARGET_LONGEST + 32]; /* of chat completions */
	char host[256];		       /* without port, and the brackets of IPv6 */
	bool encrypted;		       /* https */
	bool loopback;		       /* it is this machine, by its name or address */
};

/*
 * http or https, a host, perhaps a port and a path. A path that ends in /chat/completions is taken
 * as it is; another one gets /chat/completions, an empty one /v1/chat/completions. NULL, or what is
 * wrong with it.
 */
const char *target_parse(const char *text, struct target *target);

#endif
