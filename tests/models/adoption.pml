/* SPDX-License-Identifier: MIT */
/*
 * adoption.pml: threads attach to shards, record, are interrupted, die; others adopt; scrapes sum.
 *
 * Stands for       step here
 * core/shard.c     attach: qp_shard_attach; find_shard, try_find, adopt, take_place, give_back,
 *                  append: the functions of these names; own: the robust mutex's trylock
 * core/record.c    record's slow way: the overflow shard, by one atomic addition
 * include/quipu/   record: an update of several instructions, between guard and unguard
 *   record.h
 * core/shard_sum.c scrape: overflow shard first, then in list order, loads only
 * the kernel       the end of a writer: its mutex is marked, wherever it ended
 *
 * Abstracted: values are counts of records; one slot; address space that could not be had is a
 * choice; memory is sequentially consistent (orders are ThreadSanitizer's business: the mutants of
 * tests/torture/mutants). A signal's handler is a process for which its thread waits.
 *
 * P2: a sum lies between what was finished when it began and what was begun when it ended; the last
 *     one is exact. P3: it never falls. P5 (H3): never more shards than threads were alive at once.
 * H1: who finds a shard in the list finds it mapped. P1: attaching waits for nobody.
 *
 * check: -DSIGNALS=1 -DSCRAPES=2
 * check: -DRECORDS=2 -DOOM=1 -DOLD=3
 * large: -DWRITERS=3
 * large: -DSIGNALS=1 -DSCRAPES=2 -DOOM=1 -DOLD=3
 * mutant 1 P2 -DOLD=1: a dead owner is looked for and replaced in two steps, the lock released between
 * mutant 2 P2: a shard is adopted although its owner lives
 * mutant 3 P2: no guard, so a handler records into the shard in the middle of an update
 * mutant 4 H1: a shard is in the list before it is mapped
 * mutant 5 P2: a thread that ends adds its count to the overflow shard and then clears its own
 * mutant 6 P2: who cannot attach drops the record
 * mutant 7 P2: the overflow shard is added to by a load and a store
 * mutant 8 P5: nobody adopts
 * mutant 9 P2 -DOLD=2: the spare place is taken by a load and a store
 * mutant 10 stuck: attaching waits for the lock, with signals let in
 */
#ifndef MUTANT
#define MUTANT 0
#endif
#ifndef WRITERS
#define WRITERS 2
#endif
#ifndef RECORDS
#define RECORDS 1 /* of each writer */
#endif
#ifndef SIGNALS
#define SIGNALS 0
#endif
#ifndef SCRAPES
#define SCRAPES 1
#endif
#ifndef OOM
#define OOM 0 /* 1: address space may be out */
#endif
#ifndef OLD
#define OLD 0 /* 1: a shard is left by a thread that has ended; 2: a place is spare */
#endif

hidden byte in_P2 = 1, in_P3 = 1, in_P5 = 1, in_H1 = 1; /* names for assertions */

#define NOBODY 0
#define DEAD   255
#define PLACES (WRITERS * (RECORDS + SIGNALS) + 2 + 1)

/* By place; 0 is the overflow shard's. */
byte count[PLACES];

/* By shard, in list order from 1. */
byte base[WRITERS + SIGNALS + 2];
byte own[WRITERS + SIGNALS + 2];
byte n_listed = 0;
byte cursor = 1;
bool shards_lock = false;
byte n_places = 0;
byte spare = 0;

/* By thread, from 1. */
byte tls_base[WRITERS + 1]; /* a place; 0: NULL */
byte mine[WRITERS + 1];     /* a shard; 0: none */
bool attaching[WRITERS + 1];
bool handled[WRITERS + 1];
byte signals = SIGNALS;

/* What the oracle knows. */
byte begun = 0, finished = 0, alive = 0, peak = 0, over = 0;

/* Here a signal may come. */
inline interrupted() {
	if
	:: atomic { signals > 0 -> signals--; run handler(me) };
		handled[me];
		handled[me] = false
	:: true
	fi
}

inline add_overflow() {
	if
	:: MUTANT != 6 && MUTANT != 7 -> count[0] = count[0] + 1
	:: MUTANT == 7 -> t = count[0]; count[0] = t + 1
	:: MUTANT == 6 -> skip
	fi
}

/*
 * pthread_mutex_trylock and _consistent; a dead owner is as good as none. Here and below a step is
 * one access to what other threads see; what belongs to this thread or to the lock that it holds
 * goes along.
 */
inline adopt() {
	atomic { start = cursor; at = start };
	do
	:: atomic {
		n_listed != 0 && MUTANT != 8 && found == 0 && at != 0 ->
		cursor = (at < n_listed -> at + 1 : 1);
		found = (MUTANT == 2 || own[at] == DEAD || own[at] == NOBODY -> at : 0);
#if MUTANT != 1
		own[at] = (found != 0 -> me : own[at]);
#endif
		at = (found == 0 && cursor == start -> 0 : cursor)
	}
	:: atomic { n_listed == 0 || MUTANT == 8 || found != 0 || at == 0 -> break }
	od;
#if MUTANT == 1
	if
	:: found != 0 -> shards_lock = false; own[found] = me
	:: else
	fi
#endif
}

inline append() {
#if MUTANT == 4
	atomic { own[n_listed + 1] = me; n_listed++ };
	base[n_listed] = place;
#else
	atomic { base[n_listed + 1] = place; own[n_listed + 1] = me };
	n_listed++;
#endif
	found = n_listed;
	assert((in_P5 && n_listed <= peak) || MUTANT == 10) /* that one is wrong here as well */
}

/* Sets found, and none where there is nothing to adopt. */
inline try_find() {
#if MUTANT == 10
	atomic { !shards_lock -> shards_lock = true; taken = true };
	interrupted();
#else
	atomic {
		none = false;
		taken = !shards_lock;
		shards_lock = true
	};
#endif
	if
	:: taken ->
		adopt();
		if
		:: atomic { found == 0 -> none = true };
			if
			:: place != 0 -> append()
			:: else
			fi
		:: else
		fi;
		atomic {
			taken = false;
			shards_lock = (MUTANT == 1 && !none -> shards_lock : false)
		}
	:: else
	fi
}

/* The spare one, or one reserved now; place 0: out of memory. */
inline take_place() {
#if MUTANT == 9
	place = spare;
#endif
	atomic {
#if MUTANT != 9
		place = spare;
#endif
		spare = 0;
		if
		:: place == 0 && n_places < PLACES - 1 -> n_places++; place = n_places
		:: place == 0 && OOM
		:: place != 0
		fi
	}
}

inline give_back() {
	spare = place /* what was there is unmapped */
}

inline find_shard() {
	try_find();
	if
	:: none ->
		take_place();
		if
		:: place != 0 ->
			try_find();
			if
			:: found == 0 || base[found] != place -> give_back()
			:: else
			fi
		:: else
		fi
	:: else
	fi
}

/* Sets found to this thread's shard, or 0. */
inline attach() {
	if
	:: mine[me] != 0 || (attaching[me] && MUTANT != 10)
	:: else ->
		attaching[me] = true;
		interrupted();
		/* signals blocked */
		find_shard();
		atomic { mine[me] = found; tls_base[me] = base[found] };
		/* signals let in */
		interrupted();
		attaching[me] = false
	fi
}

/* count[b] += 1, guarded. */
inline add_own(b) {
	atomic {
		tls_base[me] = (MUTANT == 3 -> b : 0);
		t = count[b]
	};
	interrupted();
	atomic { count[b] = t + 1; tls_base[me] = b }
}

inline record() {
	if
	:: atomic { tls_base[me] == 0 -> begun++ };
		interrupted();
		attach();
		if
		:: found != 0 -> add_own(base[found])
		:: else -> add_overflow()
		fi
	:: atomic { tls_base[me] != 0 -> begun++ };
		add_own(base[mine[me]])
	fi;
	atomic {
		finished++;
		found = 0; place = 0; at = 0; start = 0; t = 0; none = false
	}
}

#define LOCALS byte found, place, at, start, t; bool none, taken

/* A signal's handler, which records once. */
proctype handler(byte me) {
	LOCALS;

	record();
	handled[me] = true
}

/* --- threads ------------------------------------------------------------------------------------ */

proctype writer(byte me) {
	byte i = 0;
	LOCALS;

	atomic {
		alive++;
		peak = (alive > peak -> alive : peak)
	};
	do
	:: i < RECORDS -> record(); i++
	:: else -> break
	od;
#if MUTANT == 5
	if
	:: mine[me] != 0 ->
		count[0] = count[0] + count[base[mine[me]]];
		count[base[mine[me]]] = 0
	:: else
	fi;
#endif
	atomic {
		if
		:: mine[me] != 0 && own[mine[me]] == me -> own[mine[me]] = DEAD
		:: else
		fi;
		alive--;
		over++
	}
}

proctype scraper() {
	byte i = 0, s = 0, low, sum, last = 0;
	bool exact;

	do
	:: i < SCRAPES ->
		atomic { exact = (over == WRITERS); low = finished };
		atomic { sum = count[0]; s = 1 };
		do
		:: atomic {
			s <= n_listed ->
			assert(in_H1 && base[s] != 0);
			sum = sum + count[base[s]];
			s++
		}
		:: atomic { s > n_listed -> break }
		od;
		atomic {
			assert(in_P2 && sum >= low);
			assert(in_P2 && sum <= begun);
			assert(in_P3 && sum >= last);
			assert(in_P2 && (!exact || sum == begun));
			last = sum;
			sum = 0; s = 0; low = 0; exact = false;
			i++
		}
	:: else -> break
	od
}

init {
	byte i = 0;

	atomic {
#if OLD & 1
		/* a thread has ended */
		base[1] = 1; own[1] = DEAD; n_listed = 1; peak = 1;
#endif
#if OLD & 2
		/* one has found no use for what it reserved */
		spare = 2;
#endif
		n_places = 2; /* those two */
		do
		:: i < WRITERS -> i++; run writer(i)
		:: else -> break
		od;
		run scraper()
	}
}
