#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The encrypted transport: who gets through, who does not, and that nobody is in another's way."""
import random
import socket
import ssl
import struct
import subprocess
import threading
import time
import unittest

import kit
from kit import NAME, Client, Folder, Server, client_context, connect, get, openssl, scale, wait_until

PLAIN_TLS = """
tls_server_config:
  cert_file: server.crt
  key_file: server.key
"""
SERIES = 20000


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Folder()
        cls.addClassCleanup(cls.folder.close)
        cls.folder.authority("ca")
        cls.folder.authority("other")
        cls.folder.certificate("server", "ca", f"DNS:{NAME}")
        cls.config = cls.folder.write("web.yml", PLAIN_TLS)
        cls.context = client_context(cls.folder.at("ca.crt"))

    def refused(self, port, context):
        """The client notices, at the latest when it asks for something."""
        with self.assertRaises((ssl.SSLError, EOFError, ConnectionError)):
            get(port, context)


class Serving(Case):
    def test_versions(self):
        with Server(self.config) as server:
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                context = client_context(self.folder.at("ca.crt"), most=version, least=version)
                with Client(server.port, context) as client:
                    self.assertEqual(client.get().status, 200)
                    self.assertIn(b"served_total 42", client.get().body)
            wait_until(lambda: server.stats()["handshakes"] == 2, "two handshakes")

    def test_old_versions(self):
        with Server(self.config) as server:
            context = client_context(self.folder.at("ca.crt"))
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.maximum_version = ssl.TLSVersion.TLSv1_1
            self.refused(server.port, context)
            wait_until(lambda: server.stats()["failed_handshakes"] == 1, "the failure")

    def test_only_the_newest(self):
        config = self.folder.write("13.yml", PLAIN_TLS + "  min_version: TLS13\n")
        with Server(config) as server:
            self.assertEqual(get(server.port, self.context).status, 200)
            self.refused(server.port, client_context(self.folder.at("ca.crt"),
                                                     most=ssl.TLSVersion.TLSv1_2))

    def test_own_loop(self):
        with Server(self.config, 5, 0, "poll") as server:
            with Client(server.port, self.context) as client:
                for _ in range(10):
                    self.assertEqual(client.get().status, 200)

    def test_large(self):
        """Through the kernel's buffers many times over, to slow and to quick readers."""
        with Server(self.config, 5, SERIES) as server:
            whole = get(server.port, self.context).body
            self.assertEqual(whole.count(b"\nitems_total{"), SERIES)
            with Client(server.port, self.context) as client:
                client.send()
                time.sleep(0.3)
                self.assertEqual(kit.read_answer(client.stream).body, whole)
                self.assertEqual(client.get("/-/healthy").status, 200)

    def test_pipelined(self):
        """Many requests of few records. The last record does not fit behind what is there already,
        so that its end waits in OpenSSL, where no event tells of it."""
        record, begun, count = 16384, 1000, 11
        with Server(self.config) as server, Client(server.port, self.context) as client:
            head = b"GET /-/healthy HTTP/1.1\r\nHost: a\r\nX: "
            sizes = [(record + begun) // count] * count
            sizes[0] += record + begun - sum(sizes)
            text = b"".join(head + b"x" * (size - len(head) - 4) + b"\r\n\r\n" for size in sizes)
            client.socket.sendall(text[:begun])
            time.sleep(0.2)
            client.socket.sendall(text[begun:])
            for _ in range(count):
                self.assertEqual(kit.read_answer(client.stream).status, 200)

    def test_a_byte_at_a_time(self):
        with Server(self.config) as server, Client(server.port, self.context) as client:
            for byte in b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n":
                client.socket.sendall(bytes([byte]))
            self.assertEqual(kit.read_answer(client.stream).status, 200)

    def test_close_notify(self):
        """The end of an answer that ends with the connection is one that can be trusted."""
        with Server(self.config, 5, SERIES) as server, Client(server.port, self.context) as client:
            client.socket.suppress_ragged_eofs = False
            client.socket.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            self.assertTrue(client.stream.read().endswith(b"\n"))

    def test_protocols(self):
        with Server(self.config) as server:
            for offered, wanted in ((["h2", "http/1.1"], "http/1.1"), ([], None)):
                context = client_context(self.folder.at("ca.crt"))
                if offered:
                    context.set_alpn_protocols(offered)
                with Client(server.port, context) as client:
                    self.assertEqual(client.socket.selected_alpn_protocol(), wanted)
                    self.assertEqual(client.get().status, 200)
            context.set_alpn_protocols(["h2"])
            self.refused(server.port, context)

    def test_no_resumption(self):
        with Server(self.config) as server:
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                context = client_context(self.folder.at("ca.crt"), most=version)
                with Client(server.port, context) as first:
                    first.get()
                    session = first.socket.session
                with connect(server.port) as raw, \
                        context.wrap_socket(raw, server_hostname=NAME, session=session) as again:
                    self.assertFalse(again.session_reused)

    def test_renegotiation(self):
        with Server(self.config) as server:
            client = subprocess.run(
                ["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-tls1_2",
                 "-CAfile", self.folder.at("ca.crt")], input=b"R\nQ\n", capture_output=True,
                timeout=60)
            said = client.stdout + client.stderr
            self.assertIn(b"RENEGOTIATING", said)
            self.assertIn(b"no renegotiation", said)
            self.assertIn(b"Compression: NONE", said)
            self.assertEqual(get(server.port, self.context).status, 200)

    def test_chain(self):
        """What is behind the certificate in its file is shown too."""
        folder = self.folder
        folder.certificate("middle", "ca", "DNS:middle")
        folder.write("middle.ext", "basicConstraints=critical,CA:TRUE\n")
        openssl("x509", "-req", "-in", folder.at("middle.csr"), "-CA", folder.at("ca.crt"),
                "-CAkey", folder.at("ca.key"), "-set_serial", "77", "-days", "2", "-extfile",
                folder.at("middle.ext"), "-out", folder.at("middle.crt"))
        folder.certificate("leaf", "middle", f"DNS:{NAME}")
        with open(folder.at("leaf.crt")) as leaf, open(folder.at("middle.crt")) as middle:
            folder.write("chain.crt", leaf.read() + middle.read())
        config = folder.write("chain.yml", PLAIN_TLS.replace("server.crt", "chain.crt")
                              .replace("server.key", "leaf.key"))
        with Server(config) as server:
            self.assertEqual(get(server.port, self.context).status, 200)

    def test_ciphers_and_curves(self):
        config = self.folder.write(
            "ciphers.yml", PLAIN_TLS + "  max_version: TLS12\n"
            "  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]\n"
            "  curve_preferences: [CurveP384]\n")
        with Server(config) as server:
            with Client(server.port, self.context) as client:
                self.assertEqual(client.socket.cipher()[0], "ECDHE-ECDSA-AES256-GCM-SHA384")
            context = client_context(self.folder.at("ca.crt"))
            context.set_ecdh_curve("prime256v1")
            self.refused(server.port, context)

    def test_exit_while_serving(self):
        """exit() under the hands of clients: OpenSSL must not be cleaned up under ours."""
        for _ in range(3):
            server = Server(self.config, 5, SERIES)
            stop = threading.Event()

            def hammer(port=server.port):
                while not stop.is_set():
                    try:
                        get(port, self.context)
                    except (OSError, EOFError, ValueError, IndexError):
                        pass

            threads = [threading.Thread(target=hammer) for _ in range(4)]
            for thread in threads:
                thread.start()
            time.sleep(0.2)
            server.process.stdin.write("exit\n")
            server.process.stdin.flush()
            self.assertEqual(server.end(), 0)
            stop.set()
            for thread in threads:
                thread.join()

    def test_fork(self):
        with Server(self.config) as server, Client(server.port, self.context) as client:
            for _ in range(5):
                self.assertEqual(client.get().status, 200)
                self.assertEqual(server.say("fork"), "0")
            self.assertEqual(client.get().status, 200)
            self.assertEqual(get(server.port, self.context).status, 200)


class Enemies(Case):
    def test_plain_http(self):
        with Server(self.config) as server:
            for request in (b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", b"OPTIONS * HTTP/1.1\r\n"):
                with connect(server.port) as client:
                    client.sendall(request)
                    with client.makefile("rb") as stream:
                        answer = kit.read_answer(stream)
                        self.assertEqual(stream.read(), b"")
                    self.assertEqual(answer.status, 400)
                    self.assertEqual(answer.body,
                                     b"Client sent an HTTP request to an HTTPS server.\n")
            wait_until(lambda: server.stats()["failed_handshakes"] == 2, "two failures")

    def test_garbage(self):
        random.seed(13)
        hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
        with Server(self.config, 2) as server:
            for i in range(scale(60)):
                bytes_ = random.randbytes(random.randrange(1, 600))
                if i % 3 == 0:
                    bytes_ = hello + bytes_
                if i % 3 == 1:
                    bytes_ = b"\x16\x03\x03" + struct.pack(">H", len(bytes_)) + bytes_
                with connect(server.port) as client:
                    client.sendall(bytes_)
                    client.shutdown(socket.SHUT_WR)
                    try:
                        while client.recv(4096):
                            pass
                    except ConnectionError:
                        pass
            self.assertEqual(get(server.port, self.context).status, 200)
            wait_until(lambda: server.stats()["open"] == 0, "every connection to end")

    def test_records_after_the_handshake(self):
        """Garbage where records should be."""
        with Server(self.config) as server:
            with Client(server.port, self.context) as client:
                raw = socket.socket(fileno=socket.dup(client.socket.fileno()))
                raw.sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
                with self.assertRaises((ssl.SSLError, EOFError, ConnectionError)):
                    kit.read_answer(client.stream)
                raw.close()
            self.assertEqual(get(server.port, self.context).status, 200)

    def test_half_handshakes(self):
        """A thousand that begin and go no further: each is ended by its deadline, a healthy client
        that keeps its connection is served meanwhile, and new ones come in when they are gone."""
        with Server(self.config, 1) as server, Client(server.port, self.context) as healthy:
            done = 0
            while done < scale(1000):
                batch = []
                for i in range(200):
                    client = connect(server.port)
                    batch.append(client)
                    if i % 2:
                        client.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03abc")
                self.assertEqual(healthy.get().status, 200)
                for client in batch:
                    client.settimeout(20)
                    try:
                        self.assertEqual(client.recv(1), b"")
                    except ConnectionError:
                        pass
                    client.close()
                done += len(batch)
            self.assertEqual(healthy.get().status, 200)
            self.assertEqual(get(server.port, self.context).status, 200)
            print(f"connections: {done}")

    def test_too_many(self):
        """Beyond the most there may be, half handshakes give way soon, and do not crash."""
        with Server(self.config, 1) as server:
            clients = [connect(server.port) for _ in range(300)]
            wait_until(lambda: server.stats()["open"] == 0, "all to be ended")
            for client in clients:
                client.close()
            self.assertEqual(get(server.port, self.context).status, 200)

    def test_cut_off(self):
        """Clients that vanish in the middle of anything, without SIGPIPE."""
        with Server(self.config, 5, SERIES) as server:
            for i in range(scale(40)):
                client = Client(server.port, self.context)
                client.send()
                if i % 2:
                    client.stream.read(1000)
                client.reset()
            self.assertEqual(get(server.port, self.context).status, 200)
            wait_until(lambda: server.stats()["open"] == 0, "every connection to end")


class Clients(Case):
    """Certificates of clients: what each type lets through."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = cls.folder
        folder.certificate("good", "ca", "DNS:prom.example,IP:10.1.2.3,URI:spiffe://a/b", "clientAuth")
        folder.certificate("foreign", "other", "DNS:prom.example", "clientAuth")
        folder.certificate("wrong_use", "ca", "DNS:prom.example", "serverAuth")
        folder.certificate("expired", "ca", "DNS:prom.example", "clientAuth", days="-1")

    def who_gets_in(self, *lines, names=(None, "good", "foreign", "wrong_use", "expired")):
        config = self.folder.write("clients.yml", PLAIN_TLS + "".join(f"  {line}\n" for line in lines))
        let_in = []
        with Server(config) as server:
            for name in names:
                for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                    context = client_context(self.folder.at("ca.crt"), most=version)
                    if name:
                        context.load_cert_chain(self.folder.at(f"{name}.crt"),
                                                self.folder.at(f"{name}.key"))
                    try:
                        self.assertEqual(get(server.port, context).status, 200)
                        let_in.append(name)
                    except (ssl.SSLError, EOFError, ConnectionError):
                        pass
        for name in let_in:
            self.assertEqual(let_in.count(name), 2, f"{name}: versions differ")
        return set(let_in)

    def test_types(self):
        everybody = {None, "good", "foreign", "wrong_use", "expired"}
        ca = "client_ca_file: ca.crt"
        self.assertEqual(self.who_gets_in("client_auth_type: NoClientCert"), everybody)
        self.assertEqual(self.who_gets_in("client_auth_type: RequestClientCert"), everybody)
        self.assertEqual(self.who_gets_in("client_auth_type: RequireAnyClientCert"),
                         everybody - {None})
        self.assertEqual(self.who_gets_in("client_auth_type: VerifyClientCertIfGiven", ca),
                         {None, "good"})
        self.assertEqual(self.who_gets_in("client_auth_type: RequireAndVerifyClientCert", ca),
                         {"good"})

    def test_names(self):
        verify = ("client_auth_type: RequireAndVerifyClientCert", "client_ca_file: ca.crt")
        for name in ("prom.example", "10.1.2.3", "spiffe://a/b"):
            self.assertEqual(self.who_gets_in(*verify, f'client_allowed_sans: [x, "{name}"]',
                                              names=("good", "expired")), {"good"})
        for name in ("prom.exampl", "prom.example.", "*.example", "10.1.2.4", "good"):
            self.assertEqual(self.who_gets_in(*verify, f'client_allowed_sans: ["{name}"]',
                                              names=(None, "good")), set())


class Reloading(Case):
    def serial(self, port, context=None):
        with connect(port) as raw, (context or self.context).wrap_socket(
                raw, server_hostname=NAME) as client:
            return client.getpeercert()["serialNumber"]

    def setUp(self):
        self.folder.certificate("current", "ca", f"DNS:{NAME}")
        self.rotating = self.folder.write("rotating.yml", PLAIN_TLS.replace("server.", "current."))

    def test_rotation(self):
        with Server(self.rotating) as server, Client(server.port, self.context) as old:
            first = self.serial(server.port)
            old_serial = old.socket.getpeercert()["serialNumber"]
            for n in range(2):
                self.folder.certificate("next", "ca", f"DNS:{NAME}")
                self.folder.move("next", "current")
                wait_until(lambda: self.serial(server.port) != first, "the new certificate")
                first = self.serial(server.port)
                wait_until(lambda n=n: server.stats()["reloads"] == n + 1, "one reload")
            self.assertEqual(old.get().status, 200)
            self.assertEqual(old.socket.getpeercert()["serialNumber"], old_serial)
            self.assertEqual(server.stats()["failed_reloads"], 0)

    def test_broken(self):
        """Each way to break it keeps the old, is counted once, and is forgotten when it is well."""
        folder = self.folder
        folder.certificate("unrelated", "ca", f"DNS:{NAME}")
        with open(folder.at("current.crt")) as file:
            certificate = file.read()
        with open(folder.at("unrelated.crt")) as file:
            unrelated = file.read()
        breaks = [("current.crt", certificate[:300], certificate, "cert_file"),
                  ("current.crt", unrelated, certificate, "key values mismatch"),
                  ("rotating.yml", "tls_server_config: {cert: x}\n", None, ":1:"),
                  ("rotating.yml", "basic_auth_users: {}\n", None, "cannot come or go")]
        with open(self.rotating) as file:
            config = file.read()
        with Server(self.rotating) as server, Client(server.port, self.context) as old:
            serial = self.serial(server.port)
            for n, (name, bad, good, said) in enumerate(breaks, 1):
                folder.write(name, bad)
                wait_until(lambda n=n: server.stats()["failed_reloads"] == n, f"failure {n}")
                self.assertIn(said, server.reload_error)
                self.assertEqual(self.serial(server.port), serial)
                self.assertEqual(old.get().status, 200)
                folder.write(name, good or config)
                wait_until(lambda: not server.stats() or not server.reload_error, "recovery")
            time.sleep(1.2)
            self.assertEqual(self.serial(server.port), serial)
            self.assertEqual(server.stats()["failed_reloads"], len(breaks))

    def test_weaker(self):
        """Who was asked for a certificate stays asked for it, whatever the file has become."""
        verified = "  client_ca_file: ca.crt\n  client_auth_type: RequireAndVerifyClientCert\n"
        given = verified.replace("RequireAndVerifyClientCert", "VerifyClientCertIfGiven")
        names = "  client_allowed_sans: [prom.example]\n"
        current = PLAIN_TLS.replace("server.", "current.")
        type_, sans = "client_auth_type cannot become weaker", "client_allowed_sans cannot vanish"
        weaker = [("", type_), ("  client_auth_type: RequireAnyClientCert\n", type_),
                  ("  client_auth_type: RequestClientCert\n", type_), (given, type_),
                  (verified, sans)]
        with Server(self.rotating) as server:
            # stronger is welcome
            for n, more in enumerate((given, verified + names), 1):
                self.folder.write("rotating.yml", current + more)
                wait_until(lambda n=n: server.stats()["reloads"] == n, f"reload {n}")
            for n, (more, said) in enumerate(weaker, 1):
                self.folder.write("rotating.yml", current + more)
                wait_until(lambda n=n: server.stats()["failed_reloads"] == n, f"failure {n}")
                self.assertIn(f"{self.rotating}: {said} while it is used", server.reload_error)
                self.refused(server.port, self.context)

    def test_expired(self):
        """A server whose certificate is over goes on; the client is who refuses it."""
        self.folder.certificate("current", "ca", f"DNS:{NAME}", days="-1")
        with Server(self.rotating) as server:
            with self.assertRaises(ssl.SSLCertVerificationError):
                get(server.port, self.context)
            self.folder.certificate("next", "ca", f"DNS:{NAME}")
            self.folder.move("next", "current")

            def served():
                try:
                    return get(server.port, self.context).status == 200
                except ssl.SSLCertVerificationError:
                    return False
            wait_until(served, "the new certificate")

    def test_wrong_authority(self):
        with Server(self.rotating) as server:
            with self.assertRaises(ssl.SSLCertVerificationError):
                get(server.port, client_context(self.folder.at("other.crt")))
            self.assertEqual(get(server.port, self.context).status, 200)


if __name__ == "__main__":
    kit.main()
