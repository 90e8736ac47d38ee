# SPDX-License-Identifier: MIT
# report.awk: BENCHMARKS.md from what bench/run measured: machine, instructions.csv,
# static.csv, shared.csv, in this order. Every number in the report comes from these files.

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
