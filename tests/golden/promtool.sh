#!/bin/sh
# SPDX-License-Identifier: MIT
# promtool.sh FOLDER: promtool must parse every expected file and find nothing to complain of, but
# for the one counter that is there to have no ending.
set -u

command -v promtool >/dev/null || {
	echo "promtool is missing (Debian: prometheus)"
	exit 1
}
failed=0
checked=0
for file in "$1"/*.txt; do
	findings=$(promtool check metrics <"$file" 2>&1)
	status=$?
	findings=$(printf %s "$findings" | grep -v '^jobs counter metrics should have "_total" suffix$')
	if { [ $status = 0 ] || [ $status = 3 ]; } && [ -z "$findings" ]; then
		checked=$((checked + 1))
	else
		echo "FAIL $file: $findings"
		failed=1
	fi
done
echo "$checked files pass"
[ "$checked" -gt 0 ] || failed=1
exit $failed
