/* SPDX-License-Identifier: MIT */
/* all_verbs.c: all_verbs.h as a program; compiled as C and as C++. */
#include "all_verbs.h"

int main(void)
{
	return use_all_verbs() != 0;
}
