/* SPDX-License-Identifier: MIT */
#include "mixed.h"

quipu_counter c_make(void)
{
	return quipu_counter_new(quipu_default_registry(),
				 QUIPU_OPTS(.name = "mixed_total", .help = "C and C++."));
}

void c_record(quipu_counter counter)
{
	quipu_add(counter, 40);
}
