/* SPDX-License-Identifier: MIT */
#include "mixed.h"

int main()
{
	quipu_counter counter = c_make();

	c_record(counter);
	quipu_add(counter, 2);
	return quipu_read(counter) == 42 ? 0 : 1;
}
