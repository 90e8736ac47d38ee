/* SPDX-License-Identifier: MIT */
/*
 * reuse.pml: the slots of a removed series become another's: pins, grace periods, snapshots, zeroing.
 *
 * Stands for          step here
 * core/handle.c,      holder: quipu_with pins (qp_owner_pin, catalog lock), records through the
 *   owner.c             handle without any lock, releases (qp_unpin, qp_owner_unpin)
 * core/lookup.c       recorder: qp_rcu_read_lock, look-up, add, qp_rcu_read_unlock (get, let_go)
 * core/remove.c       remover: unpublishes (qp_family_remove_series), qp_owner_remove
 * core/retire.c       retire: qp_retire; reaper: pass_grace, release_held, reclaim_ready; the numbers
 *                       of snapshots: qp_snapshot_mark_open and _close
 * core/owner.c        reclaim: qp_shards_zero over all shards, then qp_slots_give
 * core/slots.c        maker: qp_slots_take for the next series, in the same place
 * core/snapshot.c     scraper: fixes the list under the catalog lock, sums without it
 * base/rcu.h          in_section: one read section a recorder; the reaper waits for each that
 *                       was open (qp_rcu_synchronize)
 *
 * Abstracted: one range of one slot; two incarnations, 1 and 2; shards are one word for each recorder
 * and one for the holder; the catalog lock's other work. Steps under the catalog lock that nobody can
 * watch without it are one.
 *
 * P2, O1: what an incarnation shows last is what was recorded for it, no more and no less. T2: a
 * snapshot sums for a series only what was recorded for it, and at least what was finished when
 * it opened. S3: what is handed out is zero in every shard.
 *
 * check: -DRECORDERS=2 -DRECORDS=1 -DSCRAPES=1
 * large: -DRECORDERS=2 -DRECORDS=2 -DSCRAPES=2
 * endless: reaper
 * mutant 1 P2: no grace period
 * mutant 2 P2: the range is reclaimed although a handle pins it
 * mutant 3 T2: the range is reclaimed although a snapshot is open
 * mutant 4 S3: the range is not zeroed
 * mutant 5 S3: only the first shard is zeroed
 * mutant 6 T2: what is retired waits for younger snapshots only
 * mutant 7 P2: the series is retired before it is unpublished
 * mutant 8 T2: a snapshot is marked open after it took the list
 */
#ifndef MUTANT
#define MUTANT 0
#endif

hidden byte in_P2 = 1, in_T2 = 1, in_S3 = 1; /* names for assertions */

#define SHARDS (RECORDERS + 1)

byte word[SHARDS];
byte recorded[3], finished[3]; /* by incarnation: what the oracle knows */

/* Catalog. */
bool lock = false;
byte map = 1;      /* which incarnation look-ups find; 0: none */
byte listed = 1;   /* which one a snapshot lists */
byte owner = 1;    /* whose the range is; 0: free */
byte pins = 0;
bool removed = false;

/* retire.c */
byte retired = 0;  /* 0: nothing, else where the object is */
#define FRESH   1
#define PASSING 2
#define HELD    3
byte after = 0, last_number = 0, open_number = 0;

/* base/rcu.h */
bool in_section[RECORDERS];

byte recorders_over = 0;

#define LOCK   atomic { !lock -> lock = true }
#define UNLOCK lock = false

inline retire() {
	if
	:: (pins == 0 || MUTANT == 2) && removed && retired == 0 && owner == 1 ->
		after = last_number;
		retired = FRESH
	:: else
	fi
}

inline add(shard, whose) {
	atomic { recorded[whose]++; old = word[shard] };
	atomic { word[shard] = old + 1; finished[whose]++; old = 0 }
}

proctype recorder(byte me) {
	byte i = 0, found, old;

	do
	:: i < RECORDS ->
		in_section[me] = true;
		found = map;
		if
		:: found != 0 -> add(me, found)
		:: else
		fi;
		atomic { in_section[me] = false; found = 0; i++ }
	:: else -> break
	od;
	recorders_over++
}

proctype holder() {
	byte held = 0, old;

	atomic {
		!lock -> held = map; /* 0: made anew is abstracted */
		pins = (held == 1 -> 1 : pins)
	};
	if
	:: held == 1 ->
		add(RECORDERS, held);
		atomic { !lock -> pins--; retire() }
	:: else
	fi;
	recorders_over++
}

proctype remover() {
	LOCK;
#if MUTANT == 7
	removed = true;
	retire();
#endif
	map = 0;
	atomic { listed = 0; removed = true; retire(); lock = false }
}

inline synchronize() {
	i = 0;
	do
	:: i < RECORDERS && MUTANT != 1 -> !in_section[i]; i++
	:: else -> i = 0; break
	od
}

proctype reaper() {
	byte i = 0, shown = 0;

end:	atomic { retired == FRESH -> retired = PASSING };
	synchronize();
	retired = HELD;
	/* release_held */
#if MUTANT == 6
	(open_number == 0 || open_number <= after);
#elif MUTANT != 3
	(open_number == 0 || open_number > after);
#endif
	LOCK;
	do
	:: i < SHARDS ->
		atomic { shown = shown + word[i]; i++ }
	:: else -> break
	od;
	assert(in_P2 && shown == recorded[1]);
	i = 0;
	do
	:: i < SHARDS && MUTANT != 4 ->
		atomic { word[i] = 0; i = (MUTANT == 5 -> SHARDS : i + 1) }
	:: else -> break
	od;
	atomic { owner = 0; retired = 0; lock = false }
}

/* Another series takes the range as soon as it is free. */
proctype maker() {
	byte i = 0, shown = 0;

	atomic { owner == 0 && !lock -> lock = true; owner = 2 };
	do
	:: i < SHARDS -> assert(in_S3 && word[i] == 0); i++
	:: else -> break
	od;
	atomic { listed = 2; map = 2; lock = false; i = 0 };
	recorders_over == RECORDERS + 1;
	do
	:: atomic { i < SHARDS -> shown = shown + word[i]; i++ }
	:: atomic { i == SHARDS -> break }
	od;
	assert(in_P2 && shown == recorded[2])
}

proctype scraper() {
	byte i, n = 0, whose, low, sum;

	do
	:: n < SCRAPES ->
#if MUTANT == 8
		LOCK;
		atomic { whose = listed; low = finished[whose]; lock = false };
		atomic { last_number++; open_number = last_number };
#else
		atomic {
			!lock -> last_number++; open_number = last_number;
			whose = listed;
			low = finished[whose]
		};
#endif
		i = 0;
		do
		:: atomic { i < SHARDS -> sum = sum + word[i]; i++ }
		:: atomic { i == SHARDS -> break }
		od;
		atomic {
			assert(in_T2 && (whose == 0 || sum <= recorded[whose]));
			assert(in_T2 && (whose == 0 || sum >= low));
			whose = 0; low = 0; sum = 0; i = 0; n++
		};
		open_number = 0
	:: else -> break
	od
}

init {
	byte i = 0;

	atomic {
		do
		:: i < RECORDERS -> run recorder(i); i++
		:: else -> break
		od;
		run holder();
		run remover();
		run reaper();
		run maker();
		run scraper()
	}
}
