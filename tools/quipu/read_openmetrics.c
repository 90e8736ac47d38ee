/* SPDX-License-Identifier: MIT */
/* read_openmetrics.c: samples of OpenMetrics 0.0.1 and 1.0.0: one number a line. */
#include "openmetrics.h"
#include "readers.h"

static void sample_line(struct qx_lines *lines)
{
	struct qx_scan *scan = &lines->scan;
	struct qx_sample sample = { .offset = qx_scan_offset(scan) };

	if (!qx_scan_series(scan, &sample.name))
		return;
	if (!qx_scan_take(scan, " ")) {
		qx_scan_fail(scan, "no single blank before the value");
		return;
	}
	if (!qx_scan_number(scan, "", &sample.value) || !qx_openmetrics_time(lines, &sample) ||
	    !qx_lines_exemplars(lines, false, &sample.exemplars))
		return;
	if (scan->at < scan->end)
		qx_scan_fail(scan, "something after the sample");
	else
		qx_lines_add(lines, &sample);
}

void qx_read_openmetrics(struct qx_exposition *exposition)
{
	qx_openmetrics_read(exposition, sample_line);
}
