/* SPDX-License-Identifier: MIT */
/*
 * removal.pml: idle expiry and removal against look-ups that record, pin and make series anew.
 *
 * Stands for             step here
 * core/lookup.c          recorder: get, with the add in the read section; where the map has nothing,
 *                          make: qp_pin_to_record, add, qp_unpin
 * core/pin.c             pin: qp_family_get under the catalog lock: map, qp_family_recall, a new series
 * core/idle.c            expirer: a look at the value in a snapshot, and leave under the lock
 * core/family_idle.c     qp_family_leave; decide, after the grace period: the value again, then
 *                          qp_family_remove_series or back into the map
 * core/remove.c          remover: qp_remove (the program's; with REMOVES)
 * core/retire.c, rcu.h   the grace period: each section that was open is waited for
 * core/snapshot.c        the expirer's scrape, and the last one: the sum of what is listed
 *
 * Abstracted: one label set; series are numbers, never used again (that is reuse.pml's); shards are one
 * word with an atomic addition (that is adoption.pml's); one idle time is every scrape's distance.
 * Steps under the catalog lock that nobody can watch without it are one.
 *
 * P2 (I2): what was recorded for the label set is in the series that is listed, or was shown by a
 * scrape before its series went; and what a thread recorded after it found nothing is too.
 * I1: a pinned series does not expire. I3: a label set never has two series that are listed.
 * M2: what was found in the map was not reclaimed.
 *
 * check: -DRECORDERS=2 -DLOOKS=2 -DREMOVES=0
 * check: -DRECORDERS=2 -DLOOKS=1 -DREMOVES=1
 * large: -DRECORDERS=3 -DLOOKS=2 -DREMOVES=1
 * mutant 1 P2: no second look at the value after the grace period
 * mutant 2 P2: no grace period before the second look
 * mutant 3 I3: a series that leaves is not recalled: another is made
 * mutant 4 I1: pins are not asked for
 * mutant 5 P2: the second look compares with the value at the time of leaving, not with what was shown
 * mutant 6 M2 -DRECORDERS=2 -DLOOKS=0 -DREMOVES=1: the section closes before the record
 */
#ifndef MUTANT
#define MUTANT 0
#endif

hidden byte in_P2 = 1, in_I1 = 1, in_I3 = 1, in_M2 = 1; /* names for assertions */

#define SERIES (RECORDERS + LOOKS + 2)

byte word[SERIES];     /* its value */
byte recorded[SERIES]; /* by series: what the oracle knows was finished */
byte shown[SERIES];    /* by series: the last scrape's */
byte pins[SERIES];
bool gone[SERIES];     /* reclaimed */
bool removed_by_program[SERIES];

bool lock = false;
byte n_series = 1; /* made so far */
byte map = 1, listed = 1, leaving = 0;
byte n_listed = 1;
bool in_section[RECORDERS];
byte recorders_over = 0;

inline add(whose) {
	atomic { assert(in_M2 && !gone[whose]); word[whose] = word[whose] + 1 };
	recorded[whose]++
}

/* Sets found. Catalog lock held. */
inline get() {
	if
	:: map != 0 -> found = map
	:: map == 0 && leaving != 0 && MUTANT != 3 ->
		/* qp_family_recall */
		found = leaving; map = leaving; leaving = 0
	:: map == 0 && (leaving == 0 || MUTANT == 3) ->
		n_series++;
		found = n_series; map = found; listed = found;
		n_listed++;
		assert(in_I3 && n_listed == 1)
	fi
}

proctype recorder(byte me) {
	byte found = 0;

	in_section[me] = true;
	found = map;
	if
	:: found != 0 ->
#if MUTANT == 6
		in_section[me] = false;
#endif
		add(found);
		in_section[me] = false
	:: else ->
		in_section[me] = false;
		atomic { !lock -> get(); pins[found]++ };
		add(found);
		atomic { !lock -> pins[found]-- }
	fi;
	atomic { found = 0; recorders_over++ }
}

/* qp_family_remove_series */
inline remove_series(whose) {
	leaving = (leaving == whose -> 0 : leaving);
	map = (map == whose -> 0 : map);
	listed = 0;
	n_listed--
}

inline synchronize() {
	i = 0;
	do
	:: i < RECORDERS -> !in_section[i]; i++
	:: else -> i = 0; break
	od
}

/* Scrapes, and finds that the value stood still. Then the reaper's part: in the same process, as it
 * follows. */
proctype expirer() {
	byte n = 0, i = 0, it, seen;

	do
	:: n < LOOKS ->
		/* the snapshot */
		atomic { !lock -> it = listed };
		if
		:: it != 0 ->
			atomic { seen = word[it]; shown[it] = seen };
			/* qp_family_leave */
			atomic {
				!lock ->
				if
				:: listed == it && leaving == 0 && (pins[it] == 0 || MUTANT == 4) ->
#if MUTANT == 5
					seen = word[it];
#endif
					map = 0; leaving = it
				:: else -> it = 0
				fi
			}
		:: else
		fi;
		if
		:: it != 0 ->
#if MUTANT != 2
			synchronize();
#endif
			/* decide */
			atomic {
				!lock ->
				if
				:: leaving == it && (word[it] == seen || MUTANT == 1) ->
					assert(in_I1 && pins[it] == 0);
					remove_series(it)
				:: leaving == it && word[it] != seen && MUTANT != 1 ->
					map = it; leaving = 0; it = 0
				:: leaving != it -> it = 0
				fi
			};
			/* qp_owner_remove: reclaimed after another grace period */
			if
			:: it != 0 ->
				synchronize();
				gone[it] = true;
				assert(in_P2 && shown[it] == recorded[it])
			:: else
			fi
		:: else
		fi;
		atomic { it = 0; seen = 0; n++ }
	:: else -> break
	od;
	/* the last scrape */
	recorders_over == RECORDERS;
	assert(in_P2 && (listed == 0 || word[listed] == recorded[listed]));
	i = 1;
	do
	:: i <= n_series ->
		assert(in_P2 && (i == listed || removed_by_program[i] || shown[i] == recorded[i]));
		i++
	:: else -> break
	od
}

#if REMOVES
proctype remover() {
	byte i = 0, it = 0;

	atomic {
		!lock ->
		/* qp_family_find recalls what leaves */
		it = (map != 0 -> map : leaving);
		if
		:: it != 0 -> removed_by_program[it] = true; remove_series(it)
		:: else
		fi
	};
	if
	:: it != 0 -> synchronize(); pins[it] == 0; gone[it] = true
	:: else
	fi
}
#endif

init {
	byte i = 0;

	atomic {
		do
		:: i < RECORDERS -> run recorder(i); i++
		:: else -> break
		od;
		run expirer();
#if REMOVES
		run remover();
#endif
	}
}
