/* SPDX-License-Identifier: MIT */
/*
 * list.h: a ring of links inside the things it lists, so that listing never allocates.
 *
 * Writers and readers: whoever owns the list. A link that is in no list points to itself.
 */
#ifndef QP_HTTP_LIST_H
#define QP_HTTP_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct qp_link {
	struct qp_link *prev, *next;
};

/* The thing of this type whose member is the link. */
#define qp_of(link, type, member) ((type *)(void *)((char *)(link)-offsetof(type, member)))

static inline void qp_link_init(struct qp_link *link)
{
	link->prev = link->next = link;
}

static inline bool qp_link_alone(const struct qp_link *link)
{
	return link->next == link;
}

static inline void qp_link_remove(struct qp_link *link)
{
	link->prev->next = link->next;
	link->next->prev = link->prev;
	qp_link_init(link);
}

/* Takes the link out of the list it is in, if any, and puts it at the end of this one. */
static inline void qp_link_append(struct qp_link *list, struct qp_link *link)
{
	qp_link_remove(link);
	link->prev = list->prev;
	link->next = list;
	list->prev->next = link;
	list->prev = link;
}

/* The same at the front. */
static inline void qp_link_push(struct qp_link *list, struct qp_link *link)
{
	qp_link_append(list->next, link);
}

/* The first link, NULL where the list is empty. */
static inline struct qp_link *qp_link_first(const struct qp_link *list)
{
	return qp_link_alone(list) ? NULL : list->next;
}

#endif
