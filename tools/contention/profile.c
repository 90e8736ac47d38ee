/* SPDX-License-Identifier: MIT */
/* profile.c: see profile.h. One block: the profile, its objects, its sites. */
#include "objects.h"
#include "profile.h"

#include "lock_names.h"
#include "mode.h"
#include "store.h"
#include "totals.h"

#include <stdlib.h>
#include <string.h>

static bool read_figures(unsigned i, struct qc_site *site)
{
	struct qc_figures figures;

	qc_store_read(i, &figures);
	site->waits = figures.waits;
	site->ns = figures.ns;
	site->max_ns = figures.max_ns;
	site->busy = figures.busy;
	memcpy(site->buckets, figures.buckets, sizeof site->buckets);
	return figures.waits || figures.busy;
}

static bool read_site(unsigned i, struct qc_site *site)
{
	struct qc_place place;
	const struct qc_frame *frames = qc_objects_frames(i);

	if (!frames || !qc_site_read(i, &place) || !read_figures(i, site))
		return false;
	site->kind = place.kind;
	site->lock = qc_lock_name_text(place.name);
	site->n_frames = place.trace.n;
	memcpy(site->frames, frames, sizeof site->frames);
	return true;
}

/* What there was no room for, by kind. */
static bool read_rest(unsigned kind, struct qc_site *site)
{
	memset(site, 0, sizeof *site);
	site->kind = (enum qc_kind)kind;
	return read_figures(kind, site);
}

static void read_sites(struct qc_profile *profile)
{
	struct qc_site *site = profile->sites;
	unsigned i;

	for (i = 0; i < QC_FIRST_SITE; i++) {
		if (read_rest(i, site))
			profile->totals.overflowed += site++->waits;
	}
	for (; i < QC_N_SITES; i++) {
		if (read_site(i, site))
			site++;
	}
	profile->n_sites = (size_t)(site - profile->sites);
}

static void read_totals(struct qc_totals *totals)
{
	unsigned kind;

	for (kind = 0; kind < QC_N_KINDS; kind++)
		totals->calls[kind] = qc_store_read_calls((enum qc_kind)kind);
	totals->early = qc_early_calls();
	totals->capacity = QC_N_SITES - QC_FIRST_SITE;
}

/* Room for all sites, as more of them may come meanwhile. */
static struct qc_profile *profile_new(void)
{
	struct qc_profile *profile = calloc(1, sizeof *profile);
	struct qc_site *sites = malloc(QC_N_SITES * sizeof *sites);

	if (!profile || !sites) {
		free(profile);
		free(sites);
		return NULL;
	}
	profile->sites = sites;
	return profile;
}

static bool copy_objects(struct qc_profile *profile)
{
	const struct qc_object *all = qc_objects_all(&profile->n_objects);
	struct qc_object *copy = malloc((profile->n_objects + 1) * sizeof *copy);

	if (copy && profile->n_objects)
		memcpy(copy, all, profile->n_objects * sizeof *copy);
	profile->objects = copy;
	return copy != NULL;
}

struct qc_profile *qc_profile_read(void)
{
	struct qc_profile *profile = profile_new();
	bool done;

	if (!profile)
		return NULL;
	read_totals(&profile->totals);
	qc_objects_lock();
	done = qc_objects_resolve();
	if (done)
		read_sites(profile);
	done = done && copy_objects(profile);
	qc_objects_unlock();
	if (done)
		return profile;
	qc_profile_free(profile);
	return NULL;
}

void qc_profile_free(struct qc_profile *profile)
{
	if (!profile)
		return;
	free((void *)profile->objects);
	free(profile->sites);
	free(profile);
}

bool qc_profile_has_waits(void)
{
	return qc_store_has_waits();
}

bool qc_profile_is_hit(void)
{
	unsigned kind;

	for (kind = 0; kind < QC_N_KINDS; kind++) {
		if (qc_store_read_calls((enum qc_kind)kind))
			return true;
	}
	return qc_was_hit();
}
