/* SPDX-License-Identifier: MIT */
/* show.c: writes what the standard collectors show, and some families for them to count. */
#include <quipu/quipu.h>

#include <stdio.h>

static int print(void *ctx, const char *data, size_t len)
{
	(void)ctx;
	return fwrite(data, 1, len, stdout) != len;
}

int main(void)
{
	quipu_registry *registry = quipu_default_registry();
	quipu_counter_family family = quipu_counter_family_new(
		registry, QUIPU_OPTS(.name = "shown_total", .help = "Shown.",
				     .labels = QUIPU_NAMES("label"), .max_series = 1));

	quipu_inc_at(family, "a");
	quipu_inc_at(family, "b");
	if (quipu_standard_collectors(registry) != QUIPU_OK)
		return 1;
	return quipu_write(registry, NULL, print, NULL) != QUIPU_OK;
}
