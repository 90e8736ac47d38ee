# SPDX-License-Identifier: MIT
# report.awk: BENCHMARKS.md from what bench/run measured: machine, instructions.csv,
# static.csv, shared.csv, scrape.csv, pieces, in this order. Every number in the report comes from these files.

function basename(path) {
	sub(/.*\//, "", path)
	return path
}

FNR == 1 { file = basename(FILENAME) }

file == "machine" {
	at = index($0, "=")
	about[substr($0, 1, at - 1)] = substr($0, at + 1)
	next
}

file == "instructions.csv" {
	split($0, part, ",")
	instructions[part[1]] = part[2]
	next
}

# "counter_inc/threads:2_median",15,real,cpu,ns,…
/^"/ {
	split($0, part, ",")
	key = part[1]
	gsub(/"/, "", key)
	match(key, /_[a-z]+$/)
	what = substr(key, RSTART + 1)
	key = substr(key, 1, RSTART - 1)
	sub(/\/threads:/, " ", key)
	sub(/\.csv/, "", file)
	ns[file, key, what] = part[4]
	sub(/\/real_time$/, "", key)
	wall[key, what] = part[3] / 1e6 # of scrapes
	bytes[key] = part[n_fields(part)]
	next
}

file == "pieces" && $1 + 0 > 0 && NF == 8 && $1 < 1000000 {
	if ($3 > longest)
		longest = $3
	pieces = $6
}

function n_fields(part,   n) {
	n = 0
	while ((n + 1) in part)
		n++
	return n
}

function ms(key) {
	return sprintf("%.2f (%.2f–%.2f)", wall[key, "median"], wall[key, "min"], wall[key, "max"])
}

function scrape_row(format, text) {
	printf "| %s | %s | %s | %s |\n", text, ms("counters/" format),
		("histograms/" format, "median") in wall ? ms("histograms/" format) : "",
		("native/" format, "median") in wall ? ms("native/" format) : ""
}

function ratio(a, b) {
	return wall[a, "median"] / wall[b, "median"]
}

function scrape_aims() {
	aim("text of 100,000 counters with 3 labels, in process", 10, wall["counters/text-0.0.4", "median"], " ms")
	aim("text of 10,000 histograms of 11 bounds, in process", 25, wall["histograms/text-0.0.4", "median"], " ms")
	aim("GET of the counters, by the transfer of a ready buffer of that size", 3, ratio("http/get", "http/ready"), "")
	aim("protobuf (with created times, which text has not) by text, counters", 1.05, ratio("counters/protobuf", "counters/text-0.0.4"), "")
	aim("protobuf by text, histograms", 1.05, ratio("histograms/protobuf", "histograms/text-0.0.4"), "")
	aim("OpenMetrics by text, counters", 1.05, ratio("counters/openmetrics-1.0.0", "counters/text-0.0.4"), "")
	aim("OpenMetrics by text, histograms", 1.05, ratio("histograms/openmetrics-1.0.0", "histograms/text-0.0.4"), "")
	aim("longest step of a scrape of 1,000,000 counters", 20, longest, " ms")
}

function scrapes() {
	print ""
	print "## Scraping"
	print ""
	print "100,000 counters with 3 labels; 10,000 histograms of 11 bounds; 10,000 histograms of native"
	print "buckets (factor 1.1 from 1 ms to 100 s). In process, to a sink that counts bytes; wall-clock"
	print "milliseconds, median (least–most), one thread; a process of its own for each set."
	print ""
	print "| ms in process | counters | histograms | native histograms |"
	print "|---|---|---|---|"
	scrape_row("copy", "copying the ready text, no more")
	scrape_row("text-0.0.4", "**text 0.0.4**")
	scrape_row("text-1.0.0", "**text 1.0.0**")
	scrape_row("openmetrics-1.0.0", "**OpenMetrics 1.0.0**")
	scrape_row("openmetrics-2.0.0", "**OpenMetrics 2.0.0-rc0**")
	scrape_row("protobuf", "**protobuf**")
	scrape_row("json", "**JSON**")
	if (("counters/prometheus-cpp", "median") in wall) {
		scrape_row("prometheus-cpp", "text by prometheus-cpp")
		print ""
		printf "prometheus-cpp takes %.0f times as long for the counters, %.0f times for the histograms.\n",
			ratio("counters/prometheus-cpp", "counters/text-0.0.4"),
			ratio("histograms/prometheus-cpp", "histograms/text-0.0.4")
	}
	print ""
	print "| ms by GET over loopback, text of the counters | |"
	print "|---|---|"
	printf "| a buffer that is ready, of the same size | %s |\n", ms("http/ready")
	printf "| **as it is** | %s |\n", ms("http/get")
	printf "| **gzip** | %s |\n", ms("http/gzip")
	printf "| **zstd** | %s |\n", ms("http/zstd")
	print ""
	printf "A scrape of 1,000,000 counters recorded by 8 threads takes %.0f ms in steps of at most %.2f ms\n",
		pieces, longest
	print "(`bench_pieces`), between which a server answers others."
}

function median(linkage, name, threads) {
	return ns[linkage, name " " threads, "median"]
}

function cell(linkage, name, threads) {
	return sprintf("%.2f (%.2f–%.2f)", median(linkage, name, threads),
		ns[linkage, name " " threads, "min"], ns[linkage, name " " threads, "max"])
}

function row(name, text) {
	printf "| %s | %s | %s | %s | %s |\n", text, cell("static", name, 1),
		cell("shared", name, 1), cell("static", name, 2), cell("static", name, 8)
}

function aim(text, limit, value, unit) {
	printf "| %s | %s%s | %.2f%s | %s |\n", text, limit, unit, value, unit,
		value <= limit ? "met" : "**missed**"
}

# How much a case changes from 1 thread to 2, by how much the thread-local add does.
function scaling(linkage, name) {
	return median(linkage, name, 2) / median(linkage, name, 1) / \
		(median(linkage, "thread_local_add", 2) / median(linkage, "thread_local_add", 1))
}

function aims(linkage,   empty) {
	empty = median(linkage, "empty_loop", 1)
	aim("counter above the empty loop, " linkage, 1.2, median(linkage, "counter_inc", 1) - empty, " ns")
	aim("counter, as a part of an uncontended `lock xadd`, " linkage, 0.6,
		median(linkage, "counter_inc", 1) / median(linkage, "lock_xadd_own", 1), "")
	aim("histogram, 11 bounds, spread values, " linkage, 5, median(linkage, "histogram_observe", 1), " ns")
	aim("native histogram, spread values, " linkage, 7, median(linkage, "native_observe", 1), " ns")
	aim("look-up of three C strings, " linkage, 35, median(linkage, "lookup_inc", 1), " ns")
	aim("counter on 2 threads, change by the thread-local add's own, " linkage, 1.1,
		scaling(linkage, "counter_inc"), "")
	aim("histogram on 2 threads, likewise, " linkage, 1.1, scaling(linkage, "histogram_observe"), "")
}

function shared_by_static(text, name) {
	aim(text ", shared by static", 1.1, median("shared", name, 1) / median("static", name, 1), "")
}

END {
	print "# Benchmarks"
	print ""
	print "Written by `bench/run`; do not edit. Run it to get the same table for your machine."
	print ""
	print "## Machine"
	print ""
	printf "%s (%s; %s CPUs, %s), %s, %s, `-O2`.\n", about["cpu"], about["model"], about["cpus"],
		about["hypervisor"] ? "a virtual machine under " about["hypervisor"] : "not virtual",
		about["kernel"], about["compiler"]
	printf "Commit %s, %s. Load average before the run: %s.\n", about["commit"], about["date"],
		about["load"]
	print ""
	print "## Method"
	print ""
	printf "`bench/record.cc` with Google Benchmark: %s repetitions of at least %s s of each case, in\n",
		about["repetitions"], about["min_time"]
	print "random order. A number is the median over the repetitions of the CPU time of one operation on"
	print "one thread, in nanoseconds, loop included; in parentheses the least and the most. CPU time,"
	print "because it is what recording costs a program, and what other programs on the machine disturb"
	print "least. With 8 threads on fewer CPUs they take turns. Histogram values: 16384 doubles,"
	print "log-uniform from 0.0025 to 12, so all default buckets are hit; look-ups cycle through 64 label"
	print "sets (8 models, 4 providers, 2 statuses) whose strings lie at addresses of any alignment."
	print "Instructions: user instructions of one operation by callgrind, the difference of two run"
	print "lengths less that of an empty operation."
	print ""
	print "## Aims"
	print ""
	print "| | aim: at most | measured | |"
	print "|---|---|---|---|"
	aims("static")
	aims("shared")
	shared_by_static("counter", "counter_inc")
	shared_by_static("histogram", "histogram_observe")
	shared_by_static("look-up", "lookup_inc")
	scrape_aims()
	print ""
	printf "Did the two threads run at the same time? A shared `lock xadd` took %.1f times as long on two\n",
		median("static", "lock_xadd_shared", 2) / median("static", "lock_xadd_shared", 1)
	print "threads as on one; near 1 they did not, and the changes on 2 threads above say nothing."
	print ""
	print "## Recording"
	print ""
	print "| ns per operation and thread | 1 thread, static | 1 thread, shared | 2 threads, static | 8 threads, static |"
	print "|---|---|---|---|---|"
	row("empty_loop", "empty loop")
	row("thread_local_add", "thread-local add")
	row("lock_xadd_own", "`lock xadd`, own cell")
	row("lock_xadd_shared", "`lock xadd`, one shared cell")
	row("mutex_own", "mutex and add, own")
	row("mutex_shared", "mutex and add, one shared")
	row("read_clock", "`clock_gettime`")
	row("counter_inc", "**counter** `quipu_inc`")
	row("counter_inc_spread", "**counter** `quipu_inc`, 64 kept handles in turn")
	row("float_counter_add", "**float counter** `quipu_add`")
	row("updown_inc_dec", "**up-down** `quipu_inc` and `quipu_dec`")
	row("gauge_set", "**gauge** `quipu_set` (one shared cell)")
	row("gauge_add", "**gauge** `quipu_add` (one shared cell)")
	row("read_values", "reading the values, no more")
	row("histogram_observe", "**histogram** `quipu_observe`")
	row("histogram_observe_ns", "**histogram** `quipu_observe_ns`")
	row("native_observe", "**native histogram** `quipu_observe`, factor 1.1")
	row("both_observe", "**histogram with both kinds of buckets** `quipu_observe`")
	row("summary_observe", "**summary** `quipu_observe`")
	row("histogram_exemplar", "**histogram** `quipu_observe_exemplar`, not wanted")
	row("counter_exemplar", "**counter** `quipu_inc_exemplar`, not wanted")
	row("grid_inc", "**grid** `quipu_inc(quipu_grid_at(…))`, 8 × 8")
	row("time_scope", "**timer** `QUIPU_TIME_SCOPE` (two clock reads)")
	row("read_labels", "reading the label sets, no more")
	row("lookup_inc", "**look-up** `quipu_inc_at`, three C strings")
	row("lookup_inc_v", "**look-up** `quipu_inc_at_v`, three strings with lengths")
	row("lookup_inc_typed", "**look-up** `quipu_inc_with`, typed label set")
	row("lookup_observe", "**look-up** `quipu_observe_at`, three C strings")
	scrapes()
	if (!("counter" in instructions))
		exit
	print ""
	print "## Instructions"
	print ""
	print "| operation | user instructions |"
	print "|---|---|"
	printf "| counter | %s |\n| up-down | %s |\n| float counter | %s |\n| histogram | %s |\n", \
		instructions["counter"], instructions["updown"], instructions["float_counter"],
		instructions["histogram"]
	printf "| native histogram | %s |\n", instructions["native"]
	printf "| look-up of three C strings | %s |\n| look-up of three strings with lengths | %s |\n",
		instructions["lookup"], instructions["lookup_v"]
}
