/* SPDX-License-Identifier: MIT */
/* no_jemalloc_test.c: a program that does not run on jemalloc may ask for its collector too. */
#include "exposed.h"

Test(no_jemalloc, nothing_is_shown)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	quipu_callback callback = quipu_jemalloc_collector(registry);

	cr_expect_neq(callback.id, 0);
	cr_expect_eq(quipu_jemalloc_collector(registry).id, callback.id);
	expect_text(registry, "");
	expect_no_error(registry);
	cr_expect_eq(self_figure("failed_samples"), 0);
	quipu_registry_free(registry);
}

static void look_for_memory(const char *name, const char *help, uint64_t value, void *ctx)
{
	(void)help;
	(void)value;
	if (strcmp(name, "memory_bytes") == 0)
		*(bool *)ctx = true;
}

/* What cannot be known is left out. */
Test(no_jemalloc, memory_is_not_known)
{
	quipu_registry *registry = quipu_registry_new(NULL);
	struct qt_exposition *shown;
	bool found = false;

	cr_expect_eq(quipu_standard_collectors(registry), QUIPU_OK);
	shown = exposed(registry);
	cr_expect_null(qt_find(shown, "quipu_memory_bytes", NULL));
	cr_expect_null(qt_find(shown, "process_heap_bytes", NULL));
	cr_expect(qt_find(shown, "quipu_shards", NULL));
	qt_free(shown);
	quipu_self(look_for_memory, &found);
	cr_expect_not(found);
	quipu_registry_free(registry);
}
