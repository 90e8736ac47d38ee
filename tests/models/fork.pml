/* SPDX-License-Identifier: MIT */
/*
 * fork.pml: a fork while others hold locks, read, wait for grace periods, attach and scrape.
 *
 * Stands for              step here
 * core/library.c          before_fork, after_fork_parent, after_fork_child
 * core/base/rcu.c         qp_rcu_before_fork and its fellows: liburcu-bp's grace period lock and its
 *                           registry's; qp_rcu_register
 * core/base/lock.c        the three locks, in rank order; qp_lock_reset in the child
 * core/scrape.c           the forking thread's own snapshot: is_from_before_fork
 * core/retire.c           reaper: pass_grace waits without our locks; qp_retire_after_fork_child
 * core/shard.c            worker: the shards lock while it appends; qp_shards_after_fork_child
 * core/slots.c            maker: a series, with the catalog lock, and qp_shards_grow
 * liburcu-bp              synchronize: the grace period lock held throughout, the registry's dropped
 *                           while it waits for a reader
 *
 * Abstracted: the child is what its only thread can see: after the fork step all the other processes
 * stand still for ever, and what they held they hold. Whether the child starts at zero is the kernel's
 * (WIPEONFORK) or qp_shards_after_fork_child's doing, for each shard in the list.
 *
 * F1 (P2 of the child): every shard starts at zero and can be adopted, but the child's own.
 * F2: what is guarded by a lock is whole in the child. F3 (T2): no snapshot of the parent's holds
 * anything back. F4 (P6): nor is a snapshot walked that the forking thread had open: what it lists may
 * be gone. Nobody is stuck, in parent and child: the child takes every lock, registers, waits for
 * a grace period and retires. P2: what the parent counted is untouched.
 *
 * check: -DCHILD=0
 * check: -DCHILD=1
 * large: -DCHILD=0
 * large: -DCHILD=1
 * mutant 1 stuck -DCHILD=0: our locks are taken before liburcu's, and a host's reader wants one
 * mutant 2 stuck -DCHILD=1: the child keeps the catalog lock
 * mutant 3 F2 -DCHILD=1: the fork does not take the shards lock
 * mutant 4 stuck -DCHILD=1: liburcu's hooks are not called, so its locks stay taken
 * mutant 5 F1 -DCHILD=1: the child does not zero what the kernel does not wipe
 * mutant 6 F1 -DCHILD=1: the owners' mutexes are not made anew
 * mutant 7 F3 -DCHILD=1: the parent's snapshots stay open
 * mutant 8 stuck -DCHILD=0: the fork takes catalog and shards in the wrong order
 * mutant 10 stuck -DCHILD=0: a thread registers with liburcu while it holds the catalog lock
 * mutant 11 F4 -DCHILD=1: the child reads on in its parent's scrape
 * mutant 9 stuck -DCHILD=0: grace periods are waited for with the catalog lock held
 */
#ifndef MUTANT
#define MUTANT 0
#endif

hidden byte in_F4 = 1, in_P2 = 1, in_F1 = 1, in_F2 = 1, in_F3 = 1; /* names for assertions */

#define NOBODY 0
#define FORKER 1
#define WORKER 2
#define READER 3
#define REAPER 4
#define SCRAPER 5
#define MAKER 6

bool forked = false; /* this is the child: of all the processes only the forker lives */

/* Who holds each. */
byte gp_lock, registry_lock; /* liburcu-bp's */
byte catalog, shards, retire;

bool reading[7];     /* in a read section */
bool registered[7];
byte torn = 0;       /* what the shards lock guards is being changed */
byte catalog_torn = 0;
byte n_open = 0;     /* snapshots */
byte own_number = 0; /* of the forker's; 0: not open, or no more */
bool reclaimed = false; /* what it lists */
bool to_reap = true; /* the reaper has something to do */

/* Two shards: the worker's (2, appended here) and the forker's (1). The first is wiped by the kernel,
 * the second where the kernel refuses that. */
byte count[3], own[3];
byte n_listed = 1;

inline acquire(lock, who) { atomic { lock == NOBODY -> lock = who } }
inline release(lock) { lock = NOBODY }

/* qp_rcu_register */
inline join(who) {
	acquire(registry_lock, who);
	registered[who] = true;
	release(registry_lock)
}

/* A thread that attaches, records and registers. */
active proctype worker() {
	{
		acquire(shards, WORKER);
		torn = 1;
		atomic { n_listed = 2; own[2] = WORKER };
		torn = 0;
		release(shards);
		count[2]++;
		join(WORKER)
	} unless { forked }
}

/* Somebody who makes a series, for which the space must grow. */
active proctype maker() {
	{
		acquire(catalog, MAKER);
		catalog_torn = 1;
#if MUTANT == 10
		join(MAKER);
#endif
		acquire(shards, MAKER);
		release(shards);
		catalog_torn = 0;
		release(catalog)
	} unless { forked }
}

/* A host's reader, which wants a series while it reads (with the catalog lock). */
active proctype reader() {
	{
		join(READER);
		reading[READER] = true;
		acquire(catalog, READER);
		release(catalog);
		reading[READER] = false
	} unless { forked }
}

inline synchronize(who) {
	atomic { gp_lock == NOBODY -> gp_lock = who };
	atomic { registry_lock == NOBODY -> registry_lock = who };
	do
	:: atomic { reading[READER] -> registry_lock = NOBODY };
		!reading[READER];
		atomic { registry_lock == NOBODY -> registry_lock = who }
	:: atomic { !reading[READER] -> break }
	od;
	registry_lock = NOBODY;
	gp_lock = NOBODY
}

active proctype reaper() {
	{
		acquire(retire, REAPER);
		to_reap = false;
		release(retire);
#if MUTANT == 9
		acquire(catalog, REAPER);
#endif
		synchronize(REAPER);
#if MUTANT != 9
		acquire(catalog, REAPER);
#endif
		acquire(retire, REAPER);
		release(retire);
		release(catalog)
	} unless { forked }
}

active proctype scraper() {
	{
		acquire(catalog, SCRAPER);
		acquire(retire, SCRAPER);
		n_open++;
		release(retire);
		release(catalog);
		/* sums */
		acquire(retire, SCRAPER);
		n_open--;
		release(retire)
	} unless { forked }
}

#define TAKE(lock) atomic { lock == NOBODY -> lock = FORKER }
#define FREE(lock) lock = NOBODY

inline rcu_before_fork() {
	TAKE(registry_lock); /* qp_rcu_register */
	atomic { registered[FORKER] = true; FREE(registry_lock) };
#if MUTANT != 4
	TAKE(gp_lock);
	TAKE(registry_lock)
#endif
}

inline rcu_after_fork() {
	atomic {
		registry_lock = (MUTANT == 4 -> registry_lock : NOBODY);
		gp_lock = (MUTANT == 4 -> gp_lock : NOBODY)
	}
}

inline before_fork() {
#if MUTANT == 1
	TAKE(catalog);
	rcu_before_fork();
#elif MUTANT == 8
	rcu_before_fork();
	TAKE(shards);
	TAKE(catalog);
#else
	rcu_before_fork();
	TAKE(catalog);
#endif
#if MUTANT != 3 && MUTANT != 8
	TAKE(shards);
#endif
	TAKE(retire)
}

inline after_fork_parent() {
	FREE(retire);
#if MUTANT != 3
	FREE(shards);
#endif
	FREE(catalog);
	rcu_after_fork()
}

/* urcu_bp_after_fork_child forgets all other readers. */
inline rcu_after_fork_child() {
	rcu_after_fork();
	reading[READER] = false;
	registered[READER] = false;
	registered[WORKER] = false
}

inline after_fork_child() {
#if MUTANT != 7
	n_open = 0;
#endif
	own_number = 0;
	i = 1;
	do
	:: i <= n_listed ->
#if MUTANT != 5
		count[i] = 0; /* by hand */
#endif
#if MUTANT != 6
		own[i] = (i == 1 -> FORKER : NOBODY);
#endif
		i++
	:: else -> break
	od;
	FREE(retire);
	FREE(shards);
#if MUTANT != 2
	FREE(catalog);
#endif
	rcu_after_fork_child()
}

/* Everything that a process can do, alone. */
inline live_as_child() {
	assert(in_F2 && torn == 0 && catalog_torn == 0);
	assert(in_F3 && n_open == 0);
	assert(in_F1 && count[1] == 0 && count[2] == 0);
	assert(in_F1 && own[1] == FORKER && (n_listed == 1 || own[2] == NOBODY));
	TAKE(catalog);
	TAKE(shards);
	TAKE(retire);
	atomic { FREE(retire); FREE(shards); FREE(catalog) };
	TAKE(registry_lock);
	FREE(registry_lock);
	/* something is removed, and its reaper comes by */
	synchronize(FORKER);
	reclaimed = (n_open == 0);
	/* and its thread asks for the scrape's next piece */
	assert(in_F4 && ((own_number == 0 && MUTANT != 11) || !reclaimed))
}

active proctype forker() {
	byte i = 0;

	atomic { own[1] = FORKER; count[1] = 1 };
	/* opens a scrape */
	TAKE(catalog);
	TAKE(retire);
	atomic { n_open++; own_number = 1 };
	FREE(retire);
	FREE(catalog);
	before_fork();
#if CHILD
	forked = true;
	atomic { after_fork_child(); i = 0 };
	live_as_child()
#else
	after_fork_parent();
	assert(in_F4 && own_number == 1);
	assert(in_P2 && count[1] == 1)
#endif
}
