/* SPDX-License-Identifier: MIT */
/* retry_after.h: reads the Retry-After field of HTTP (RFC 9110, 10.2.3). */
#ifndef ENDPOINT_RETRY_AFTER_H
#define ENDPOINT_RETRY_AFTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* Longer waits are told as this: about thirty years. */
#define RETRY_AFTER_MOST_NS (UINT64_C(1000000000) * 1000000000)

/*
 * Seconds, or a date in one of HTTP's three forms, as nanoseconds from now; 0 for a date that is
 * past. text need not end in NUL; blanks around it are passed over. False when it is neither.
 */
bool retry_after_parse(const char *text, size_t len, time_t now, uint64_t *ns);

#endif
