/* SPDX-License-Identifier: MIT */
/*
 * outside_series.c: see outside_series.h.
 *
 * Writers, readers: the callback thread.
 */
#include "outside_series.h"

#include "../outside/outside.h"
#include "families.h"

#include <string.h>

static void emit_switches(quipu_emitter *emitter, const struct qc_switches *switches)
{
	static const char *const voluntary = "voluntary", *const involuntary = "involuntary";

	if (!switches->known || !qc_family_begin(emitter, QC_FAMILY_SWITCHES))
		return;
	quipu_emit_integer(emitter, switches->voluntary, &voluntary);
	quipu_emit_integer(emitter, switches->involuntary, &involuntary);
}

static void emit_scheduling(quipu_emitter *emitter, const struct qc_scheduling *scheduling)
{
	if (!scheduling->known)
		return;
	qc_family_of_one(emitter, QC_FAMILY_ON_CPU, (double)scheduling->on_cpu_ns / 1e9);
	qc_family_of_one(emitter, QC_FAMILY_RUN_QUEUE, (double)scheduling->run_queue_ns / 1e9);
}

static void emit_pressure(quipu_emitter *emitter, const struct qc_pressure *pressure)
{
	if (!pressure->scope || !qc_family_begin(emitter, QC_FAMILY_PRESSURE))
		return;
	quipu_emit_value(emitter, (double)pressure->some_ns / 1e9,
			 (const char *const[]){ pressure->scope, "some" });
	quipu_emit_value(emitter, (double)pressure->full_ns / 1e9,
			 (const char *const[]){ pressure->scope, "full" });
}

/* --- the allocator ------------------------------------------------------------------------- */

#define MAX_CLASSES 32 /* there are 22 */

/* A mutex of the process, or the same one of all arenas together. Arenas may go and programs may set
 * the statistics back: what is shown never falls. */
struct mutex_class {
	char name[sizeof((struct qc_allocator_mutex *)0)->name];
	uint64_t waits, ns;	      /* now */
	uint64_t seen_waits, seen_ns; /* the last time */
	uint64_t shown_waits, shown_ns;
};

static struct mutex_class classes[MAX_CLASSES];
static size_t n_classes;

static struct mutex_class *class_of(const struct qc_allocator_mutex *mutex)
{
	char name[sizeof mutex->name];
	size_t i = 0;

	qc_allocator_class(mutex->name, name);
	while (i < n_classes && strcmp(classes[i].name, name) != 0)
		i++;
	if (i < n_classes)
		return &classes[i];
	if (n_classes == MAX_CLASSES)
		return NULL;
	memcpy(classes[n_classes].name, name, sizeof name);
	return &classes[n_classes++];
}

static uint64_t rise(uint64_t now, uint64_t seen)
{
	return now > seen ? now - seen : 0;
}

static void settle(struct mutex_class *class)
{
	class->shown_waits += rise(class->waits, class->seen_waits);
	class->shown_ns += rise(class->ns, class->seen_ns);
	class->seen_waits = class->waits;
	class->seen_ns = class->ns;
}

static void sum_up(const struct qc_allocator *allocator)
{
	struct mutex_class *class;
	size_t i;

	for (i = 0; i < n_classes; i++)
		classes[i].waits = classes[i].ns = 0;
	for (i = 0; i < allocator->n; i++) {
		class = class_of(&allocator->mutexes[i]);
		if (class) {
			class->waits += allocator->mutexes[i].waits;
			class->ns += allocator->mutexes[i].ns;
		}
	}
	for (i = 0; i < n_classes; i++)
		settle(&classes[i]);
}

static void emit_allocator(quipu_emitter *emitter, const struct qc_allocator *allocator)
{
	const char *name;
	size_t i;

	if (!allocator->name)
		return;
	sum_up(allocator);
	if (qc_family_begin(emitter, QC_FAMILY_ALLOCATOR_WAIT)) {
		for (i = 0; i < n_classes; i++) {
			name = classes[i].name;
			quipu_emit_value(emitter, (double)classes[i].shown_ns / 1e9, &name);
		}
	}
	if (qc_family_begin(emitter, QC_FAMILY_ALLOCATOR_WAITS)) {
		for (i = 0; i < n_classes; i++) {
			name = classes[i].name;
			quipu_emit_integer(emitter, classes[i].shown_waits, &name);
		}
	}
}

void qc_outside_emit(quipu_emitter *emitter)
{
	struct qc_outside outside;

	qc_outside_read(&outside);
	emit_switches(emitter, &outside.switches);
	emit_scheduling(emitter, &outside.scheduling);
	emit_pressure(emitter, &outside.pressure);
	emit_allocator(emitter, &outside.allocator);
	qc_outside_free(&outside);
}
