# SPDX-License-Identifier: MIT
"""Threads that share one connection of SQLite, then each with its own to the same file; prints what
is in the table in the end."""
import sqlite3
import sys
import threading

COUNT = ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) "
         "SELECT count(*), sum(i) FROM n")
THREADS = 4

path = sys.argv[1]
shared = sqlite3.connect(path, check_same_thread=False, timeout=60, isolation_level=None)
shared.execute("CREATE TABLE t (who INTEGER, what INTEGER)")
counted = []


def count():
    for _ in range(5):
        counted.append(tuple(shared.execute(COUNT).fetchone()))


def insert(who):
    own = sqlite3.connect(path, timeout=60, isolation_level=None)
    own.execute("PRAGMA synchronous = OFF")
    for what in range(20):
        own.execute("INSERT INTO t VALUES (?, ?)", (who, what))
    own.close()


for target, options in ((count, [()] * THREADS), (insert, [(i,) for i in range(THREADS)])):
    threads = [threading.Thread(target=target, args=arguments) for arguments in options]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print(len(counted), set(counted))
print(shared.execute("SELECT count(*), sum(who), sum(what) FROM t").fetchone())
