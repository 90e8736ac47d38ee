#!/bin/sh
# SPDX-License-Identifier: MIT
# promtool.sh FOLDER: promtool must parse every expected file and find nothing to complain of.
set -u

command -v promtool >/dev/null || {
	echo "promtool is missing (Debian: prometheus)"
	exit 1
}
failed=0
checked=0
for file in "$1"/*.txt; do
	if findings=$(promtool check metrics <"$file" 2>&1) && [ -z "$findings" ]; then
		checked=$((checked + 1))
	else
		echo "FAIL $file: $findings"
		failed=1
	fi
done
echo "$checked files pass"
[ "$checked" -gt 0 ] || failed=1
exit $failed
