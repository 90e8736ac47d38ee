/* SPDX-License-Identifier: MIT */
/* route.h: from a path to what is there. */
#ifndef QP_HTTP_ROUTE_H
#define QP_HTTP_ROUTE_H

#include "options.h"
#include "parse.h"

enum qp_route {
	QP_ROUTE_NONE,
	QP_ROUTE_METRICS,
	QP_ROUTE_HEALTHY,
	QP_ROUTE_READY,
	QP_ROUTE_INDEX,
	QP_ROUTE_LINKS,
};

/* The configured path comes first, so it may be one of the others too. */
enum qp_route qp_route_find(const struct qp_options *options, const struct qp_request *request);

/* QP_STATUS_OK: the route may be answered. Otherwise what to say instead. */
enum qp_status qp_route_permits(enum qp_route route, const struct qp_request *request);

#endif
