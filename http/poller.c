/* SPDX-License-Identifier: MIT */
/* poller.c: see poller.h. */
#include "poller.h"

#include "fail.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS 1000000000u

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void qp_poller_close(struct qp_poller *poller)
{
	close_fd(&poller->event);
	close_fd(&poller->timer);
	close_fd(&poller->epoll);
}

quipu_error qp_poller_open(struct qp_poller *poller)
{
	int number;

	poller->armed = QP_NEVER;
	poller->timer = poller->event = -1;
	poller->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (poller->epoll >= 0)
		poller->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (poller->timer >= 0)
		poller->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (poller->event >= 0 &&
	    qp_poller_add(poller, poller->timer, EPOLLIN, QP_TOKEN_TIMER) == 0 &&
	    qp_poller_add(poller, poller->event, EPOLLIN, QP_TOKEN_EVENT) == 0)
		return QUIPU_OK;
	number = errno;
	qp_poller_close(poller);
	return qp_http_fail_errno(QUIPU_ESYSTEM, number, "cannot make an event loop");
}

static int control(struct qp_poller *poller, int how, int fd, uint32_t interest, uint64_t token)
{
	struct epoll_event event = { .events = interest, .data.u64 = token };

	return epoll_ctl(poller->epoll, how, fd, &event);
}

int qp_poller_add(struct qp_poller *poller, int fd, uint32_t interest, uint64_t token)
{
	return control(poller, EPOLL_CTL_ADD, fd, interest, token);
}

int qp_poller_change(struct qp_poller *poller, int fd, uint32_t interest, uint64_t token)
{
	return control(poller, EPOLL_CTL_MOD, fd, interest, token);
}

/* Closing alone would not do where a child process has a copy of the descriptor. */
void qp_poller_remove(struct qp_poller *poller, int fd)
{
	control(poller, EPOLL_CTL_DEL, fd, 0, 0);
}

int qp_poller_wait(struct qp_poller *poller, struct epoll_event *events, int max, int block)
{
	int n;

	do
		n = epoll_wait(poller->epoll, events, max, block ? -1 : 0);
	while (n < 0 && errno == EINTR);
	return n;
}

void qp_poller_arm(struct qp_poller *poller, uint64_t ns)
{
	struct itimerspec when = { 0 };

	/* A timer that fires early costs one turn; setting it anew each time costs a call. */
	if (ns >= poller->armed)
		return;
	when.it_value.tv_sec = (time_t)(ns / SECOND_NS);
	when.it_value.tv_nsec = (long)(ns % SECOND_NS);
	if (ns == 0)
		when.it_value.tv_nsec = 1;
	if (timerfd_settime(poller->timer, TFD_TIMER_ABSTIME, &when, NULL) == 0)
		poller->armed = ns;
}

static void take(int fd)
{
	uint64_t count;
	ssize_t len;

	do
		len = read(fd, &count, sizeof(count));
	while (len < 0 && errno == EINTR);
}

void qp_poller_timer_fired(struct qp_poller *poller)
{
	take(poller->timer);
	poller->armed = QP_NEVER;
}

void qp_poller_event_came(struct qp_poller *poller)
{
	take(poller->event);
}

void qp_poller_wake(const struct qp_poller *poller)
{
	const uint64_t one = 1;
	ssize_t len;

	if (poller->event < 0)
		return;
	do
		len = write(poller->event, &one, sizeof(one));
	while (len < 0 && errno == EINTR);
}
