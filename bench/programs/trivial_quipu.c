/* SPDX-License-Identifier: MIT */
/* trivial_quipu.c: a program that does nothing but need quipu, for start.c. */
#include <quipu/quipu.h>

int main(void)
{
	return quipu_version()[0] == '\0';
}
