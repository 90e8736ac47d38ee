/* SPDX-License-Identifier: MIT */
/* quipu_record.h: "record CASE SERIES THREADS SECONDS [MEANWHILE]"; the exit status. */
#ifndef BENCH_QUIPU_RECORD_H
#define BENCH_QUIPU_RECORD_H

#include "harness.h"

int quipu_record(int argc, char **argv);

#endif
