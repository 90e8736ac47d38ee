/* SPDX-License-Identifier: MIT */
/* standard.c: all collectors at once. */
#include <quipu/collectors.h>

quipu_error quipu_standard_collectors(quipu_registry *registry)
{
	uint64_t process = quipu_process_collector(registry).id;
	uint64_t jemalloc = quipu_jemalloc_collector(registry).id;
	uint64_t self = quipu_self_collector(registry).id;

	return process && jemalloc && self ? QUIPU_OK : QUIPU_ENOMEM;
}
