/* SPDX-License-Identifier: MIT */
/*
 * objects.h: which program or library a return address is in, and which the sites are in.
 *
 * Writers:  the profile, dlclose: one at a time (a lock of its own).
 * Readers:  those who hold that lock.
 * Publication: by the lock.
 * Reclamation: none: an object that was seen once is kept for ever, with its path and build-id.
 */
#ifndef QC_OBJECTS_H
#define QC_OBJECTS_H

#include "profile.h"
#include "site.h"

void qc_objects_lock(void);
void qc_objects_unlock(void);

/* All below: with the lock. Looks for all sites that are in use now; false: out of memory. */
bool qc_objects_resolve(void);

/* Where the frames of a site are; NULL: it is newer than the last qc_objects_resolve. */
const struct qc_frame *qc_objects_frames(unsigned site);

/* Retires the sites in objects that are not mapped any more. */
void qc_objects_retire(void);

/* What was seen so far; valid until more is. */
const struct qc_object *qc_objects_all(size_t *n);

void qc_objects_before_fork(void);
void qc_objects_after_fork(void);
void qc_objects_after_fork_child(void);

#endif
