/* SPDX-License-Identifier: MIT */
/* date.h: the Date field, made once a second. Nothing but this reads the wall clock. */
#ifndef QP_HTTP_DATE_H
#define QP_HTTP_DATE_H

#include <time.h>

#define QP_DATE_SIZE 64 /* more than "Sun, 06 Nov 1994 08:49:37 GMT" needs */

struct qp_date {
	time_t second;
	char text[QP_DATE_SIZE]; /* empty: the clock is beyond four-digit years */
};

/* The text for this moment of the Unix clock. Needs no locale and no time zone. */
void qp_date_print(char text[QP_DATE_SIZE], time_t second);

/* The text for now; begin with all zero. */
const char *qp_date_now(struct qp_date *date);

#endif
