/* SPDX-License-Identifier: MIT */
/* scrape.h: what the library itself needs of a scrape beyond the public header. */
#ifndef QP_SCRAPE_H
#define QP_SCRAPE_H

#include <quipu/scrape.h>

/* Blocks until reading may go on after EAGAIN or EBUSY. */
void qp_scrape_wait(quipu_scrape *scrape, quipu_error reason);

#endif
