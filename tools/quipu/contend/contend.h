/* SPDX-License-Identifier: MIT */
/* contend.h: the commands of quipu contend. Each returns the exit status. */
#ifndef CONTEND_CONTEND_H
#define CONTEND_CONTEND_H

int contend_run(int argc, char **argv);
int contend_report(int argc, char **argv);
int contend_diff(int argc, char **argv);

#endif
