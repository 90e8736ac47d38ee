/* SPDX-License-Identifier: MIT */
/* figure.c: see figure.h. */
#include "figure.h"

#include "torture.h"

#include <quipu/quipu.h>

#include <string.h>

struct wanted {
	const char *name;
	uint64_t value;
	int found;
};

static void look(const char *name, const char *help, uint64_t value, void *ctx)
{
	struct wanted *wanted = ctx;

	(void)help;
	if (strcmp(name, wanted->name) != 0)
		return;
	wanted->value = value;
	wanted->found = 1;
}

uint64_t figure_now(const char *name)
{
	struct wanted wanted = { name, 0, 0 };

	quipu_self(look, &wanted);
	if (!wanted.found)
		torture_broken("no figure %s", name);
	return wanted.value;
}

int figure_falls_to(const char *name, uint64_t at_most, unsigned seconds)
{
	uint64_t end = torture_now_us() + seconds * UINT64_C(1000000);

	while (figure_now(name) > at_most)
		if (torture_now_us() > end)
			return 0;
		else
			torture_sleep_us(1000);
	return 1;
}
