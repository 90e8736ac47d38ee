/* SPDX-License-Identifier: MIT */
/* lock_names.c: see lock_names.h. */
#include "lock_names.h"

#include "atomic.h"
#include "own_lock.h"

#include <quipu/contend.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define MAX_NAME 64
#define N_ENTRIES (2 * QC_N_LOCK_NAMES) /* half of them stay empty, so that a search is short */

static struct entry {
	const void *lock; /* NULL: never used, a search ends here */
	unsigned name;
} entries[N_ENTRIES];

static char texts[QC_N_LOCK_NAMES + 1][MAX_NAME + 1];

/* Below: under the lock. */
static struct qc_own_lock own = QC_OWN_LOCK_INIT;
static unsigned n_texts, n_locks;
static unsigned n_used; /* entries that are not empty, which is read without it, too */

static const char forgotten; /* its address stands for a lock that was */

static unsigned first_entry(const void *lock)
{
	return (unsigned)(((uintptr_t)lock >> 2) * UINT64_C(0x9e3779b97f4a7c15) >> 40);
}

/* The lock's entry; NULL: there is none. *empty (may be NULL): one that it could have. */
static struct entry *find(const void *lock, struct entry **empty)
{
	unsigned i = first_entry(lock), probes;

	for (probes = 0; probes < N_ENTRIES; probes++, i++) {
		struct entry *entry = &entries[i % N_ENTRIES];
		/* acquire: pairs with the release in enter */
		const void *found = qc_load_acquire(&entry->lock);

		if (found == lock)
			return entry;
		if (empty && !*empty && (!found || found == &forgotten))
			*empty = entry;
		if (!found)
			return NULL;
	}
	return NULL;
}

unsigned qc_lock_name_find(const void *lock)
{
	const struct entry *entry;

	/* relaxed: a lock that is named at this moment may have its name now or later */
	if (qc_load_relaxed(&n_used) == 0)
		return 0;
	entry = find(lock, NULL);
	/* acquire: a name that was given to a lock which had another one brings its text */
	return entry ? qc_load_acquire(&entry->name) : 0;
}

const char *qc_lock_name_text(unsigned name)
{
	return name ? texts[name] : NULL;
}

/* --- naming --------------------------------------------------------------------------------- */

/* Bytes that follow the first one; -1: no first byte of UTF-8. */
static int n_following(unsigned char first)
{
	if (first < 0x80)
		return 0;
	if (first >= 0xc2 && first < 0xe0)
		return 1;
	if (first >= 0xe0 && first < 0xf0)
		return 2;
	return first >= 0xf0 && first < 0xf5 ? 3 : -1;
}

/* Overlong forms, surrogates and what is beyond U+10FFFF show in the second byte. */
static bool is_second(unsigned char first, unsigned char second)
{
	unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;

	return second >= low && second <= high;
}

static bool is_utf8(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	int more, i;

	for (; *at; at += 1 + more) {
		more = n_following(*at);
		if (more < 0 || (more > 0 && !is_second(at[0], at[1])))
			return false;
		for (i = 2; i <= more; i++) {
			if ((at[i] & 0xc0) != 0x80)
				return false;
		}
	}
	return true;
}

static bool is_name(const char *name)
{
	return name && *name && strnlen(name, MAX_NAME + 1) <= MAX_NAME && is_utf8(name);
}

/* The name's number, given to it now if it is new; 0: no room. */
static unsigned number_of(const char *name)
{
	unsigned i;

	for (i = 1; i <= n_texts; i++) {
		if (strcmp(texts[i], name) == 0)
			return i;
	}
	if (n_texts == QC_N_LOCK_NAMES)
		return 0;
	memcpy(texts[i], name, strlen(name) + 1);
	return n_texts = i;
}

static quipu_error enter(const void *lock, unsigned name)
{
	struct entry *empty = NULL, *entry = find(lock, &empty);

	if (!entry && (!empty || n_locks == QC_N_LOCK_NAMES))
		return QUIPU_EFULL;
	if (entry) {
		qc_store_release(&entry->name, name); /* release: with its text */
		return QUIPU_OK;
	}
	n_locks++;
	qc_store_relaxed(&n_used, n_used + 1); /* relaxed: as in qc_lock_name_find */
	qc_store_release(&empty->name, name);  /* release: its place may have been another lock's */
	/* release: pairs with the acquire in find; the name is there */
	qc_store_release(&empty->lock, lock);
	return QUIPU_OK;
}

quipu_error quipu_contend_name(const void *lock, const char *name)
{
	quipu_error error = QUIPU_EFULL;
	unsigned number;

	if (!lock || !is_name(name))
		return QUIPU_ENAME;
	qc_own_lock(&own);
	number = number_of(name);
	if (number)
		error = enter(lock, number);
	qc_own_unlock(&own);
	return error;
}

void quipu_contend_forget(const void *lock)
{
	struct entry *entry;

	if (!lock)
		return;
	qc_own_lock(&own);
	entry = find(lock, NULL);
	if (entry) {
		n_locks--;
		/* relaxed: nothing follows from it */
		qc_store_relaxed(&entry->lock, (const void *)&forgotten);
	}
	qc_own_unlock(&own);
}

/* --- fork ------------------------------------------------------------------------------------ */

void qc_lock_names_before_fork(void)
{
	qc_own_lock(&own);
}

void qc_lock_names_after_fork(void)
{
	qc_own_unlock(&own);
}
