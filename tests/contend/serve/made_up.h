/* SPDX-License-Identifier: MIT */
/*
 * made_up.h: a recorder that has recorded what the test says, and names as the test has them.
 *
 * The name of an offset is made from it: its line is offset / 16, so that 16 offsets are one line;
 * offsets from MADE_UP_NAMELESS on have none. An offset whose last digit is f is inlined in a
 * wrapper.
 */
#ifndef MADE_UP_H
#define MADE_UP_H

#include "profile.h"

#define MADE_UP_NAMELESS 0x100000
#define MADE_UP_WAY 8 /* a wrapper and nobody that it is inlined in */
#define MADE_UP_SITES 256

/* One thread changes it; whoever reads a profile gets a copy. */
struct qc_site *made_up_site(enum qc_kind kind, const char *lock, unsigned object, uint64_t offset);
void made_up_wait(struct qc_site *site, uint64_t ns, uint64_t waits);
void made_up_forget(void); /* every site */
void made_up_totals(const struct qc_totals *totals);
void made_up_object(unsigned object, const char *path, const char *build_id);

/* How long each question for a name takes from now on. */
void made_up_slow_names(unsigned ms);

#endif
