/* SPDX-License-Identifier: MIT */
/* read_protobuf.c: the harness of this reader; see fuzz_exposition.c. */
#include "fuzz_exposition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_exposition(QX_PROTOBUF, data, size);
	return 0;
}
