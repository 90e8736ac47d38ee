/* SPDX-License-Identifier: MIT */
/*
 * metric.h: registries, and making, finding and removing metrics.
 *
 * Nothing here belongs in a hot loop except the verbs that record by label values
 * (quipu_…_at); keep a handle instead where you can.
 *
 * Errors: a function that makes something returns the zero handle when it fails,
 * and the registry keeps the first error with a text that names the culprit. Ask
 * once, at the end of set-up:
 *
 *   if ((err = quipu_registry_status(reg, &where)) != QUIPU_OK)
 *           fprintf(stderr, "%s: %s\n", where, quipu_strerror(err));
 *
 * Names of metrics and labels are UTF-8, 1 to 1024 bytes, of any characters: control characters
 * too, as in Prometheus 3. [a-zA-Z_:][a-zA-Z0-9_:]* (labels: without ':') are shown as they are;
 * of others every scrape shows a form that its reader knows (scrape.h: quipu_escaping).
 *
 *   EHELP       missing, empty or not UTF-8
 *   EVALUE      a label's value that is not UTF-8; any length is good, and empty too, which
 *               scrapers take for a label that is not there
 *   ENAME       empty, longer, not UTF-8; a stateset's, which names a label too, also with ':'
 *               or where a label's is refused
 *   ELABEL      the same; "le", "quantile", "otel_metric_overflow", what begins with "__"; what
 *               becomes one of these when escaped (by dots only the "__" names that Prometheus
 *               uses itself); two labels of one series, constant ones included, that are or
 *               become the same
 *   EDUPLICATE  two families of a registry would show one name in some format, under some
 *               escaping: "a.b" and "a_b"; a histogram "h" and "h_sum"; a counter "a_total" and
 *               a gauge "a" (OpenMetrics calls the counter "a") or "a_created"
 */
#ifndef QUIPU_METRIC_H
#define QUIPU_METRIC_H

#include <quipu/error.h>
#include <quipu/self.h>
#include <quipu/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- registries ----------------------------------------------------------------- */

/*
 * The registry that metrics go to when nothing else is wanted. It always exists; no
 * prefix, no constant labels.
 * Threads: any. Cost: a load. Fails: out of memory gives a registry whose status says so
 * and whose metrics are sinks.
 */
quipu_registry *quipu_default_registry(void);

/*
 * A registry of its own (tests, plug-ins, several endpoints). opts may be NULL.
 * Threads: any. Cost: allocates. Fails: NULL when out of memory; bad options give a
 * registry whose status names them.
 */
quipu_registry *quipu_registry_new(const quipu_registry_opts *opts);

/*
 * Ends a registry; waits for a callback of its own that is running. Handles into it stay
 * safe to record into and reach nobody; do not use the registry itself or a scrape of it
 * any more. The default registry is emptied, not freed.
 * Threads: one, once. Cost: unregisters every family. Fails: never; NULL is ignored.
 */
void quipu_registry_free(quipu_registry *registry);

/*
 * The first error since the registry was made or last cleared; where (may be NULL) gets a
 * text that names the culprit, valid until the status is cleared.
 * Threads: any. Cost: a lock. Fails: NULL has the status QUIPU_ENOMEM.
 */
quipu_error quipu_registry_status(quipu_registry *registry, const char **where);

/* Forgets the error that quipu_registry_status tells. Threads: any. Cost: a lock. */
void quipu_registry_clear_status(quipu_registry *registry);

/*
 * Has fn called for everything the library would otherwise only count: failed set-up,
 * rejected label sets, refused values found off the record path, late callbacks. One
 * function per registry; NULL ends it. fn is called on the thread that met the error, with
 * no lock held, and at most once a second for each kind of error; it may log, it must not
 * record by label values in the same registry.
 * Threads: set it before the registry is used. Cost: none while nothing goes wrong.
 */
void quipu_registry_on_error(quipu_registry *registry,
			     void (*fn)(quipu_error error, const char *where, void *ctx),
			     void *ctx);

/*
 * Removes the family called name (with the registry's prefix or without). Its series leave
 * the next scrape; handles into it become harmless and must still be released.
 * Threads: any. Cost: a lock, linear in its series. Fails: QUIPU_EGONE if there is none.
 */
quipu_error quipu_registry_unregister(quipu_registry *registry, const char *name);

/* --- one series, no labels -------------------------------------------------------- */

/*
 * Makes and registers a metric. It appears in scrapes at once, at zero. Making the same
 * metric again (same kind, help and options) gives the same series.
 *
 * A histogram has the bounds it is given, native buckets if .native_factor is given, or both; or
 * else the default bounds. A summary shows quantiles of what was observed in the last
 * .window_seconds (and at most a fifth more, where scrapes come that often). They are off by at
 * most 1.1 % of themselves, or, with a .native_factor that its schema rounds down to b, by
 * (b - 1) / (b + 1), for values within native_min and native_max.
 *
 * Threads: any. Cost: a lock, allocates. Fails: zero handle; the registry's status has
 * ENAME, EHELP, EUNIT, EBOUNDS, EOPTION, EDUPLICATE, ESLOTS or ENOMEM and the culprit. Sets
 * of buckets are kept for ever; beyond 1023 different ones in a process another is ENOMEM.
 */
quipu_counter quipu_counter_new(quipu_registry *registry, const quipu_opts *opts);
quipu_float_counter quipu_float_counter_new(quipu_registry *registry, const quipu_opts *opts);
quipu_updown quipu_updown_new(quipu_registry *registry, const quipu_opts *opts);
quipu_gauge quipu_gauge_new(quipu_registry *registry, const quipu_opts *opts);
quipu_histogram quipu_histogram_new(quipu_registry *registry, const quipu_opts *opts);
quipu_stateset quipu_stateset_new(quipu_registry *registry, const quipu_opts *opts);
quipu_summary quipu_summary_new(quipu_registry *registry, const quipu_opts *opts);

/*
 * A constant 1 that carries labels: version, commit, region. The exposed name ends in
 * _info. labels: n of them; with n 0 they end at one whose name is NULL.
 * Threads, Cost, Fails: as above, and ELABEL, EVALUE.
 */
quipu_info quipu_info_new(quipu_registry *registry, const quipu_opts *opts,
			  const quipu_label *labels, size_t n);

/* --- families ------------------------------------------------------------------------ */

/*
 * Makes and registers a family: opts->labels has its label names. Series appear when they
 * are first asked for. Beyond max_series new label sets share one overflow series, labelled
 * otel_metric_overflow="true", and are counted: nothing is lost, memory stays bounded.
 * Threads, Cost, Fails: as for single series, and ELABEL.
 */
quipu_counter_family quipu_counter_family_new(quipu_registry *registry, const quipu_opts *opts);
quipu_float_counter_family quipu_float_counter_family_new(quipu_registry *registry,
							  const quipu_opts *opts);
quipu_updown_family quipu_updown_family_new(quipu_registry *registry, const quipu_opts *opts);
quipu_gauge_family quipu_gauge_family_new(quipu_registry *registry, const quipu_opts *opts);
quipu_histogram_family quipu_histogram_family_new(quipu_registry *registry, const quipu_opts *opts);
quipu_stateset_family quipu_stateset_family_new(quipu_registry *registry, const quipu_opts *opts);
quipu_summary_family quipu_summary_family_new(quipu_registry *registry, const quipu_opts *opts);

/*
 * Makes and registers a grid: every combination of opts->axes exists at zero from the start
 * and is reached by its indices (quipu_grid_at), without hash, look-up or lock.
 * Threads, Cost, Fails: as for families.
 */
quipu_counter_grid quipu_counter_grid_new(quipu_registry *registry, const quipu_opts *opts);
quipu_float_counter_grid quipu_float_counter_grid_new(quipu_registry *registry,
						      const quipu_opts *opts);
quipu_updown_grid quipu_updown_grid_new(quipu_registry *registry, const quipu_opts *opts);
quipu_histogram_grid quipu_histogram_grid_new(quipu_registry *registry, const quipu_opts *opts);

/*
 * By kind K of counter, float_counter, updown, gauge, histogram, summary, stateset:
 *
 * quipu_K_at(family, values, n)        kept handle of the series with these label values, in
 *                                      the order of the family's labels; made if new
 * quipu_K_with(family, names, values)  the same from a typed label set; names is the set's
 *                                      own list and must equal the family's (verbs.h: quipu_with)
 *   A kept handle pins its series: the series is neither recycled nor expired before
 *   quipu_release. Threads: any. Cost: a lock, allocates when the series is new.
 *   Fails: zero handle and the registry's status: EARITY, ENULL, EVALUE, ESCHEMA, ENOMEM,
 *   ESLOTS; of a family that is gone, nothing but the zero handle. A full family gives
 *   the overflow series, which is no failure.
 *
 * quipu_K_release(handle)              gives the pin back; do not use the handle after it
 *   Threads: any, once per handle. Cost: a lock. Fails: never; sinks are ignored.
 *
 * quipu_K_family_remove_n(family, values, n)           removes one series; returns how many (0, 1);
 *                                                      quipu_K_family_remove(family, value …) too
 * quipu_K_family_remove_matching(family, name, value)  all series with this label value; how many
 * quipu_K_family_clear(family)                         all series; returns how many
 *   What was removed is in no later scrape; the same label values make a new series from
 *   zero. A series still pinned keeps swallowing late writes harmlessly.
 *   Threads: any. Cost: a lock, linear in the family for the last two; a pause of at most 10 ms
 *   while thousands of removed objects wait for their grace period. Fails: 0.
 *
 * quipu_K_family_unregister(family)    removes the family as a whole; its name is free again
 *   Threads: any. Cost: a lock. Fails: never.
 */
#define QUIPU_PRIV_DECLARE_KIND(kind)                                                              \
	quipu_##kind quipu_##kind##_at(quipu_##kind##_family family, const char *const *values,    \
				       size_t n);                                                  \
	quipu_##kind quipu_##kind##_at_v(quipu_##kind##_family family, const quipu_str *values,    \
					 size_t n);                                                \
	quipu_##kind quipu_##kind##_with(quipu_##kind##_family family, const char *const *names,   \
					 const char *const *values);                               \
	void quipu_##kind##_release(quipu_##kind handle);                                          \
	size_t quipu_##kind##_family_remove_n(quipu_##kind##_family family,                        \
					      const char *const *values, size_t n);                \
	size_t quipu_##kind##_family_remove_matching(quipu_##kind##_family family,                 \
						     const char *name, const char *value);         \
	size_t quipu_##kind##_family_clear(quipu_##kind##_family family);                          \
	void quipu_##kind##_family_unregister(quipu_##kind##_family family);
QUIPU_PRIV_DECLARE_KIND(counter)
QUIPU_PRIV_DECLARE_KIND(float_counter)
QUIPU_PRIV_DECLARE_KIND(updown)
QUIPU_PRIV_DECLARE_KIND(gauge)
QUIPU_PRIV_DECLARE_KIND(histogram)
QUIPU_PRIV_DECLARE_KIND(stateset)
QUIPU_PRIV_DECLARE_KIND(summary)
#undef QUIPU_PRIV_DECLARE_KIND

/* Gives a grid's pin back; its slots are recycled once the family is unregistered too
 * (quipu_registry_unregister). */
void quipu_counter_grid_release(quipu_counter_grid grid);
void quipu_float_counter_grid_release(quipu_float_counter_grid grid);
void quipu_updown_grid_release(quipu_updown_grid grid);
void quipu_histogram_grid_release(quipu_histogram_grid grid);
void quipu_info_release(quipu_info info);

/* --- recording by label values --------------------------------------------------------- */

/*
 * Finds the series and records, in one read section: no lock and no allocation for a label
 * set seen before. Does not pin. values: n of them, in the order of the family's labels; a
 * new label set is made (a lock, allocates). The _v twins take strings with their length.
 * Threads: any; not from a signal handler. Cost: BENCHMARKS.md.
 * Fails: wrong n, NULL or invalid UTF-8 records nothing, is counted and sets the registry's
 * status; out of memory or slots records into the overflow series.
 */
#define QUIPU_PRIV_DECLARE_AT(verb, kind, type)                                                    \
	void quipu_##kind##_##verb##_at(quipu_##kind##_family family, type n_or_value,             \
					const char *const *values, size_t n);                      \
	void quipu_##kind##_##verb##_at_v(quipu_##kind##_family family, type n_or_value,           \
					  const quipu_str *values, size_t n);                      \
	void quipu_##kind##_##verb##_with(quipu_##kind##_family family, type n_or_value,           \
					  const char *const *names, const char *const *values);
QUIPU_PRIV_DECLARE_AT(add, counter, uint64_t)
QUIPU_PRIV_DECLARE_AT(add, float_counter, double)
QUIPU_PRIV_DECLARE_AT(add, updown, int64_t)
QUIPU_PRIV_DECLARE_AT(add, gauge, double)
QUIPU_PRIV_DECLARE_AT(set, gauge, double)
QUIPU_PRIV_DECLARE_AT(observe, histogram, double)
QUIPU_PRIV_DECLARE_AT(observe, summary, double)
QUIPU_PRIV_DECLARE_AT(select, stateset, uint32_t)
#undef QUIPU_PRIV_DECLARE_AT

/* --- histogram bounds ------------------------------------------------------------------- */

/*
 * The bounds of a histogram that says none, for durations in seconds (Prometheus' own); for one
 * that is to have native buckets too: .bounds = quipu_default_bounds, .n_bounds =
 * QUIPU_N_DEFAULT_BOUNDS, .native_factor = 1.1.
 */
#define QUIPU_N_DEFAULT_BOUNDS 11
__attribute__((unused)) static const double quipu_default_bounds[QUIPU_N_DEFAULT_BOUNDS] = {
	0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
};

/*
 * Fill out[0..n) with upper bounds: start, start + width, …; and start, start * factor, ….
 * Threads: any. Cost: n operations. Fails: QUIPU_EBOUNDS when width <= 0, start <= 0 with a
 * factor, factor <= 1, n is 0 or a bound is not finite; out is then untouched.
 */
quipu_error quipu_bounds_linear(double *out, size_t n, double start, double width);
quipu_error quipu_bounds_exponential(double *out, size_t n, double start, double factor);

/* --- reading back ------------------------------------------------------------------------- */

/*
 * The value of a series now, over all threads; everything that happened before the call is
 * in it, rounded as in a scrape. For tests and decisions, not for hot loops. For a histogram,
 * buckets (may be NULL) gets up to n counts of its classic buckets, not cumulative, the +Inf bucket
 * last; one that has native buckets alone has that bucket only.
 * Threads: any. Cost: one load per thread the program ever ran at once. Fails: a sink reads 0.
 */
uint64_t quipu_counter_read(quipu_counter counter);
double quipu_float_counter_read(quipu_float_counter counter);
int64_t quipu_updown_read(quipu_updown updown);
double quipu_gauge_read(quipu_gauge gauge);
quipu_histogram_value quipu_histogram_read(quipu_histogram histogram);
quipu_histogram_value quipu_histogram_read_buckets(quipu_histogram histogram, uint64_t *buckets,
						   size_t n);
quipu_histogram_value quipu_summary_read(quipu_summary summary);
uint64_t quipu_stateset_read(quipu_stateset stateset);

/* --- cardinality -------------------------------------------------------------------------- */

/* How one label of a family behaves. */
typedef struct quipu_label_report {
	const char *name;
	size_t distinct;   /* different values among the family's series now */
	uint64_t rejected; /* different values among rejected label sets, estimated to about 7 % */
} quipu_label_report;

/* How full a family is and which label is to blame: labels come worst first. */
typedef struct quipu_family_report {
	const char *name;
	size_t series;
	size_t max_series;
	uint64_t rejected; /* records that went to the overflow series */
	size_t n_labels;
	quipu_label_report labels[QUIPU_MAX_LABELS];
} quipu_family_report;

/*
 * Calls fn for every family of the registry, by name, with a report valid during the call.
 * fn may do anything but unregister families.
 * Threads: any. Cost: linear in the series, allocates. Fails: QUIPU_ENOMEM.
 */
quipu_error quipu_registry_report(quipu_registry *registry,
				  void (*fn)(const quipu_family_report *report, void *ctx),
				  void *ctx);

/* --- process-wide -------------------------------------------------------------------------- */

/*
 * Address space reserved for each thread's shard, a multiple of 1 MiB from 1 MiB to 1 GiB
 * (default 64 MiB: 8 million counters). Memory is used only where series are.
 * Threads: before the first registry is used. Fails: QUIPU_EOPTION, also when it is too late.
 */
quipu_error quipu_set_shard_size(size_t bytes);

/*
 * For a program that registers liburcu-bp's fork hooks itself (registered twice, a fork
 * deadlocks): switches quipu's off. Threads: before the first fork.
 */
void quipu_set_rcu_fork_hooks(int enabled);

/*
 * Starts the two threads that run callbacks and free what was removed, now rather than when they
 * are first needed. A thread is born with its creator's system call filter, processors and
 * namespaces: before the creator takes on such for itself, this has them born without.
 * Threads: any. Cost: two threads, once; later calls a lock. Fails: ENOMEM, ESYSTEM.
 */
quipu_error quipu_start_threads(void);

#ifdef __cplusplus
}
#endif
#endif
