#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Web configurations, good and bad, beside promtool's judgement of the same files.

web_config_test.py CHECK SAMPLES   (the program made of check.c, the folder of samples)
"""
import glob
import os
import shutil
import subprocess
import sys
import unittest

from kit import ALICE, Folder

CHECK, SAMPLES = sys.argv[1:3]
del sys.argv[1:3]
PROMTOOL = shutil.which("promtool")

TLS = "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n"
HASH = ALICE[2]
GOOD = True
BAD = False
OLD = None  # promtool is of before the key, or its judgement depends on its age

# What is accepted: the file, and what promtool says.
ACCEPTED = [
    ("", GOOD),
    ("# nothing\n", GOOD),
    ("{}", GOOD),
    ("\n\n" + TLS, GOOD),
    (TLS + "http_server_config: ~\nbasic_auth_users:\n", GOOD),
    (TLS + "  min_version: TLS12\n  max_version: TLS13\n", GOOD),
    (TLS + "  client_auth_type: NoClientCert\n", GOOD),
    (TLS + "  client_auth_type: RequestClientCert\n", GOOD),
    (TLS + "  client_auth_type: RequireAnyClientCert\n", GOOD),
    (TLS + "  client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: ca.crt\n", GOOD),
    (TLS + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n", GOOD),
    (TLS + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n"
           "  client_allowed_sans: [a, 10.0.0.1]\n", OLD),
    (TLS + "  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256]\n",
     GOOD),
    (TLS + "  curve_preferences: [X25519, CurveP256, CurveP384, CurveP521]\n", GOOD),
    (TLS + "  prefer_server_cipher_suites: false\n", GOOD),
    (TLS + "http_server_config: {http2: true}\n", GOOD),
    (TLS + "http_server_config:\n  headers:\n    X-Frame-Options: deny\n"
           "    Strict-Transport-Security: max-age=1\n", GOOD),
    (f"basic_auth_users: {{alice: {HASH}, \"\": {HASH.replace('$2y', '$2a')}}}\n", GOOD),
    ("rate_limit: {interval: 1m1.5s, burst: 3}\n", OLD),
    ("rate_limit: {interval: 0s, burst: 0}\n", OLD),
]

# What is refused: the file, where, what is said of it, and what promtool says. Where that is GOOD
# we are stricter, as quipu/tls.h has it.
REFUSED = [
    ("foo: 1\n", ":1:1: ", "unknown key foo", BAD),
    (TLS + "  ca: x\n", ":4:3: ", "unknown key ca in tls_server_config", BAD),
    ("http_server_config: {header: {}}\n", ":1:22: ", "unknown key header in http_server_config",
     BAD),
    ("rate_limit: {rate: 1}\n", ":1:14: ", "unknown key rate in rate_limit", BAD),
    ("TLS_server_config: {}\n", ":1:1: ", "unknown key TLS_server_config", BAD),
    ("tls_server_config: {cert: x}\n", ":1:21: ", "cert is not supported", OLD),
    (TLS + "  cert_file: b\n", ":4:3: ", "cert_file is there twice", BAD),
    (TLS + TLS, ":4:1: ", "tls_server_config is there twice", BAD),
    (f"basic_auth_users:\n  a: {HASH}\n  a: {HASH}\n", ":3:3: ", "a is there twice", BAD),
    ("tls_server_config: [a]\n", ":1:20: ", "tls_server_config must be a mapping", BAD),
    ("tls_server_config: text\n", ":1:20: ", "tls_server_config must be a mapping", BAD),
    ("- a\n", ":1:1: ", "the file must be a mapping", BAD),
    ("just text\n", ":1:1: ", "the file must be a mapping", BAD),
    ("tls_server_config: {cert_file: [a], key_file: b}\n", ":1:32: ",
     "cert_file must be a single value", BAD),
    ("tls_server_config: {cert_file: {a: b}}\n", ":1:32: ", "cert_file must be a single value", BAD),
    ("tls_server_config:\n  cert_file: server.crt\n", ":2:3: ", "key_file is missing", BAD),
    ("tls_server_config:\n  key_file: server.key\n", ":2:3: ", "cert_file is missing", BAD),
    ("tls_server_config: {min_version: TLS12}\n", ":1:20: ", "cert_file is missing", GOOD),
    ("tls_server_config: {}\n", ":1:20: ", "cert_file is missing", GOOD),
    ("tls_server_config: {cert_file: none.crt, key_file: server.key}\n", "",
     "cert_file: .*none.crt: No such file", BAD),
    ("tls_server_config: {cert_file: server.crt, key_file: none.key}\n", "",
     "key_file: .*none.key: No such file", BAD),
    (TLS + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: none.crt\n", "",
     "client_ca_file: .*none.crt: No such file", BAD),
    ("tls_server_config: {cert_file: folder, key_file: server.key}\n", "",
     "cert_file: .*folder: is not a file", BAD),
    ("tls_server_config: {cert_file: fifo, key_file: server.key}\n", "",
     "cert_file: .*fifo: is not a file", OLD),  # it waits for a writer
    ("tls_server_config: {cert_file: server.key, key_file: server.key}\n", "", "cert_file ", BAD),
    ("tls_server_config: {cert_file: server.crt, key_file: server.crt}\n", "", "key_file ", BAD),
    ("tls_server_config: {cert_file: server.crt, key_file: ca.key}\n", "", "key_file .*mismatch", BAD),
    ("tls_server_config: {cert_file: server.crt, key_file: locked.key}\n", "", "key_file ", BAD),
    (TLS + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: server.key\n", "",
     "client_ca_file ", GOOD),
    (TLS + "  client_auth_type: Sometimes\n", ":4:21: ", 'client_auth_type: "Sometimes"', BAD),
    (TLS + "  client_ca_file: ca.crt\n", ":2:3: ", "client_ca_file without", BAD),
    (TLS + "  client_auth_type: RequireAndVerifyClientCert\n", ":2:3: ", "client_ca_file is missing",
     GOOD),
    (TLS + "  client_auth_type: RequestClientCert\n  client_ca_file: ca.crt\n", ":2:3: ",
     "client_ca_file without", GOOD),
    (TLS + "  client_ca_file: ca.crt\n  client_auth_type: RequireAnyClientCert\n", ":2:3: ",
     "client_ca_file without", GOOD),
    (TLS + "  client_allowed_sans: [a]\n", ":2:3: ", "client_allowed_sans needs", OLD),
    (TLS + "  client_auth_type: RequireAnyClientCert\n  client_allowed_sans: [a, 10.0.0.1]\n",
     ":2:3: ", "client_allowed_sans needs", OLD),
    (TLS + "  client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: ca.crt\n"
           "  client_allowed_sans: [a]\n", ":2:3: ", "client_allowed_sans needs", OLD),
    (TLS + "  client_allowed_sans: a\n", ":4:24: ", "client_allowed_sans must be a list", OLD),
    (TLS + "  min_version: TLS11\n", ":4:16: ", 'min_version: "TLS11" is neither', GOOD),
    (TLS + "  min_version: TLS14\n", ":4:16: ", 'min_version: "TLS14"', BAD),
    (TLS + "  min_version: 1.2\n", ":4:16: ", 'min_version: "1.2"', BAD),
    (TLS + "  min_version: TLS13\n  max_version: TLS12\n", ":2:3: ", "max_version is below", GOOD),
    (TLS + "  cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]\n", ":4:19: ",
     'cipher_suites: "TLS_RSA_WITH_AES_128_CBC_SHA" is none', OLD),
    (TLS + "  cipher_suites: [ECDHE-RSA-AES128-GCM-SHA256]\n", ":4:19: ", "cipher_suites: ", BAD),
    (TLS + "  curve_preferences: [CurveP224]\n", ":4:23: ", 'curve_preferences: "CurveP224"', BAD),
    (TLS + "  prefer_server_cipher_suites: perhaps\n", ":4:32: ", "prefer_server_cipher_suites", BAD),
    ("http_server_config: {http2: 2}\n", ":1:29: ", 'http2: "2" is neither', BAD),
    ("http_server_config: {headers: {Server: x}}\n", ":1:40: ", "Server is not a header", BAD),
    ("http_server_config: {headers: {X-Frame-Options: allow}}\n", ":1:49: ",
     "X-Frame-Options can only be", BAD),
    ("http_server_config: {headers: {X-Content-Type-Options: x}}\n", ":1:56: ", "nosniff", BAD),
    ('http_server_config: {headers: {X-XSS-Protection: "a\\r\\nb: c"}}\n', ":1:50: ",
     "X-XSS-Protection has a character", GOOD),
    ("http_server_config: {headers: {X-XSS-Protection: " + "x" * 1100 + "}}\n", ":1:50: ",
     "longer than 1023", GOOD),
    ("basic_auth_users: {alice: secret}\n", ":1:27: ", "the hash of user alice is not a bcrypt", BAD),
    ("basic_auth_users: {alice: }\n", ":1:27: ", "the hash of user alice is not a bcrypt", BAD),
    (f"basic_auth_users: {{alice: {HASH[:-1]}}}\n", ":1:27: ", "alice is not a bcrypt", OLD),
    (f"basic_auth_users: {{alice: {HASH.replace('$2y', '$2x')}}}\n", ":1:27: ", "alice is not", GOOD),
    (f"basic_auth_users: {{alice: {HASH.replace('$04', '$03')}}}\n", ":1:27: ", "cost", BAD),
    (f"basic_auth_users: {{alice: {HASH.replace('$04', '$31')}}}\n", ":1:27: ", "cost", GOOD),
    (f"basic_auth_users: {{\"a:b\": {HASH}}}\n", ":1:27: ", "user a:b has a colon", GOOD),
    ("basic_auth_users: [alice]\n", ":1:19: ", "basic_auth_users must be a mapping", BAD),
    ("rate_limit: {interval: 5, burst: 1}\n", ":1:24: ", 'interval: "5" is not a duration', OLD),
    ("rate_limit: {interval: -1s, burst: 1}\n", ":1:24: ", "interval", OLD),
    ("rate_limit: {interval: 1s, burst: many}\n", ":1:35: ", 'burst: "many"', OLD),
    ("rate_limit: {interval: 1s}\n", ":1:26: ", "a burst of 0", OLD),
    ("tls_server_config: {cert_file: &a server.crt, key_file: server.key}\n", ":1:32: ",
     "anchors, aliases and tags", GOOD),
    ("tls_server_config: *a\n", ":1:20: ", "anchors, aliases and tags", BAD),
    ("tls_server_config: {cert_file: !!str server.crt, key_file: server.key}\n", ":1:32: ",
     "anchors, aliases and tags", GOOD),
    ('tls_server_config: {cert_file: "a\\0", key_file: b}\n', ":1:32: ", "byte of 0", BAD),
    ("{}\n---\n{}\n", ":2:1: ", "a second document", GOOD),
    ("tls_server_config:\n\tcert_file: a\n", ":2:1: ", "not YAML", BAD),
    ("tls_server_config: {\n", ":2:1: ", "not YAML", BAD),
    ("rate_limit: }\n", ":1:13: ", "not YAML", BAD),
]


def promtool(paths):
    """Those that it finds good."""
    done = subprocess.run([PROMTOOL, "check", "web-config", *paths], capture_output=True, text=True,
                          timeout=120, check=False)
    good = {line.removesuffix(" SUCCESS") for line in (done.stdout + done.stderr).splitlines()
            if line.endswith(" SUCCESS")}
    assert good <= set(paths)
    return good


class Table(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Folder()
        cls.addClassCleanup(cls.folder.close)
        cls.folder.authority("ca")
        cls.folder.certificate("server", "ca", "DNS:server")
        os.mkdir(cls.folder.at("folder"))
        os.mkfifo(cls.folder.at("fifo"))
        subprocess.run(["openssl", "pkey", "-in", cls.folder.at("server.key"), "-aes128", "-passout",
                        "pass:x", "-out", cls.folder.at("locked.key")], check=True, timeout=60)

    def judge(self, paths):
        """What is said of each: the error's number and text."""
        done = subprocess.run([CHECK, *paths], capture_output=True, text=True, timeout=60,
                              check=False, stdin=subprocess.DEVNULL)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines), len(paths))
        return [line.split(" ", 1) for line in lines]

    def files(self, texts):
        return [self.folder.write(f"{i}.yml", text) for i, text in enumerate(texts)]

    def compare(self, table, paths):
        """What promtool says is what the table says it does."""
        asked = {path: row for path, row in zip(paths, table) if row[-1] is not OLD}
        good = promtool(list(asked)) if PROMTOOL else set()
        for path, row in asked.items():
            self.assertEqual(PROMTOOL and path in good, PROMTOOL and row[-1],
                             f"promtool of {row[0]!r}")

    def test_accepted(self):
        paths = self.files(text for text, _ in ACCEPTED)
        for (text, _), (number, said) in zip(ACCEPTED, self.judge(paths)):
            self.assertEqual((number, said), ("0", ""), text)
        self.compare(ACCEPTED, paths)

    def test_refused(self):
        paths = self.files(text for text, *_ in REFUSED)
        stricter = 0
        for (text, where, what, theirs), path, (number, said) in zip(REFUSED, paths,
                                                                     self.judge(paths)):
            self.assertNotEqual(number, "0", text)
            self.assertTrue(said.startswith(path + where) or not where, f"{text!r}: {said}")
            self.assertRegex(said, what)
            self.assertNotIn("secret", said)
            stricter += theirs is GOOD
        self.compare(REFUSED, paths)
        print(f"{len(REFUSED)} refused, {stricter} of them by us alone")

    def test_files(self):
        """The file itself: missing, a folder, a pipe, too large."""
        large = self.folder.write("large.yml", "#" * (1 << 20) + "\n")
        for path, what in ((self.folder.at("none.yml"), "No such file"),
                           (self.folder.at("folder"), "is not a file"),
                           (self.folder.at("fifo"), "is not a file"), (large, "is larger")):
            ((number, said),) = self.judge([path])
            self.assertNotEqual(number, "0")
            self.assertIn(f"{path}: {what}", said)

    def test_limits(self):
        users = "".join(f"  u{i}: {HASH}\n" for i in range(1001))
        sans = ", ".join(f"s{i}" for i in range(257))
        for text, what in (
                ("basic_auth_users:\n" + users, "basic_auth_users has more than 1000"),
                (TLS + "  client_auth_type: RequireAndVerifyClientCert\n"
                 f"  client_allowed_sans: [{sans}]\n", "client_allowed_sans has more than 256")):
            ((_, said),) = self.judge([self.folder.write("limit.yml", text)])
            self.assertIn(what, said)
        text = "basic_auth_users:\n" + "".join(users.splitlines(True)[:1000])
        self.assertEqual(self.judge([self.folder.write("limit.yml", text)]), [["0", ""]])

    def test_samples(self):
        """Those that come with quipu, with files of the names that they name."""
        samples = sorted(glob.glob(os.path.join(SAMPLES, "*.yml")))
        self.assertEqual(len(samples), 4)
        for sample in samples:
            name = os.path.basename(sample)
            with open(sample, encoding="utf-8") as file:
                path = self.folder.write(name, file.read())
            self.assertEqual(self.judge([path]), [["0", ""]], sample)
            if name != "strict.yml" and PROMTOOL:  # which has keys that Debian's does not know
                self.assertEqual(promtool([path]), {path}, sample)


if __name__ == "__main__":
    unittest.main()
