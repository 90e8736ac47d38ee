/* SPDX-License-Identifier: MIT */
/* route.c: see route.h. */
#include "route.h"

#include <string.h>

static bool is_path(const struct qp_request *request, const char *path)
{
	return request->path_len == strlen(path) &&
	       memcmp(request->path, path, request->path_len) == 0;
}

enum qp_route qp_route_find(const struct qp_options *options, const struct qp_request *request)
{
	static const struct {
		const char *path;
		enum qp_route route;
	} fixed[] = {
		{ "/-/healthy", QP_ROUTE_HEALTHY },
		{ "/healthz", QP_ROUTE_HEALTHY },
		{ "/-/ready", QP_ROUTE_READY },
		{ "/readyz", QP_ROUTE_READY },
		{ "/", QP_ROUTE_INDEX },
		{ "/-/links", QP_ROUTE_LINKS },
	};

	if (is_path(request, options->path))
		return QP_ROUTE_METRICS;
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		if (is_path(request, fixed[i].path))
			return fixed[i].route;
	}
	return QP_ROUTE_NONE;
}

/* CONNECT and OPTIONS * name no path, but their methods are what is wrong with them. */
enum qp_status qp_route_permits(enum qp_route route, const struct qp_request *request)
{
	if (route == QP_ROUTE_NONE && request->path_len > 0)
		return QP_STATUS_NOT_FOUND;
	if (request->method != QP_METHOD_GET && request->method != QP_METHOD_HEAD)
		return QP_STATUS_METHOD_NOT_ALLOWED;
	if (request->body == QP_SIZED_BODY)
		return QP_STATUS_CONTENT_TOO_LARGE;
	if (request->body == QP_CHUNKED_BODY)
		return QP_STATUS_LENGTH_REQUIRED;
	return route == QP_ROUTE_NONE ? QP_STATUS_NOT_FOUND : QP_STATUS_OK;
}
