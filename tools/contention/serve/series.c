/* SPDX-License-Identifier: MIT */
/*
 * series.c: see series.h.
 *
 * Writers:  the callback thread learns and books, the reporter names; one at a time, under the lock,
 *           which nobody holds while names are looked for.
 * Readers:  the callback thread, under the lock.
 * Publication: the lock.
 * Reclamation: none; the ledger lasts, as nothing that was shown may fall. A forked child leaves its
 *           parent's where it is: another thread may have been at work on it.
 */
#include "series.h"

#include "families.h"
#include "ledger.h"
#include "outside_series.h"
#include "quiet.h"
#include "reporter.h"

#include <quipu/collect.h>
#include <quipu/metric.h>

#include <pthread.h>

#define PATIENCE_MS 2000 /* for names of new places; without them they are held back */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct qc_ledger *ledger;
static const struct qc_ledger *of_parent
	__attribute__((used)); /* never looked at: it is not lost, only left */
static size_t top;

/* Below: who starts and stops. The program's registry and what is served beside it show the same: what
 * is booked stays booked, whoever asks. */
static struct shown {
	quipu_registry *registry; /* NULL: not shown there */
	quipu_callback callback;
} shown[QC_N_SHOWN];

/* --- names --------------------------------------------------------------------------------- */

/* The reporter's; once opened it stays, with all that it has read. */
static struct qc_namer opened;
static bool is_open;
static struct qc_namer namer_of_parent __attribute__((used)); /* as of_parent */

static struct qc_namer *namer(void)
{
	is_open = is_open || qc_namer_open(&opened);
	return is_open ? &opened : NULL;
}

static struct qc_ledger_entry *next_unnamed(void)
{
	struct qc_ledger_entry *entry;

	pthread_mutex_lock(&lock);
	entry = ledger ? qc_ledger_unnamed(ledger) : NULL;
	pthread_mutex_unlock(&lock);
	return entry;
}

static bool give_name(struct qc_ledger_entry *entry, struct qc_labels *labels)
{
	bool given;

	pthread_mutex_lock(&lock);
	given = qc_ledger_name(ledger, entry, labels);
	pthread_mutex_unlock(&lock);
	if (!given)
		qc_labels_free(labels);
	return given;
}

/* Out of memory: the next time, perhaps. */
bool qc_series_name_one(void)
{
	struct qc_ledger_entry *entry = next_unnamed();
	struct qc_labels labels;

	return entry && qc_labels_of(qc_ledger_where(entry), namer(), &labels) &&
	       give_name(entry, &labels);
}

/* Where there is no reporter to be had the scrape does it. */
static void get_names(void)
{
	if (!next_unnamed())
		return;
	if (qc_reporter_start())
		qc_reporter_wait_named(qc_reporter_ask(), PATIENCE_MS);
	else
		while (qc_series_name_one()) {
		}
}

/* --- what locks were waited for ------------------------------------------------------------ */

struct labelled {
	const struct qc_counts *counts;
	const char *values[5];
};

static struct labelled of_group(const struct qc_group *group)
{
	const struct qc_labels *labels = &group->labels;

	return (struct labelled){ &group->own,
				  { labels->site, labels->function, labels->object,
				    qc_kind_label(labels->kind), labels->lock } };
}

static struct labelled of_other(enum qc_kind kind)
{
	return (struct labelled){ qc_ledger_other(ledger, kind),
				  { "other", "", "", qc_kind_label(kind), "" } };
}

static void emit_waits(quipu_emitter *emitter, const struct labelled *series)
{
	if (qc_counts_waits(series->counts))
		quipu_emit_histogram(emitter, series->counts->buckets,
				     (double)series->counts->ns / 1e9, series->values);
}

static void emit_busy(quipu_emitter *emitter, const struct labelled *series)
{
	if (series->counts->busy)
		quipu_emit_integer(emitter, series->counts->busy, series->values);
}

static void emit_all(quipu_emitter *emitter,
		     void (*emit)(quipu_emitter *emitter, const struct labelled *series))
{
	const struct qc_group *group;
	struct labelled series;
	enum qc_kind kind;
	size_t i;

	for (i = 0; i < qc_ledger_n_groups(ledger); i++) {
		group = qc_ledger_group(ledger, i);
		series = of_group(group);
		if (group->shown)
			emit(emitter, &series);
	}
	for (kind = 0; kind < QC_N_KINDS; kind++) {
		series = of_other(kind);
		emit(emitter, &series);
	}
}

static void emit_ledger(quipu_emitter *emitter)
{
	pthread_mutex_lock(&lock);
	qc_ledger_book(ledger);
	if (qc_family_begin(emitter, QC_FAMILY_WAIT))
		emit_all(emitter, emit_waits);
	if (qc_family_begin(emitter, QC_FAMILY_BUSY))
		emit_all(emitter, emit_busy);
	pthread_mutex_unlock(&lock);
}

static size_t n_places(const struct qc_profile *profile)
{
	size_t n = 0, i;

	for (i = 0; i < profile->n_sites; i++)
		n += profile->sites[i].n_frames > 0;
	return n;
}

static void emit_totals(quipu_emitter *emitter, const struct qc_profile *profile)
{
	const char *label;
	enum qc_kind kind;

	if (qc_family_begin(emitter, QC_FAMILY_CALLS)) {
		for (kind = 0; kind < QC_N_KINDS; kind++) {
			label = qc_kind_label(kind);
			quipu_emit_integer(emitter, profile->totals.calls[kind], &label);
		}
	}
	qc_family_of_one(emitter, QC_FAMILY_SITES, (double)n_places(profile));
	qc_family_of_one(emitter, QC_FAMILY_CAPACITY, profile->totals.capacity);
	qc_family_of_one(emitter, QC_FAMILY_OVERFLOWED, (double)profile->totals.overflowed);
}

/* --- the collector ------------------------------------------------------------------------- */

static bool learn(const struct qc_profile *profile)
{
	bool there;

	pthread_mutex_lock(&lock);
	if (!ledger)
		ledger = qc_ledger_new();
	there = ledger != NULL;
	if (there) {
		qc_ledger_set_top(ledger, top);
		qc_ledger_learn(ledger, profile);
	}
	pthread_mutex_unlock(&lock);
	return there;
}

static void collect(quipu_emitter *emitter, void *unused)
{
	struct qc_quiet quiet = qc_quiet_begin();
	struct qc_profile *profile = qc_profile_read();

	(void)unused;
	if (profile && learn(profile)) {
		get_names();
		emit_ledger(emitter);
	}
	if (profile)
		emit_totals(emitter, profile);
	qc_profile_free(profile);
	qc_outside_emit(emitter);
	qc_quiet_end(quiet);
}

quipu_error qc_series_start(enum qc_shown in, quipu_registry *registry, size_t most)
{
	if (shown[in].registry)
		return QUIPU_EDUPLICATE;
	pthread_mutex_lock(&lock);
	top = most;
	pthread_mutex_unlock(&lock);
	shown[in].callback = quipu_collector_add(registry, collect, NULL);
	if (!shown[in].callback.id)
		return QUIPU_ENOMEM;
	shown[in].registry = registry;
	return QUIPU_OK;
}

void qc_series_stop(enum qc_shown in)
{
	if (shown[in].registry)
		quipu_callback_remove(shown[in].registry, shown[in].callback);
	shown[in].registry = NULL;
}

void qc_series_after_fork_child(void)
{
	pthread_mutex_init(&lock, NULL);
	of_parent = ledger;
	ledger = NULL;
	namer_of_parent = opened;
	is_open = false;
}
