/* SPDX-License-Identifier: MIT */
/* waiting.c: see waiting.h. */
#include "waiting.h"

#include "../asleep.h"

#include "tools/contention/profile.h"

#include <criterion/criterion.h>

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static void *run(void *waiting)
{
	struct waiting *self = waiting;

	/* release: pairs with the acquire below */
	__atomic_store_n(&self->tid, gettid(), __ATOMIC_RELEASE);
	self->call(self->of);
	return NULL;
}

void waiting_start(struct waiting *waiting, void (*call)(void *), void *of)
{
	*waiting = (struct waiting){ .call = call, .of = of };
	cr_assert_eq(pthread_create(&waiting->thread, NULL, run, waiting), 0);
	while (!__atomic_load_n(&waiting->tid, __ATOMIC_ACQUIRE)) /* acquire: pairs with run */
		usleep(100);
	cr_assert(see_asleep(waiting->tid));
}

void waiting_join(struct waiting *waiting)
{
	cr_assert_eq(pthread_join(waiting->thread, NULL), 0);
}

static bool is_of_kind(const struct qc_site *site, const void *kind)
{
	return site->kind == *(const enum qc_kind *)kind;
}

static bool is_of_lock(const struct qc_site *site, const void *name)
{
	return site->lock && strcmp(site->lock, name) == 0;
}

static struct sums add_up(bool (*is_one)(const struct qc_site *site, const void *of),
			  const void *of)
{
	struct qc_profile *profile = qc_profile_read();
	struct sums sums = { 0, 0, 0, 0 };
	size_t i;

	cr_assert_not_null(profile);
	for (i = 0; i < profile->n_sites; i++) {
		const struct qc_site *site = &profile->sites[i];

		if (!is_one(site, of))
			continue;
		sums.sites++;
		sums.waits += site->waits;
		sums.ns += site->ns;
		sums.busy += site->busy;
	}
	qc_profile_free(profile);
	return sums;
}

struct sums sums_of(enum qc_kind kind)
{
	return add_up(is_of_kind, &kind);
}

struct sums sums_of_lock(const char *name)
{
	return add_up(is_of_lock, name);
}
