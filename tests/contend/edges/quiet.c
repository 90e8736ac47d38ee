/* SPDX-License-Identifier: MIT */
/* quiet.c: a program that takes no lock at all. */
int main(void)
{
	return 7;
}
