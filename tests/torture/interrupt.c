/* SPDX-License-Identifier: MIT */
/* interrupt.c: timers whose signal goes to one thread; see interrupt.h. */
#include "interrupt.h"

#include "torture.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

void interrupt_handler(void (*handler)(int signal))
{
	struct sigaction action;

	memset(&action, 0, sizeof action);
	action.sa_handler = handler;
	action.sa_flags = SA_RESTART | SA_ONSTACK;
	if (sigaction(INTERRUPT_SIGNAL, &action, NULL))
		torture_broken("sigaction: %s", strerror(errno));
}

timer_t interrupt_me(unsigned interval_us)
{
	struct itimerspec often = { { 0, interval_us * 1000L }, { 0, interval_us * 1000L } };
	struct sigevent event;
	timer_t timer;

	memset(&event, 0, sizeof event);
	event.sigev_notify = SIGEV_THREAD_ID;
	event.sigev_signo = INTERRUPT_SIGNAL;
	event.sigev_notify_thread_id = gettid();
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) || timer_settime(timer, 0, &often, NULL))
		torture_broken("timer: %s", strerror(errno));
	return timer;
}

void interrupt_end(timer_t timer)
{
	timer_delete(timer);
}

void interrupt_and_sleep(int signal)
{
	int saved = errno;

	(void)signal;
	torture_sleep_us(100);
	errno = saved;
}
