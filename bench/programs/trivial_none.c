/* SPDX-License-Identifier: MIT */
/* trivial_none.c: a program that does nothing, for start.c. */
int main(void)
{
	return 0;
}
