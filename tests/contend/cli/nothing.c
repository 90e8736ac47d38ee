/* SPDX-License-Identifier: MIT */
/* nothing.c: a library without anything in it, to be preloaded. */
extern int contend_cli_nothing;
int contend_cli_nothing = 0;
