/* SPDX-License-Identifier: MIT */
/* reply.c: see reply.h. */
#include "reply.h"

#include <stdarg.h>
#include <stdio.h>

struct head {
	char *text;
	size_t len;
};

__attribute__((format(printf, 2, 3))) static void add(struct head *head, const char *format, ...)
{
	size_t room = QP_REPLY_MAX - head->len;
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(head->text + head->len, room, format, args);
	va_end(args);
	if (len > 0)
		head->len += (size_t)len < room ? (size_t)len : room - 1;
}

static void add_framing(struct head *head, const struct qp_reply *reply)
{
	switch (reply->framing) {
	case QP_FRAMED_BY_LENGTH:
		add(head, "Content-Length: %zu\r\n", reply->length);
		break;
	case QP_FRAMED_BY_CHUNKS:
		add(head, "Transfer-Encoding: chunked\r\n");
		break;
	case QP_FRAMED_BY_CLOSE:
		break;
	}
}

size_t qp_reply_print(char text[QP_REPLY_MAX], const struct qp_reply *reply, const char *date)
{
	struct head head = { text, 0 };

	add(&head, "HTTP/1.1 %d %s\r\n", (int)reply->status, qp_status_reason(reply->status));
	if (date[0] != '\0')
		add(&head, "Date: %s\r\n", date);
	add(&head, "Content-Type: %s", reply->type);
	if (reply->escaping)
		add(&head, "; escaping=%s", reply->escaping);
	add(&head, "\r\n");
	if (reply->coding)
		add(&head, "Content-Encoding: %s\r\n", reply->coding);
	add_framing(&head, reply);
	add(&head, "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n%s%.*s",
	    reply->fields, (int)reply->added.len, reply->added.text);
	if (reply->close)
		add(&head, "Connection: close\r\n");
	else if (reply->keep_alive)
		add(&head, "Connection: keep-alive\r\n");
	add(&head, "\r\n");
	return head.len;
}
