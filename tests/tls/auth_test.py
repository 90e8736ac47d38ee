#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Users and passwords: who is let in, at what cost, and what cannot be got around.

The cost is counted, not timed: quipu_tls_stats tells how often bcrypt was run.
"""
import base64
import os
import select
import subprocess
import threading
import time
import unittest

import kit
from kit import ALICE, NAME, Client, Folder, Server, basic, client_context, get, scale, wait_until

RIGHT = basic(*ALICE[:2])
USERS = f"basic_auth_users:\n  {ALICE[0]}: {ALICE[2]}\n"
TLS = "tls_server_config: {cert_file: server.crt, key_file: server.key}\n"


def hash_of(password, cost=4):
    line = subprocess.run(["htpasswd", "-niBC", str(cost), ""], input=password, text=True,
                          capture_output=True, check=True).stdout
    return line.strip().lstrip(":")


def raw_basic(bytes_):
    return "Basic " + base64.b64encode(bytes_).decode()


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Folder()
        cls.addClassCleanup(cls.folder.close)

    def check(self, server, authorization, status, hashed, remembered=0):
        """The answer, and how often bcrypt was run for it and a right password remembered."""
        before = server.stats()
        answer = get(server.port, authorization=authorization)
        after = server.stats()
        what = (authorization or "none")[:60]
        self.assertEqual(answer.status, status, what)
        self.assertEqual(after["hashed"] - before["hashed"], hashed, what)
        self.assertEqual(after["remembered"] - before["remembered"], remembered, what)
        if status == 401:
            self.assertTrue(answer.fields["www-authenticate"].startswith("Basic"))
            self.assertNotIn(b"served_total", answer.body)
        return answer


class Plain(Case):
    """Without TLS, as exporters allow it."""

    def setUp(self):
        self.config = self.folder.write("users.yml", USERS)

    def test_who_is_let_in(self):
        with Server(self.config) as server:
            self.check(server, None, 401, 0)
            self.check(server, RIGHT, 200, 1)
            self.check(server, RIGHT, 200, 0, 1)
            self.check(server, RIGHT.replace("Basic", "bASIC "), 200, 0, 1)
            # what is wrong costs one run each time, and is not remembered
            for _ in range(2):
                self.check(server, basic("alice", "Wonderland"), 401, 1)
                self.check(server, basic("alice", ""), 401, 1)
                self.check(server, basic("nobody", "wonderland"), 401, 1)
                self.check(server, basic("", "wonderland"), 401, 1)
                self.check(server, basic("Alice", "wonderland"), 401, 1)
                self.check(server, basic("alice\0", "wonderland"), 401, 1)
                self.check(server, basic("alice", "wonderland\0x"), 401, 1)
                self.check(server, basic("alice", "wonderland" * 100), 401, 1)
            self.check(server, RIGHT, 200, 0, 1)

    def test_not_basic(self):
        """What is no user and password costs nothing."""
        with Server(self.config) as server:
            for field in ("", "Basic", "Basic ", "Bearer abc", "Basic ***", "Basic YWxpY2U=",
                          "Basic " + RIGHT[6:].rstrip("=") + "=", RIGHT + "=", RIGHT + " x",
                          "Basi" + RIGHT[5:], "Basic" + RIGHT[6:], raw_basic(b""),
                          raw_basic(b"alice"), "Basic " + "A" * 4001, "Basic ===="):
                self.check(server, field, 401, 0)
            answer = get(server.port, fields=f"Authorization: {RIGHT}\r\nauthorization: {RIGHT}\r\n")
            self.assertEqual(answer.status, 401)

    def test_huge(self):
        with Server(self.config) as server:
            self.check(server, basic("alice", "x" * 5000), 401, 1)
            self.check(server, basic("a" * 5000, "x"), 401, 1)
            self.assertEqual(get(server.port, authorization="Basic " + "A" * 9000).status, 431)
            self.check(server, RIGHT, 200, 1)

    def test_every_path(self):
        with Server(self.config) as server, Client(server.port) as client:
            for path in ("/metrics", "/", "/-/healthy", "/-/ready", "/nothing", "/metrics?name[]=a"):
                self.assertEqual(get(server.port, path=path).status, 401, path)
            self.assertEqual(client.get("/nothing", RIGHT).status, 404)
            self.assertEqual(client.get("/-/healthy", RIGHT).status, 200)
            # on one connection each request is judged by itself
            self.assertEqual(client.get("/metrics", RIGHT).status, 200)
            self.assertEqual(client.get("/metrics").status, 401)

    def test_poisoning(self):
        """No other way to say the bytes of what is remembered: a colon in another place, or a name
        that has what another's hash, name and password are made of."""
        name, password, stored = ALICE
        longer = f"  {name}{password[0]}: {stored}\n  empty: {hash_of('')}\n"
        with Server(self.folder.write("longer.yml", USERS + longer)) as server:
            self.check(server, RIGHT, 200, 1)
            for other in (f"{name}w:{password[1:]}", f"{name[:-1]}:{name[-1]}{password}",
                          f"{stored}{name}:{password}", f"{stored}:{name}{password}",
                          f"{name}:{stored}", f"{name}::{password}", f":{name}:{password}",
                          f"{name}:{password}:"):
                self.check(server, raw_basic(other.encode()), 401, 1)
            # two users of one hash, one name a part of the other's
            self.check(server, basic(name + password[0], password[1:]), 401, 1)
            self.check(server, basic(name + password[0], password), 200, 1)
            self.check(server, basic("empty", ""), 200, 1)
            self.check(server, basic("empty", "\0x"), 401, 1)
            self.check(server, basic("empty", "x" * 2000), 401, 1)
            self.check(server, RIGHT, 200, 0, 1)

    def test_changed_password(self):
        """What was right before is wrong at once, also if it is remembered."""
        config = self.folder.write("changing.yml", USERS)
        with Server(config) as server:
            self.check(server, RIGHT, 200, 1)
            self.check(server, RIGHT, 200, 0, 1)
            self.folder.write("changing.yml", f"basic_auth_users: {{alice: {hash_of('new')}}}\n")
            wait_until(lambda: get(server.port, authorization=basic("alice", "new")).status == 200,
                       "the new password")
            self.check(server, RIGHT, 401, 1)
            self.folder.write("changing.yml", f"basic_auth_users: {{bob: {ALICE[2]}}}\n")
            wait_until(lambda: get(server.port, authorization=basic("bob", "wonderland")).status
                       == 200, "the new user")
            self.check(server, RIGHT, 401, 1)
            self.folder.write("changing.yml", "basic_auth_users: {alice: secret}\n")
            wait_until(lambda: server.stats()["failed_reloads"] == 1, "the failure")
            self.assertNotIn("secret", server.reload_error)
            self.check(server, basic("bob", "wonderland"), 200, 0, 1)

    def test_users_cannot_vanish(self):
        """A file that was emptied, or cut off, lets nobody in."""
        config = self.folder.write("emptied.yml", USERS)
        with Server(config) as server:
            for n, text in enumerate(("", "basic_auth_users:\n", "http_server_config: {}\n"), 1):
                self.folder.write("emptied.yml", text)
                wait_until(lambda n=n: server.stats()["failed_reloads"] == n, f"failure {n}")
                self.assertEqual(server.reload_error, f"{config}: basic_auth_users cannot vanish "
                                 "while it is used; restart for that")
                self.assertEqual(get(server.port).status, 401)
            self.folder.write("emptied.yml", USERS)
            wait_until(lambda: server.stats() and not server.reload_error, "recovery")
            self.check(server, RIGHT, 200, 1)

    def test_users_can_come(self):
        config = self.folder.write("filled.yml", "")
        with Server(config) as server:
            self.assertEqual(get(server.port).status, 200)
            self.folder.write("filled.yml", USERS)
            wait_until(lambda: get(server.port).status == 401, "the users")
            self.check(server, RIGHT, 200, 1)

    def test_being_written(self):
        """What two looks do not see alike is not taken. Only this thread makes the server look."""
        config = self.folder.write("written.yml", USERS)
        with Server(config) as server:
            end = time.monotonic() + 3.5
            while time.monotonic() < end:
                with open(config, "a", encoding="utf-8") as file:
                    file.write(f"  bob{os.stat(config).st_size}: {ALICE[2]}\n")
                stats = server.stats()
                self.assertEqual((stats["reloads"], stats["failed_reloads"]), (0, 0))
                time.sleep(0.05)
            wait_until(lambda: server.stats()["reloads"] == 1, "the whole file")
            self.check(server, basic(f"bob{len(USERS)}", ALICE[1]), 200, 1)

    def test_many(self):
        """More right passwords than are remembered: the oldest go, all stay right."""
        count = 260
        passwords = {f"user{i}": f"password{i}" for i in range(3)}
        users = "".join(f"  {name}: {hash_of(word)}\n" for name, word in passwords.items())
        users += "".join(f"  same{i}: {ALICE[2]}\n" for i in range(count))
        with Server(self.folder.write("many.yml", "basic_auth_users:\n" + users)) as server, \
                Client(server.port) as client:
            for name, word in passwords.items():
                self.assertEqual(client.get(authorization=basic(name, word)).status, 200)
            for i in range(count):
                self.assertEqual(client.get(authorization=basic(f"same{i}", ALICE[1])).status, 200)
            self.assertEqual(server.stats()["hashed"], count + 3)
            self.check(server, basic("user0", "password0"), 200, 1)
            self.check(server, basic(f"same{count - 1}", ALICE[1]), 200, 0, 1)
            self.check(server, basic(f"same{count - 2}", "password0"), 401, 1)

    def test_variants(self):
        """2a, 2b and 2y are the same for passwords of ASCII."""
        users = "".join(f"  u{kind}: {ALICE[2].replace('$2y', '$2' + kind)}\n" for kind in "aby")
        with Server(self.folder.write("kinds.yml", "basic_auth_users:\n" + users)) as server:
            for kind in "aby":
                self.check(server, basic(f"u{kind}", ALICE[1]), 200, 1)

    def test_own_loop(self):
        with Server(self.config, 5, 0, "poll") as server:
            for _ in range(3):
                self.assertEqual(get(server.port, authorization=RIGHT).status, 200)
                self.assertEqual(get(server.port, authorization=basic("a", "b")).status, 401)


class Busy(Case):
    """Passwords that take long, and others meanwhile."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.config = cls.folder.write(
            "slow.yml", USERS + f"  slow: {hash_of('tortoise', 10)}\n")

    def test_loop_is_free(self):
        """A flood of wrong passwords fills the queue: those who are known, and who need nothing,
        are answered at once; who is not waits or is told to come later; nobody gets in."""
        # one check takes as long as a hundred answers, also of a busy machine
        config = self.folder.write("slower.yml", USERS + f"  slow: {hash_of('tortoise', 12)}\n")
        with Server(config) as server:
            self.check(server, RIGHT, 200, 1)
            flood = [Client(server.port, host=f"127.0.1.{1 + i}") for i in range(90)]
            for client in flood:
                client.send(authorization=basic("slow", "hare"))
            wait_until(lambda: server.stats()["unavailable"] > 0, "a full queue")
            begin = server.stats()["hashed"]
            for _ in range(20):
                self.assertEqual(get(server.port, authorization=RIGHT).status, 200)
                self.assertEqual(get(server.port).status, 401)
            self.assertLess(server.stats()["hashed"] - begin, 20, "the loop waited for bcrypt")
            told = {}
            for _ in range(2 + server.stats()["unavailable"]):
                for ready in select.select([client.socket for client in flood], [], [], 60)[0]:
                    client = next(client for client in flood if client.socket is ready)
                    told.setdefault(kit.read_answer(client.stream).status, []).append(client)
                    flood.remove(client)
                    self.assertLessEqual(set(told), {401, 503})
                if len(told) == 2:
                    break
            self.assertEqual(set(told), {401, 503})
            flood += told[401] + told[503]
            # those who give up are not checked any more
            for client in flood:
                client.reset()
            wait_until(lambda: server.stats()["open"] == 0, "all to go")
            done = server.stats()["hashed"]
            answer = get(server.port, authorization=basic("slow", "tortoise"))
            self.assertEqual(answer.status, 200)
            # at most one that was being checked, and this
            self.assertLessEqual(server.stats()["hashed"], done + 2)

    def test_at_once(self):
        """Many who say the same right password at once cost one run, or nearly."""
        with Server(self.config) as server:
            statuses = []

            def ask(i):
                statuses.append(get(server.port, host=f"127.0.1.{1 + i}",
                                    authorization=basic("slow", "tortoise")).status)

            threads = [threading.Thread(target=ask, args=(i,)) for i in range(20)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(statuses, [200] * 20)
            self.assertEqual(server.stats()["hashed"], 1)
            self.assertEqual(server.stats()["remembered"], 19)

    def test_unknown_costs_as_much(self):
        """As the dearest of those that are there."""
        with Server(self.config) as server:
            def seconds(name):
                begin = time.monotonic()
                for _ in range(2):
                    self.check(server, basic(name, "x"), 401, 1)
                return time.monotonic() - begin
            # work, not time: bcrypt of cost 4 takes a millisecond, of cost 10 some tens
            self.assertGreater(seconds("nobody"), 0.02)

    def test_end_while_checking(self):
        for _ in range(scale(3)):
            with Server(self.config) as server:
                clients = [Client(server.port) for _ in range(5)]
                for client in clients:
                    client.send(authorization=basic("slow", "hare"))
                wait_until(lambda: server.stats()["open"] == 5, "all to be there")
            for client in clients:
                client.close()


class Encrypted(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder.authority("ca")
        cls.folder.certificate("server", "ca", f"DNS:{NAME}")
        cls.context = client_context(cls.folder.at("ca.crt"))

    def test_both(self):
        with Server(self.folder.write("both.yml", TLS + USERS)) as server, \
                Client(server.port, self.context) as client:
            self.assertEqual(get(server.port, self.context).status, 401)
            self.assertEqual(client.get(authorization=RIGHT).status, 200)
            self.assertEqual(client.get(authorization=basic("alice", "x")).status, 401)
            with self.assertRaises((EOFError, ConnectionError, AssertionError)):
                self.assertNotEqual(get(server.port, authorization=RIGHT).status, 400)

    def test_sandbox(self):
        """All that serving needs is let through; files are not looked at any more."""
        config = self.folder.write("both.yml", TLS + USERS)
        with Server(config, 5, 0, "sandbox") as server:
            for _ in range(3):
                with Client(server.port, self.context) as client:
                    self.assertEqual(client.get(authorization=RIGHT).status, 200)
                    self.assertEqual(client.get(authorization=basic("alice", "x")).status, 401)
            self.folder.write("both.yml", "broken")
            time.sleep(1.2)
            self.assertEqual(get(server.port, self.context, authorization=RIGHT).status, 200)
            self.assertEqual(server.stats()["failed_reloads"], 0)

    def test_gone_while_checked(self):
        config = self.folder.write("slow.yml", TLS + f"basic_auth_users: {{s: {hash_of('x', 8)}}}\n")
        with Server(config) as server:
            for _ in range(scale(10)):
                client = Client(server.port, self.context)
                client.send(authorization=basic("s", "y"))
                client.close()
            self.assertEqual(get(server.port, self.context, authorization=basic("s", "x")).status,
                             200)

    def test_fields(self):
        config = self.folder.write("fields.yml", TLS + USERS + """
http_server_config:
  headers:
    Strict-Transport-Security: max-age=31536000; includeSubDomains
    X-Frame-Options: deny
    X-XSS-Protection: "0"
    X-Content-Type-Options: nosniff
    Content-Security-Policy: default-src 'none'
""")
        with Server(config) as server, Client(server.port, self.context) as client:
            for authorization, status in ((RIGHT, 200), (None, 401)):
                answer = client.get(authorization=authorization)
                self.assertEqual(answer.status, status)
                self.assertEqual(answer.fields["strict-transport-security"],
                                 "max-age=31536000; includeSubDomains")
                self.assertEqual(answer.fields["x-frame-options"], "deny")
                self.assertEqual(answer.fields["x-xss-protection"], "0")
                self.assertEqual(answer.fields["content-security-policy"], "default-src 'none'")
                self.assertEqual(answer.fields["x-content-type-options"], "nosniff")

    def test_exposed_key(self):
        config = self.folder.write("exposed.yml", TLS)
        for mode, exposed in ((0o600, 0), (0o640, 0), (0o644, 1)):
            os.chmod(self.folder.at("server.key"), mode)
            with Server(config) as server:
                self.assertEqual(server.stats()["exposed_key"], exposed)


class Limited(Case):
    def test_burst(self):
        """The burst, then no more until an interval has passed; a request that is refused takes
        nothing."""
        config = self.folder.write("limit.yml", "rate_limit: {interval: 1h, burst: 5}\n")
        with Server(config) as server, Client(server.port) as client:
            statuses = [client.get("/-/healthy").status for _ in range(8)]
            self.assertEqual(statuses, [200] * 5 + [429] * 3)
            self.assertIn("retry-after", client.get().fields)
            self.assertEqual(server.stats()["too_many"], 4)

    def test_refill(self):
        config = self.folder.write("refill.yml", "rate_limit: {interval: 200ms, burst: 1}\n")
        with Server(config) as server, Client(server.port) as client:
            self.assertEqual(client.get().status, 200)
            wait_until(lambda: client.get().status == 200, "the next")

    def test_debt(self):
        """What was taken under an old limit is no longer than a new one lets anybody wait."""
        config = self.folder.write("debt.yml", "rate_limit: {interval: 24h, burst: 30}\n")
        with Server(config) as server, Client(server.port) as client:
            self.assertEqual([client.get().status for _ in range(31)], [200] * 30 + [429])
            self.folder.write("debt.yml", "rate_limit: {interval: 100ms, burst: 2}\n")
            wait_until(lambda: server.stats()["reloads"] == 1, "the new limit")
            wait_until(lambda: client.get().status == 200, "the next")

    def test_before_passwords(self):
        """Who is over the limit costs no bcrypt."""
        config = self.folder.write("guarded.yml", USERS + "rate_limit: {interval: 1h, burst: 2}\n")
        with Server(config) as server:
            statuses = [get(server.port, authorization=basic("alice", f"{i}")).status
                        for i in range(5)]
            self.assertEqual(statuses, [401, 401, 429, 429, 429])
            self.assertEqual(server.stats()["hashed"], 2)


TRIES = 5


class Guessing(Case):
    """Who guesses is not in the way of who knows, nor ahead of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        stored = hash_of("tortoise", 10)
        cls.config = cls.folder.write(
            "guessed.yml", USERS + "".join(f"  slow{i}: {stored}\n" for i in range(TRIES)))

    def test_one_guess_a_connection(self):
        """A 401 is the last answer, and what came behind the guess is not looked at."""
        with Server(self.config) as server, Client(server.port) as client:
            for i in range(5):
                client.send(authorization=basic("alice", f"{i}"))
            answer = kit.read_answer(client.stream)
            self.assertEqual((answer.status, answer.fields["connection"]), (401, "close"))
            self.assertEqual(client.stream.read(), b"")
            self.assertEqual(server.stats()["hashed"], 1)

    def test_one_host(self):
        """It has four places, however many connections; whoever comes from elsewhere has one too
        and waits for those four at most, its password not known yet."""
        with Server(self.config) as server:
            # one that was being checked, those four, its own, and one that came since: more come
            # where this process does not get on, but not each time
            for i in range(TRIES):
                hashed = self.hashed_meanwhile(server, f"slow{i}")
                if hashed <= 7:
                    break
            self.assertLessEqual(hashed, 7)

    def hashed_meanwhile(self, server, name):
        """How many are checked until somebody new is let in, beside a flood."""
        before = server.stats()["unavailable"]
        flood = [Client(server.port) for _ in range(90)]
        for client in flood:
            for _ in range(20):
                client.send(authorization=basic("slow0", "hare"))
        wait_until(lambda: server.stats()["unavailable"] - before > 60, "no more places")
        before = server.stats()["hashed"]
        answer = get(server.port, host="127.0.1.1", authorization=basic(name, "tortoise"))
        self.assertEqual(answer.status, 200)
        hashed = server.stats()["hashed"] - before
        for client in flood:
            client.reset()
        wait_until(lambda: server.stats()["open"] == 0, "the flood to go")
        return hashed


if __name__ == "__main__":
    kit.main()
