# SPDX-License-Identifier: MIT
"""Threads that hand a number round by locks and conditions; prints the sum and exits with 9."""
import sys
import threading

THREADS, ROUNDS = 4, 2000
lock, changed = threading.Lock(), threading.Condition()
total, turn = 0, 0


def add():
    global total
    for number in range(ROUNDS):
        with lock:
            total += number


def take_turns(own):
    global turn
    for _ in range(100):
        with changed:
            changed.wait_for(lambda: turn % THREADS == own)
            turn += 1
            changed.notify_all()


def spin():
    """Keeps the interpreter's own lock from the others."""
    return sum(i * i for i in range(300000))


for targets in ([(add, ())] * THREADS, [(take_turns, (i,)) for i in range(THREADS)],
                [(spin, ())] * 3):
    threads = [threading.Thread(target=target, args=arguments) for target, arguments in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print(total, turn)
sys.exit(9)
