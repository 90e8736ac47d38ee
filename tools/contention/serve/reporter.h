/* SPDX-License-Identifier: MIT */
/*
 * reporter.h: the profiler's own thread: it finds the names of places and saves the run, so that
 * neither is done on a thread of the program's.
 *
 * All signals are blocked there and nothing that it does is recorded. Who asks and who waits may do
 * so from a signal handler: it is a system call and no lock.
 *
 * Writers:  whoever asks counts up `asked`; the thread stores what it has saved and named.
 * Readers:  the thread, and whoever waits for an answer.
 * Publication: those are stored with release when the work is done.
 * Reclamation: none; the thread lasts as long as the process. A forked child has none until one is
 *           started there.
 */
#ifndef QC_REPORTER_H
#define QC_REPORTER_H

#include <stdbool.h>
#include <stdint.h>

/* Starts it if it does not run in this process; false: there is none to be had. Threads: any. */
bool qc_reporter_start(void);
bool qc_reporter_runs(void);

/* Asks it to do now what there is to do; the number is to be waited for. */
uint32_t qc_reporter_ask(void);

/* Until the run is saved, and until places have their names, which comes after that; false: it took
 * longer. errno stays. */
bool qc_reporter_wait_saved(uint32_t number, unsigned ms);
bool qc_reporter_wait_named(uint32_t number, unsigned ms);

/* There is a thread that serves what the profiler finds: like the reporter it does not keep a process
 * alive whose last thread has ended. Threads: one, before main. */
void qc_reporter_count_server(void);

/* Saves once a second from the next time on that it is asked. */
void qc_reporter_save_often(void);

#endif
