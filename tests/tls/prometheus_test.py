#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A real Prometheus scrapes through TLS, with a password and a certificate of its own, while the
server's certificate is rotated; one with a wrong password, and one of a wrong authority, do not.

prometheus_test.py SERVER E2E   (the program made of serve.c, the folder of tests/e2e)
"""
import contextlib
import os
import sys
import tempfile

sys.path.insert(0, sys.argv.pop(2))

import kit  # noqa: E402
from children import Deadline, check  # noqa: E402
from kit import ALICE, NAME  # noqa: E402
from server import HOUR, TIMEOUT_SECONDS, Server as Prometheus, find_programs, now  # noqa: E402

CONFIG = f"""
tls_server_config:
  cert_file: server.crt
  key_file: server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.crt
  client_allowed_sans: [prometheus.example]
basic_auth_users:
  {ALICE[0]}: {ALICE[2]}
"""
JOB = """    scheme: https
    basic_auth: {{username: alice, password: {password}}}
    tls_config:
      ca_file: {ca}
      server_name: quipu.example
      cert_file: {folder}/scraper.crt
      key_file: {folder}/scraper.key
"""


def values(prometheus, name):
    return [value for points in prometheus.raw(name, now(), HOUR).values() for _, value in points]


def late(prometheus):
    """How many of its scrapes took all their time."""
    return sum(took >= TIMEOUT_SECONDS for took in values(prometheus, "scrape_duration_seconds"))


def agree(stats, *scrapers):
    """Everybody who was checked or remembered was let in, or refused, but for those who had left."""
    told = stats["allowed"] + stats["unauthorized"]
    return 0 <= stats["hashed"] + stats["remembered"] - told <= sum(map(late, scrapers))


def said(prometheus):
    """What was wrong with the last scrape."""
    return "".join(target["lastError"] for target in prometheus.targets().values())


def main():
    find_programs("prometheus", "openssl")
    kit.Server.program = sys.argv[1]
    folder = kit.Folder()
    deadline = Deadline(500)
    folder.authority("ca")
    folder.authority("other")
    folder.certificate("server", "ca", f"DNS:{NAME}")
    folder.certificate("scraper", "ca", "DNS:prometheus.example", "clientAuth")
    config = folder.write("web.yml", CONFIG)

    def job(password=ALICE[1], ca="ca"):
        return JOB.format(password=password, ca=folder.at(f"{ca}.crt"), folder=folder.path)

    with contextlib.ExitStack() as stack:
        stack.callback(folder.close)
        data = stack.enter_context(tempfile.TemporaryDirectory(prefix="quipu-tls-prom-"))
        server = stack.enter_context(kit.Server(config, 5, 1000))
        good, wrong, foreign = (stack.enter_context(
            Prometheus(os.path.join(data, name), {name: server.port}, deadline, job=how))
            for name, how in (("good", job()), ("wrong", job(password="x")),
                              ("foreign", job(ca="other"))))
        deadline.until("the first scrapes", lambda: len(values(good, "served_total")) >= 3)
        folder.certificate("next", "ca", f"DNS:{NAME}")
        folder.move("next", "server")
        deadline.until("more after the rotation", lambda: len(values(good, "served_total")) >= 6)
        check(set(values(good, "served_total")) == {42}, "another value than was counted")
        at = deadline.until("a scrape that succeeded", lambda: good.settled(0))
        items = good.instant("sum(items_total)", at)
        check(list(items.values()) == [sum(range(1000))], f"the items come to {items}")
        good.scrapes("good", now(), HOUR)
        for bad, why in ((wrong, "401"), (foreign, "certificate")):
            deadline.until(why, lambda bad=bad, why=why: why in said(bad) and values(bad, "up"))
            check(set(values(bad, "up")) == {0} and not values(bad, "served_total"),
                  "it was let in")
        deadline.until("figures that agree", lambda: agree(server.stats(), good, wrong))
        deadline.until("one of another authority", lambda: server.stats()["failed_handshakes"])
        print(f"scrapes: {server.stats()['allowed']}")


if __name__ == "__main__":
    main()
