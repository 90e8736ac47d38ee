/* SPDX-License-Identifier: MIT */
/* owner.c: a library that waits, made twice (OWNER_WAIT); both are laid out alike. */
#include "known.h"

void owner_hold(void);
void owner_wait(struct known *known);

KNOWN_WAIT(OWNER_WAIT)

void owner_hold(void)
{
	known_hold();
}

void owner_wait(struct known *known)
{
	OWNER_WAIT(known, 500);
}
