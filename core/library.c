/* SPDX-License-Identifier: MIT */
/*
 * library.c: start-up, fork, version: what belongs to the process and to no noun.
 *
 * Writers: the first caller of qp_library_init, under the catalog lock.
 * Readers: everybody, by an acquire load of `ready`.
 *
 * fork: the prepare handler takes liburcu's locks and then ours in rank order, so the
 * child inherits nothing half-changed. liburcu first, because a grace period may be running: a
 * host's reader that it waits for may in turn wait for one of our locks. It is registered after the
 * allocator's own handlers, hence runs before them: our locks, then the allocator's, as everywhere
 * else.
 */
#include "annex.h"
#include "base/alloc.h"
#include "base/atomic.h"
#include "base/cell.h"
#include "base/lock.h"
#include "base/rcu.h"
#include "callback.h"
#include "exemplar.h"
#include "idle.h"
#include "labels.h"
#include "native.h"
#include "recent.h"
#include "registry.h"
#include "retire.h"
#include "series.h"
#include "shard.h"

#include <quipu/quipu.h>

#include <pthread.h>

#define DEFAULT_SHARD_BYTES (64u << 20)
#define MIB (1u << 20)

static bool ready;
static uint32_t shard_bytes = DEFAULT_SHARD_BYTES;

static void before_fork(void)
{
	qp_rcu_before_fork();
	qp_lock(&qp_kit_lock);
	qp_lock(&qp_catalog_lock);
	qp_lock(&qp_shards_lock);
	qp_lock(&qp_retire_lock);
}

static void after_fork_parent(void)
{
	qp_unlock(&qp_retire_lock);
	qp_unlock(&qp_shards_lock);
	qp_unlock(&qp_catalog_lock);
	qp_unlock(&qp_kit_lock);
	qp_rcu_after_fork_parent();
}

static void after_fork_child(void)
{
	qp_retire_after_fork_child();
	qp_shards_after_fork_child();
	qp_exemplars_after_fork_child();
	qp_series_after_fork_child();
	qp_recent_after_fork_child();
	qp_callbacks_after_fork_child();
	qp_idle_after_fork_child();
	qp_lock_reset(&qp_retire_lock);
	qp_lock_reset(&qp_shards_lock);
	qp_lock_reset(&qp_catalog_lock);
	qp_lock_reset(&qp_kit_lock);
	qp_rcu_after_fork_child();
}

/* Once for the process, even when a later step fails and init is tried again. */
static bool init_once(void)
{
	static bool done;

	if (done)
		return true;
	if (pthread_atfork(before_fork, after_fork_parent, after_fork_child) != 0)
		return false;
	qp_alloc_init();
	qp_rcu_init();
	qp_labels_init();
	qp_cell_detect();
	qp_native_init();
	qp_retire_init();
	qp_callbacks_init();
	qp_slots_init(shard_bytes);
	qp_annex_init(shard_bytes);
	done = true;
	return true;
}

bool qp_library_init(void)
{
	bool done;

	/* acquire: pairs with the release below; everything set up is visible */
	if (qp_likely(qp_load_acquire(&ready)))
		return true;
	qp_lock(&qp_catalog_lock);
	done = init_once() && qp_shards_init(shard_bytes);
	if (done)
		qp_store_release(&ready, true); /* pairs with the acquire above */
	qp_unlock(&qp_catalog_lock);
	return done;
}

quipu_error quipu_set_shard_size(size_t bytes)
{
	quipu_error error = QUIPU_OK;

	qp_lock(&qp_catalog_lock);
	/* relaxed: written under the lock that is held */
	if (qp_load_relaxed(&ready) || bytes < MIB || bytes > 1024u * MIB || bytes % MIB != 0)
		error = QUIPU_EOPTION;
	else
		shard_bytes = (uint32_t)bytes;
	qp_unlock(&qp_catalog_lock);
	return error;
}

quipu_error quipu_start_threads(void)
{
	bool both;

	if (!qp_library_init())
		return QUIPU_ENOMEM;
	qp_lock(&qp_catalog_lock);
	both = qp_callbacks_start() && qp_retire_start();
	qp_unlock(&qp_catalog_lock);
	return both ? QUIPU_OK : QUIPU_ESYSTEM;
}

const char *quipu_version(void)
{
	return QUIPU_VERSION;
}

const char *quipu_strerror(quipu_error error)
{
	static const char *const texts[] = {
#define X(name, text) text,
		QUIPU_ERROR_MAP(X)
#undef X
	};

	if (error < 0 || error >= QUIPU_N_ERRORS)
		return "unknown error";
	return texts[error];
}
