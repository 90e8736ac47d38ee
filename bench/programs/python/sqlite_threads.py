# SPDX-License-Identifier: MIT
"""Statements a second of four threads on one database in memory, one in ten a write: SECONDS."""
import sqlite3
import sys
import threading
import time

ROWS = 10000


def main():
    over = time.monotonic() + float(sys.argv[1])
    url = "file:bench?mode=memory&cache=shared"
    first = sqlite3.connect(url, uri=True)
    first.execute("create table calls (id integer primary key, model text, tokens integer)")
    first.executemany("insert into calls values (?, ?, ?)",
                      ((i, f"model-{i % 100}", i % 777) for i in range(ROWS)))
    first.execute("pragma read_uncommitted = 1")
    first.commit()
    writing = threading.Lock()   # a shared cache knows no waiting for a table
    done = []

    def work(number):
        mine = sqlite3.connect(url, uri=True, isolation_level=None)
        mine.execute("pragma read_uncommitted = 1")
        n = 0
        while time.monotonic() < over:
            key = (number * 4099 + n * 7919) % ROWS
            if n % 10 == 0:
                with writing:
                    mine.execute("update calls set tokens = tokens + 1 where id = ?", (key,))
            else:
                mine.execute("select sum(tokens) from calls where id between ? and ?",
                             (key, key + 20)).fetchone()
            n += 1
        done.append(n)
        mine.close()

    began = time.monotonic()
    threads = [threading.Thread(target=work, args=[i]) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sum(done) / (time.monotonic() - began))


main()
