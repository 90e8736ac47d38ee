/* SPDX-License-Identifier: MIT */
/* read_openmetrics_2.c: the harness of this reader; see fuzz_exposition.c. */
#include "fuzz_exposition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_exposition(QX_OPENMETRICS_2, data, size);
	return 0;
}
