# SPDX-License-Identifier: MIT
"""From when on something is wrong: the numbers in the alerts, and the lines in the dashboards that
show them. Change them here, then run tools/deploy/generate."""

SCRAPE_INTERVAL = 15  # seconds
SCRAPE_TIMEOUT = 10

# Ratios of calls say little where there are few: alerts on them want so many a second.
MIN_CALLS = 0.05
MIN_TOOLS = 0.02
MIN_GUARDS = 0.05

ERROR_RATIO = 0.05
OBJECTIVE = 0.99  # of calls that shall not fail; the rest is the error budget of 30 days
BURN_FAST = 14.4  # times the budget's pace: 2 % of it in an hour
BURN_SLOW = 6  # 5 % of it in six hours

FIRST_TOKEN_SECONDS = 5
THROUGHPUT_LEFT = 0.5  # of what it was an hour ago
NEAR_TOP_RATIO = 0.01  # of the calls beyond the last but one bound of their histogram

COST_DOLLARS_A_DAY = 500
COST_NEAR = 0.8

RATE_LIMITED_RATIO = 0.1
QUEUE_WAIT_SECONDS = 1
STALLED_SHARE = 0.1  # of a loop's time

TOOL_ERROR_RATIO = 0.2
GUARD_BLOCK_RATIO = 0.2

FAMILY_FULL_RATIO = 0.9
SCRAPE_SLOW_SECONDS = SCRAPE_TIMEOUT / 2
FDS_RATIO = 0.9
LOCK_WAIT_RATIO = 0.25  # of the time in which threads run or wait for locks
MIN_LOCK_WAIT = 0.1  # seconds that threads wait for locks, per second: less is not worth a look
RUN_QUEUE_RATIO = 0.3  # of the time in which threads run or wait for a processor
ALLOCATOR_WAIT = 0.05  # seconds that threads wait for the allocator's mutexes, per second
