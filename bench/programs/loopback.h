/* SPDX-License-Identifier: MIT */
/*
 * loopback.h: sockets on 127.0.0.1.
 */
#ifndef BENCH_LOOPBACK_H
#define BENCH_LOOPBACK_H

/* Blocking; with a receive buffer of so many bytes where that is not 0. -1: errno tells why. */
int bench_connect(int port, int receive_buffer);

/* On any free port, which *port gets. -1: errno tells why. */
int bench_listen(int *port);

void bench_nonblocking(int fd);

#endif
