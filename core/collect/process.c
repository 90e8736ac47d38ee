/* SPDX-License-Identifier: MIT */
/*
 * process.c: the process_* metrics of collectors.h.
 *
 * Writers and readers: the callback thread, which runs one collector at a time.
 *
 * A figure that cannot be had is left out, family and all: never NaN, never a zero that is
 * none.
 */
#include "base/alloc.h"
#include "base/clock.h"
#include "callback.h"
#include "collect/proc.h"

#include <quipu/collectors.h>
#include <quipu/verbs.h>

#include <sys/resource.h>
#include <unistd.h>

static void emit(quipu_emitter *emitter, quipu_kind kind, const quipu_opts *opts, double value)
{
	if (quipu_emit_family(emitter, kind, opts) == QUIPU_OK)
		quipu_emit_value(emitter, value, NULL);
}

#define EMIT(kind, x, ...) emit(emitter, QUIPU_KIND_##kind, QUIPU_OPTS(__VA_ARGS__), x)

/* The clock that btime comes from may be set; what was once told of a process stays. A forked
 * child is another process. */
static bool start_seconds(uint64_t ticks, double *seconds)
{
	static pid_t of;
	static double started;
	uint64_t boot;

	if (of != getpid()) {
		if (!qp_proc_boot_seconds(&boot))
			return false;
		started = (double)boot + (double)ticks / (double)sysconf(_SC_CLK_TCK);
		of = getpid();
	}
	*seconds = started;
	return true;
}

static void emit_stat(quipu_emitter *emitter)
{
	struct qp_proc_stat stat;
	double seconds;

	if (!qp_proc_stat(&stat))
		return;
	EMIT(GAUGE, (double)stat.threads, .name = "process_threads",
	     .help = "Threads that the process has.");
	EMIT(GAUGE, (double)stat.virtual_bytes, .name = "process_virtual_memory_bytes",
	     .help = "Bytes of address space in use.", .unit = "bytes");
	EMIT(GAUGE, (double)stat.resident_pages * (double)sysconf(_SC_PAGESIZE),
	     .name = "process_resident_memory_bytes", .help = "Bytes of memory that are resident.",
	     .unit = "bytes");
	if (start_seconds(stat.start_ticks, &seconds))
		EMIT(GAUGE, seconds, .name = "process_start_time_seconds",
		     .help = "When the process started, in seconds since the Unix epoch.",
		     .unit = "seconds");
}

static bool limit(int resource, double *value)
{
	struct rlimit limit;

	if (getrlimit((__rlimit_resource_t)resource, &limit) != 0 ||
	    limit.rlim_cur == RLIM_INFINITY)
		return false;
	*value = (double)limit.rlim_cur;
	return true;
}

static void emit_limits(quipu_emitter *emitter)
{
	double value;

	if (limit(RLIMIT_NOFILE, &value))
		EMIT(GAUGE, value, .name = "process_max_fds",
		     .help = "File descriptors that may be open at once.");
	if (limit(RLIMIT_AS, &value))
		EMIT(GAUGE, value, .name = "process_virtual_memory_max_bytes",
		     .help = "Bytes of address space that may be in use.", .unit = "bytes");
}

static void collect(quipu_emitter *emitter, void *unused)
{
	uint64_t n;

	(void)unused;
	EMIT(FLOAT_COUNTER, qp_cpu_seconds(), .name = "process_cpu_seconds_total",
	     .help = "Processor time spent in user and system mode, in seconds.",
	     .unit = "seconds");
	if (qp_proc_open_fds(&n))
		EMIT(GAUGE, (double)n, .name = "process_open_fds",
		     .help = "File descriptors that are open.");
	emit_limits(emitter);
	emit_stat(emitter);
	if (qp_alloc_refresh() && qp_alloc_stat("stats.allocated", &n))
		EMIT(GAUGE, (double)n, .name = "process_heap_bytes",
		     .help = "Bytes that the program has allocated.", .unit = "bytes");
}

quipu_callback quipu_process_collector(quipu_registry *registry)
{
	return qp_collector_once(registry, collect, NULL);
}
