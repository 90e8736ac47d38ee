/* SPDX-License-Identifier: MIT */
/* made_up.c: see made_up.h. */
#include "made_up.h"

#include "names/names.h"
#include "recorder.h"
#include "thread.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct qc_site sites[MADE_UP_SITES];
static size_t n_sites;
static struct qc_totals totals;
static struct qc_object objects[] = { { "/usr/bin/made-up", "ab12" }, { "/lib/libother.so", "" } };
static unsigned slowness_ms;

__thread struct qc_thread qc_thread;

/* --- what was recorded --------------------------------------------------------------------- */

struct qc_site *made_up_site(enum qc_kind kind, const char *name, unsigned object, uint64_t offset)
{
	struct qc_site *site;

	pthread_mutex_lock(&lock);
	site = &sites[n_sites++];
	*site = (struct qc_site){ .kind = kind, .lock = name, .n_frames = offset ? 1 : 0 };
	site->frames[0] = (struct qc_frame){ object, offset };
	pthread_mutex_unlock(&lock);
	return site;
}

void made_up_wait(struct qc_site *site, uint64_t ns, uint64_t waits)
{
	unsigned bucket = 0;

	while (bucket < QC_N_BOUNDS && ns > qc_spread_bound(bucket))
		bucket++;
	pthread_mutex_lock(&lock);
	site->waits += waits;
	site->ns += ns * waits;
	if (ns > site->max_ns)
		site->max_ns = ns;
	site->buckets[bucket] += waits;
	pthread_mutex_unlock(&lock);
}

void made_up_forget(void)
{
	pthread_mutex_lock(&lock);
	n_sites = 0;
	pthread_mutex_unlock(&lock);
}

void made_up_totals(const struct qc_totals *given)
{
	pthread_mutex_lock(&lock);
	totals = *given;
	pthread_mutex_unlock(&lock);
}

void made_up_object(unsigned object, const char *path, const char *build_id)
{
	objects[object] = (struct qc_object){ path, build_id };
}

bool qc_profile_has_waits(void)
{
	return n_sites > 0;
}

struct qc_profile *qc_profile_read(void)
{
	struct qc_profile *profile = calloc(1, sizeof *profile);

	pthread_mutex_lock(&lock);
	*profile = (struct qc_profile){ 2, n_sites, objects, malloc(sizeof sites), totals };
	memcpy(profile->sites, sites, sizeof sites);
	pthread_mutex_unlock(&lock);
	return profile;
}

void qc_profile_free(struct qc_profile *profile)
{
	if (profile)
		free(profile->sites);
	free(profile);
}

/* --- names --------------------------------------------------------------------------------- */

void made_up_slow_names(unsigned ms)
{
	__atomic_store_n(&slowness_ms, ms, __ATOMIC_RELAXED); /* relaxed: a test's setting */
}

struct qc_names *qc_names_open(const char *debug_path)
{
	(void)debug_path;
	return calloc(1, 1);
}

void qc_names_close(struct qc_names *names)
{
	free(names);
}

size_t qc_names_of(struct qc_names *names, const char *path, const char *build_id, uint64_t offset,
		   struct qc_name out[QC_MAX_INLINED], const char **why)
{
	size_t n = 0;

	(void)names, (void)path, (void)build_id, (void)why;
	usleep(1000 * __atomic_load_n(&slowness_ms, __ATOMIC_RELAXED)); /* relaxed: as above */
	if (offset >= MADE_UP_NAMELESS)
		return 0;
	if (offset % 16 == 15 || offset == MADE_UP_WAY)
		out[n++] = (struct qc_name){ "std::mutex::lock()", "/usr/include/mutex", 100 };
	if (offset != MADE_UP_WAY)
		out[n++] = (struct qc_name){ "work", "/src/deep/work.c", (unsigned)(offset / 16) };
	return n;
}

bool qc_name_is_wrapper(const struct qc_name *name)
{
	return strcmp(name->function, "std::mutex::lock()") == 0;
}

/* --- switching ----------------------------------------------------------------------------- */

static bool on;

quipu_error qc_open(void)
{
	return QUIPU_OK;
}

void qc_on(void)
{
	on = true;
}

void qc_off(void)
{
	on = false;
}

bool qc_is_on(void)
{
	return on;
}

void qc_set_stacks(bool walk)
{
	(void)walk;
}

bool qc_is_in_place(void)
{
	return true;
}
