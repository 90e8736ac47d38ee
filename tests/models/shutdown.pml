/* SPDX-License-Identifier: MIT */
/*
 * shutdown.pml: a server stops, a registry is freed and the program ends, while callbacks run, are
 * late and wake, and threads go on recording.
 *
 * Stands for               step here
 * core/callback.c          callback_thread: serve, run, call, wake; drop: qp_callbacks_drop;
 *                            remover: quipu_callback_remove with wait_for; stop_at_exit
 * core/collection.c        qp_collection_start, _take, _add, _free; the reference counts
 * http/server.c            http_thread: run; stop: stop_thread, close_connections, destroy
 * http/poller.c            event: the eventfd, which stays readable until it was read
 * core/registry.c,         program: quipu_registry_free; the family goes after a grace period
 *   family.c, retire.c
 * core/lookup.c, record.h  recorder: one record by label values, one through a kept handle, at any time
 *
 * Abstracted: CALLBACKS callbacks that are removed together, one scrape; a deadline may always be past
 * (a choice); a condition variable is whether each waiter was told, so that a wake-up can be lost.
 *
 * C2: when the removal has returned the callback is not running, nor called again; when the collection
 * was freed it is not touched. W1: nobody wakes a server that was freed. P6: late records find memory.
 * X1: after stop_at_exit has begun no callback starts. C1 and C3: nobody is stuck.
 *
 * check: -DCALLBACKS=1
 * large: -DCALLBACKS=3
 * endless: callback_thread
 * mutant 1 C2: a removal does not wait for a callback that runs
 * mutant 2 C2: a callback that was removed is called
 * mutant 3 W1: the scrape's end does not wait for the wake function
 * mutant 4 W1: the server is freed before its thread was joined
 * mutant 5 stuck: nobody is told that the wake function has returned
 * mutant 6 stuck: the server's thread is not woken when it shall stop
 * mutant 7 stuck: a callback is called with the catalog lock held
 * mutant 8 P6: the family is freed at once
 * mutant 9 C2: the collection is freed although the callback thread has it
 * mutant 10 X1 -DCALLBACKS=2: nobody asks whether the program ends before a callback starts
 */
#ifndef MUTANT
#define MUTANT 0
#endif

hidden byte in_C2 = 1, in_W1 = 1, in_P6 = 1, in_X1 = 1; /* names for assertions */

bool lock = false; /* catalog */

/* callback.c */
bool queued = false, running = false, waking = false, exiting = false;
bool removed = false, context = true /* the program's, until it frees it */;
bool work_waits = false, drop_waits = false, remove_waits = false;

/* The collection. */
byte references = 0;
bool done = false, taken = false, wakes = false;

/* The server. */
bool server = true, stopping = false, event = false, http_over = false;
bool scrape = false; /* it has a collection */

/* The family. */
bool live = true, family = true, in_section = false, series = true;
bool shard = true; /* never unmapped */

#define LOCK   atomic { !lock -> lock = true }
#define UNLOCK lock = false

inline wait(waits) {
	atomic { lock = false; waits = true };
	atomic { !waits && !lock -> lock = true }
}

/* pthread_cond_broadcast(&progress) */
inline broadcast() {
	atomic { drop_waits = false; remove_waits = false }
}

inline unref() {
	references--
}

proctype callback_thread() {
	byte n;

	LOCK;
again:
	do
	:: !queued || exiting ->
		atomic { lock = false; work_waits = true };
end:		atomic { !work_waits && !lock -> lock = true }
	:: else -> break
	od;
	queued = false;
	/* run: the lock is held but where it says so */
	assert(in_C2 && references > 0);
	n = 0;
	do
	:: n < CALLBACKS && !taken && (!exiting || MUTANT == 10) && (!removed || MUTANT == 2) ->
		assert(in_X1 && !exiting);
		running = true;
#if MUTANT != 7
		UNLOCK;
#endif
		assert(in_C2 && context);
		LOCK; /* the callback may make a series */
		UNLOCK;
		assert(in_C2 && context);
		LOCK;
		running = false;
		broadcast();
		assert(in_C2 && references > 0);
		n++
	:: else -> break
	od;
	n = 0;
	done = true;
	broadcast();
	if
	:: wakes && !taken ->
		waking = true;
		UNLOCK;
		assert(in_W1 && server);
		event = true;
		LOCK;
		waking = false;
#if MUTANT != 5
		broadcast()
#endif
	:: else
	fi;
	assert(in_C2 && references > 0);
	unref();
	goto again
}

/* qp_collection_free */
inline drop() {
	LOCK;
	taken = true;
	do
	:: waking && MUTANT != 3 -> wait(drop_waits)
	:: else -> break
	od;
	if
	:: queued -> queued = false; unref()
	:: else
	fi;
#if MUTANT == 9
	references = 0;
#else
	unref();
#endif
	UNLOCK;
	scrape = false
}

proctype http_thread() {
	byte turns = 0;

	do
	:: stopping -> break
	:: else ->
		if
		:: turns == 0 ->
			/* a request: qp_collection_start */
			LOCK;
			if
			:: !removed ->
				references = 2; queued = true; wakes = true;
				work_waits = false;
				scrape = true
			:: else
			fi;
			UNLOCK;
			turns = 1
		:: scrape && (done || true /* past the deadline */) ->
			drop()
		:: event -> event = false
		fi;
		assert(in_W1 && server)
	od;
	http_over = true
}

inline stop_server() {
	stopping = true;
#if MUTANT != 6
	event = true;
#endif
#if MUTANT != 4
	http_over;
	if
	:: scrape -> drop()
	:: else
	fi;
#endif
	server = false
}

proctype remover() {
	LOCK;
	removed = true;
	do
	:: running && MUTANT != 1 -> wait(remove_waits)
	:: else -> break
	od;
	UNLOCK;
	context = false /* the program's, which frees it now */
}

/* The one thread stops the server and frees the registry, another removes the callback whenever it
 * likes. */
proctype program() {
	stop_server();
	LOCK;
	live = false;
	UNLOCK;
	/* the reaper */
#if MUTANT != 8
	!in_section;
#endif
	family = false;
	series = false
}

/* stop_at_exit, in a thread that ends the program at any time. */
proctype ending() {
	LOCK;
	exiting = true;
	do
	:: running ->
		/* qp_callbacks_wait_progress: told, or past its second */
		UNLOCK;
		LOCK
	:: true -> break
	od;
	UNLOCK
}

proctype recorder() {
	bool found;

	in_section = true;
	found = live;
	if
	:: found ->
		assert(in_P6 && family);
		assert(in_P6 && series && shard)
	:: else
	fi;
	in_section = false;
	/* a kept handle, late or not */
	assert(in_P6 && shard)
}

init {
	atomic {
		run callback_thread();
		run http_thread();
		run program();
		run remover();
		run ending();
		run recorder()
	}
}
