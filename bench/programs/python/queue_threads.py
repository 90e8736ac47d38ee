# SPDX-License-Identifier: MIT
"""Items a second through a bounded queue, two threads that put and two that take: SECONDS."""
import queue
import sys
import threading
import time


def main():
    seconds = float(sys.argv[1])
    items = queue.Queue(maxsize=64)
    taken = []
    over = time.monotonic() + seconds

    def put():
        while time.monotonic() < over:
            items.put(1)
        items.put(None)

    def take():
        n = 0
        while items.get() is not None:
            n += 1
        taken.append(n)

    began = time.monotonic()
    threads = [threading.Thread(target=work) for work in (put, put, take, take)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sum(taken) / (time.monotonic() - began))


main()
