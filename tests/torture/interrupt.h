/* SPDX-License-Identifier: MIT */
/*
 * interrupt.h: signals at one thread, many times a second.
 *
 * With a handler that records they test recording in handlers; with one that sleeps they
 * stop a thread at a random instruction and let the others run past it.
 */
#ifndef TESTS_INTERRUPT_H
#define TESTS_INTERRUPT_H

#include <signal.h>
#include <time.h>

#define INTERRUPT_SIGNAL SIGUSR1

/* Installs the handler for INTERRUPT_SIGNAL, on the alternate stack where there is one. */
void interrupt_handler(void (*handler)(int signal));

/* Sends INTERRUPT_SIGNAL to the calling thread every interval until interrupt_end. */
timer_t interrupt_me(unsigned interval_us);
void interrupt_end(timer_t timer);

/* A handler that stops the thread wherever it is for a moment. */
void interrupt_and_sleep(int signal);

#endif
