/* SPDX-License-Identifier: MIT */
/*
 * saved_run.c: any bytes as a saved run of the profiler. A fault has a place within the bytes and
 * words that command no terminal; what is read is written as a run that reads the same; a report
 * of it loses no wait, and can be shown in every form.
 */
#include "demand.h"

#include "contend/diff.h"
#include "contend/export.h"
#include "contend/quantile.h"
#include "contend/saved.h"
#include "contend/show.h"

static void check_fault(const struct saved_fault *fault, const char *bytes, size_t len)
{
	size_t feeds = 0;

	for (size_t i = 0; i < len; i++)
		feeds += bytes[i] == '\n';
	demand(fault->line >= 1 && fault->line <= feeds + 1, "a line that is not there");
	demand(fault->column >= 1 && fault->column <= len + 1, "a column that is not there");
	demand(*fault->message, "no words");
	for (const char *c = fault->message; *c; c++)
		demand((unsigned char)*c >= 0x20 && *c != 0x7f, "words that command");
}

/* --- written and read again ------------------------------------------------------------------- */

static char *written(const struct saved_run *run, size_t *len)
{
	char *text = NULL;
	FILE *file = open_memstream(&text, len);

	demand(file && saved_write(run, file), "it is not written");
	fclose(file);
	return text;
}

static void check_written(const struct saved_run *run)
{
	struct saved_run again = { .n = 0 };
	struct saved_fault fault;
	size_t len, len_again;
	char *text = written(run, &len), *second;

	demand(saved_read(&again, text, len, &fault), "what was written is not read");
	second = written(&again, &len_again);
	demand(len == len_again && memcmp(text, second, len) == 0, "it is another run");
	saved_free(&again);
	free(second);
	free(text);
}

/* --- reports ---------------------------------------------------------------------------------- */

static void check_rows(const struct report *report)
{
	uint64_t ns = 0, waits = 0;

	for (size_t i = 0; i < report->n; i++) {
		const struct report_row *row = &report->rows[i];
		uint64_t p50 = quantile_of(row->buckets, row->max_ns, 0.5);
		uint64_t p99 = quantile_of(row->buckets, row->max_ns, 0.99);

		demand(p50 <= p99 && p99 <= row->max_ns, "quantiles");
		demand(i == 0 || row->ns <= report->rows[i - 1].ns, "the order");
		ns = saved_plus(ns, row->ns);
		waits = saved_plus(waits, row->waits);
	}
	demand(ns == saved_plus(report->locks_ns, report->idle_ns), "time is lost");
	demand(waits == saved_plus(report->locks_waits, report->idle_waits), "waits are lost");
}

static void show(const struct report *report, bool by_stack)
{
	const struct show_wishes wishes = { .top = 5 };
	struct diff diff = diff_make(report, report);
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	demand(out, "memory is out");
	export_json(report, out);
	export_folded(report, out);
	show_report(report, &wishes, 80, out, true);
	diff_show(&diff, 5, 80, out, false);
	fclose(out);
	/* of several stacks at one place any may be taken for any */
	for (size_t i = 0; i < diff.n && !by_stack; i++)
		demand(diff.rows[i].before && diff.rows[i].change == 0, "a change from nothing");
	diff_free(&diff);
	free(text);
}

static void check_report(const struct saved_run *run, bool by_stack)
{
	const struct place_wishes bare = { .no_names = true };
	const struct report_wishes wishes = { REPORT_ALL_KINDS, by_stack, REPORT_TOTAL };
	struct places *places = places_open(&bare);
	struct report *report = report_make(run->processes, run->n, places, &wishes);

	check_rows(report);
	show(report, by_stack);
	report_free(report);
	places_free(places);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *exact = exactly(data, size);
	struct saved_run run = { .n = 0 };
	struct saved_fault fault;

	if (saved_read(&run, exact, size, &fault)) {
		check_written(&run);
		check_report(&run, false);
		check_report(&run, true);
	} else {
		demand(run.n == 0, "half a run");
		check_fault(&fault, exact, size);
	}
	saved_free(&run);
	free(exact);
	return 0;
}
