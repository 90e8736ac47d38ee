/* SPDX-License-Identifier: MIT */
/* plugin.c: a loadable object that records; built with the shared and with the static library. */
#include "plugin.h"

#include <quipu/quipu.h>

#include <string.h>

#define EXPORT __attribute__((visibility("default")))

EXPORT plugin_add plugin_add_here;
EXPORT plugin_write plugin_write_here;

struct target {
	char *text;
	size_t size, len;
};

void plugin_add_here(const char *name, uint64_t n)
{
	quipu_add(quipu_counter_new(quipu_default_registry(),
				    QUIPU_OPTS(.name = name, .help = "Of a plug-in.")),
		  n);
}

static int append(void *ctx, const char *data, size_t len)
{
	struct target *target = ctx;

	if (len >= target->size - target->len)
		return -1;
	memcpy(target->text + target->len, data, len);
	target->len += len;
	target->text[target->len] = 0;
	return 0;
}

void plugin_write_here(char *text, size_t size)
{
	struct target target = { text, size, 0 };

	text[0] = 0;
	quipu_write(quipu_default_registry(), &quipu_format_text, append, &target);
}
