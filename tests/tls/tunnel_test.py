#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tunnel_test.py PROGRAM: runs the program made of tunnel_test.c with a configuration that has
everything in it."""
import subprocess
import sys

from kit import ALICE, NAME, Folder

CONFIG = f"""
tls_server_config:
  cert_file: server.crt
  key_file: server.key
  client_auth_type: VerifyClientCertIfGiven
  client_ca_file: ca.crt
http_server_config: {{headers: {{X-Frame-Options: deny}}}}
basic_auth_users: {{{ALICE[0]}: {ALICE[2]}}}
"""


def main():
    folder = Folder()
    try:
        folder.authority("ca")
        folder.certificate("server", "ca", f"DNS:{NAME}")
        config = folder.write("web.yml", CONFIG)
        sys.exit(subprocess.run([sys.argv[1], config, folder.at("ca.crt")], timeout=110,
                                check=False).returncode)
    finally:
        folder.close()


main()
