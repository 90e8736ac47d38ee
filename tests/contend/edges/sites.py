#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes a program that waits once at each of many places: sites.py NUMBER >sites.c"""
import sys

HEAD = """/* SPDX-License-Identifier: MIT */
/* Written by sites.py: one wait at each of many places. */
#include "known.h"

static struct known known;

"""

n = int(sys.argv[1])
print(HEAD + "\n".join(f"KNOWN_WAIT(wait_{i})" for i in range(n)))
print("\nstatic void (*const waits[])(struct known *, unsigned) = {\n" +
      "\n".join(f"\twait_{i}," for i in range(n)) + "\n};")
print("""
int main(void)
{
	size_t i;

	known_hold();
	for (i = 0; i < sizeof(waits) / sizeof(waits[0]); i++)
		waits[i](&known, 0);
	known_print("wait", &known);
	return 0;
}""")
