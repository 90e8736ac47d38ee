/* SPDX-License-Identifier: MIT */
/* table.h: the totals of a run, by model and provider. */
#ifndef DISPATCH_TABLE_H
#define DISPATCH_TABLE_H

#include "readings.h"

#include <stdio.h>

void table_print(FILE *out, const struct readings *readings);

#endif
