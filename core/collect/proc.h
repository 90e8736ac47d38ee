/* SPDX-License-Identifier: MIT */
/*
 * proc.h: what the kernel tells of this process in /proc. Any thread; nothing is kept.
 */
#ifndef QP_COLLECT_PROC_H
#define QP_COLLECT_PROC_H

#include <stdbool.h>
#include <stdint.h>

struct qp_proc_stat {
	uint64_t threads;
	uint64_t start_ticks; /* after boot */
	uint64_t virtual_bytes;
	uint64_t resident_pages;
};

/* The line of /proc/self/stat; false: it cannot be read or is not what it should be. */
bool qp_proc_stat(struct qp_proc_stat *stat);

/* The same from a line's text. */
bool qp_proc_parse_stat(const char *line, struct qp_proc_stat *stat);

/* When the machine was started, Unix seconds; false: cannot be read. */
bool qp_proc_boot_seconds(uint64_t *seconds);

/* How many file descriptors are open, none of which is ours; false: cannot be read. */
bool qp_proc_open_fds(uint64_t *n);

/* The same, counted one by one, as kernels before 6.2 need it. */
bool qp_proc_count_fds(uint64_t *n);

#endif
