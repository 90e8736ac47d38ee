/* SPDX-License-Identifier: MIT */
/*
 * lock_names.h: the names that the program gave to locks; quipu_contend_name, quipu_contend_forget.
 *
 * Writers:  quipu_contend_name and quipu_contend_forget, one at a time (a mutex).
 * Readers:  threads that are about to wait; without a lock.
 * Publication: a lock's entry gets its name's number before its address (release); a name its text
 *           before its number is anywhere.
 * Reclamation: none of names, there are at most 1024 different ones; the entry of a lock that was
 *           forgotten is given to the next. Who looks for a lock that is being forgotten may find
 *           the next one's name.
 */
#ifndef QC_LOCK_NAMES_H
#define QC_LOCK_NAMES_H

#define QC_N_LOCK_NAMES 1024

/* The number of the lock's name; 0: it has none. */
unsigned qc_lock_name_find(const void *lock);

/* The name with that number; NULL for 0. */
const char *qc_lock_name_text(unsigned name);

void qc_lock_names_before_fork(void);
void qc_lock_names_after_fork(void);

#endif
