#!/usr/bin/python3
"""Tests of the lab itself.  Started by hand it gives itself a network and a lab of its own (needs root).

What a measurement would find is asked here with other means: openssl for TLS, a DNS client of a
few lines, sockets.  If these agree with DIR/truth.json, truth.json can judge a measurement.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import socket
import struct
import subprocess
import sys
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True

if __name__ == "__main__" and "UTSYN_LAB_DIR" not in os.environ:
    os.execv(HERE / "lab", [str(HERE / "lab"), "netns", "--", sys.executable, str(Path(__file__).resolve()), *sys.argv[1:]])

LAB = Path(os.environ["UTSYN_LAB_DIR"])
ROOT = os.environ["UTSYN_LAB_ROOT_CA"]
TRUTH = json.loads((LAB / "truth.json").read_text())
TYPES = {"A": 1, "NS": 2, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "TLSA": 52}
SUITES_13 = "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256"
OPENSSL_VERSIONS = {"TLSv1.0": "-tls1", "TLSv1.1": "-tls1_1", "TLSv1.2": "-tls1_2", "TLSv1.3": "-tls1_3"}


# -- asking --------------------------------------------------------------------------------------

def ask(name: str, rtype: str, server: str = "127.53.0.53", *, recurse: bool = True) -> tuple[int, bool, bool, list[bytes]]:
    """(response code, authentic data, authoritative, wire forms of the answers of this type)."""
    flags = 0x0100 if recurse else 0
    question = b"".join(bytes([len(label)]) + label.encode() for label in name.rstrip(".").split(".") if label) + b"\0"
    query = struct.pack(">6H", 4711, flags, 1, 0, 0, 1) + question + struct.pack(">2H", TYPES[rtype], 1)
    query += b"\0" + struct.pack(">HHLH", 41, 1232, 0x8000, 0)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as connection:
        connection.settimeout(20)
        connection.connect((server, 53))
        connection.sendall(struct.pack(">H", len(query)) + query)
        reader = connection.makefile("rb")
        message = reader.read(struct.unpack(">H", reader.read(2))[0])
    header = struct.unpack(">6H", message[:12])
    at, found = 12 + len(question) + 4, []
    for _ in range(header[3]):
        while message[at] and message[at] < 0xC0:
            at += message[at] + 1
        at += 2 if message[at] else 1
        kind, _, _, length = struct.unpack(">HHLH", message[at:at + 10])
        if kind == TYPES[rtype]:
            found.append(message[at + 10:at + 10 + length])
        at += 10 + length
    return header[1] & 15, bool(header[1] & 0x20), bool(header[1] & 0x400), found


def text_of(name: str) -> list[str]:
    def joined(wire: bytes) -> str:
        at, value = 0, ""
        while at < len(wire):
            value += wire[at + 1:at + 1 + wire[at]].decode()
            at += 1 + wire[at]
        return value
    return [joined(wire) for wire in ask(name, "TXT")[3]]


def openssl(entry: dict, *options: str) -> subprocess.CompletedProcess:
    command = ["openssl", "s_client", "-connect", f"{entry['ip']}:{entry['port']}", "-servername", entry["host"], *options]
    if entry["starttls"]:
        command += ["-starttls", entry["starttls"], "-name", "resolver.testfelt.example"]
    return subprocess.run(command, input="", capture_output=True, text=True, timeout=60, errors="replace",
                          env={**os.environ, "OPENSSL_CONF": str(LAB / "openssl.cnf")})


def oldest_options(entry: dict) -> list[str]:
    """For a server that may only speak what OpenSSL would rather not."""
    offered = [name for name, found in entry["protocols"].items() if found["offered"]]
    return [OPENSSL_VERSIONS[offered[-1]], "-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0", "-ciphersuites", SUITES_13,
            *(["-groups", "X25519:P-256:P-384:P-521:secp224r1"] if offered[-1] != "TLSv1.3" else [])]


def fetch(host: str, address: str, path: str = "/", port: int = 80) -> tuple[int, str]:
    with socket.create_connection((address, port), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = connection.makefile("rb").read().decode("latin-1")
    return int(answer.split()[1]), answer


def secure_fetch(host: str, address: str, path: str = "/") -> str:
    return subprocess.run(["openssl", "s_client", "-connect", f"{address}:443", "-servername", host, "-quiet", "-CAfile", ROOT],
                          input=f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
                          capture_output=True, text=True, timeout=30, errors="replace").stdout


def lab(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([HERE / "lab", *arguments], capture_output=True, text=True, timeout=120)


def entry(name: str) -> dict:
    return next(found for found in TRUTH["tls"] if found["name"] == name)


def all_at_once(work, items: list) -> list:
    with ThreadPoolExecutor(6) as pool:
        return list(pool.map(work, items))


# -- the tests -----------------------------------------------------------------------------------

class Names(unittest.TestCase):
    SECURE, INSECURE, BOGUS = (0, True), (0, False), (2, False)
    VERDICTS = {
        "fjordvik.example": SECURE, "nordsky.example": SECURE, "steinlia.example": INSECURE, "testfelt.example": SECURE,
        "secure.testfelt.example": SECURE, "secure-nsec3.testfelt.example": SECURE, "secure-ed25519.testfelt.example": SECURE,
        "secure-rsasha256.testfelt.example": SECURE, "rsa-small.testfelt.example": SECURE, "cds-good.testfelt.example": SECURE,
        "unsigned.testfelt.example": INSECURE, "nsec3-salt.testfelt.example": SECURE, "nsec3-iterations.testfelt.example": SECURE,
        "expiring-signature.testfelt.example": SECURE, "ds-two.testfelt.example": SECURE, "wildcard-zone.testfelt.example": SECURE,
        "bogus.testfelt.example": BOGUS, "bogus-signature.testfelt.example": BOGUS, "bogus-expired.testfelt.example": BOGUS,
        "bogus-early.testfelt.example": BOGUS, "bogus-unsigned.testfelt.example": BOGUS,
        "lame.testfelt.example": INSECURE, "single-server.testfelt.example": INSECURE, "open-resolver.testfelt.example": INSECURE,
        "sim-zone-truncated-ok.testfelt.example": INSECURE,
    }

    def test_the_resolver_finds_what_was_signed_and_what_was_broken(self) -> None:
        found = dict(zip(self.VERDICTS, all_at_once(lambda name: ask(name, "SOA")[:2], list(self.VERDICTS))))
        self.assertEqual(found, self.VERDICTS)

    def test_missing_names_are_denied_with_proof(self) -> None:
        for zone in ("fjordvik.example", "secure.testfelt.example", "secure-nsec3.testfelt.example", "nordsky.example", "example"):
            with self.subTest(zone):
                self.assertEqual(ask(f"no-such-name.{zone}", "A")[:2], (3, True))
        self.assertEqual(ask("utgatt.example", "NS")[0], 3)

    def test_empty_answers_are_proven_too(self) -> None:
        self.assertEqual(ask("www.fjordvik.example", "MX")[:2], (0, True))
        self.assertEqual(ask("_domainkey.fjordvik.example", "TXT")[:2], (0, True))
        self.assertEqual(ask("_domainkey.secure.testfelt.example", "TXT")[0], 3)

    def test_a_wildcard_answers_for_every_name(self) -> None:
        code, authentic, _, addresses = ask("anything-at-all.wildcard-zone.testfelt.example", "A")
        self.assertEqual((code, authentic, len(addresses)), (0, True, 1))

    def test_each_server_answers_for_its_own_zones_only(self) -> None:
        for server, name, authoritative in (("127.53.0.1", ".", True), ("127.53.0.2", "example", True), ("127.53.1.1", "fjordvik.example", True),
                                            ("127.53.101.1", "fjordvik.example", True), ("127.53.1.40", "lame.testfelt.example", True),
                                            ("127.53.1.1", "lame.testfelt.example", False), ("127.53.0.1", "fjordvik.example", False),
                                            ("127.53.1.53", "open-resolver.testfelt.example", True)):
            with self.subTest(server=server, name=name):
                self.assertEqual(ask(name, "SOA", server, recurse=False)[2], authoritative)

    def test_the_second_copy_differs_where_it_should(self) -> None:
        def serial(server: str) -> bytes:
            return ask("serial-mismatch.testfelt.example", "SOA", server, recurse=False)[3][0][-20:-16]
        self.assertNotEqual(serial("127.53.1.40"), serial("127.53.101.40"))
        parent = ask("ns-mismatch.testfelt.example", "NS")[3]
        self.assertEqual(len(parent), 2)

    def test_mail_servers_have_names_both_ways(self) -> None:
        self.assertEqual(ask("1.3.53.127.in-addr.arpa", "PTR")[:2], (0, True))
        self.assertEqual(ask("20.3.53.127.in-addr.arpa", "PTR")[0], 3)
        if TRUTH["ipv6"]:
            nibbles = socket.inet_pton(socket.AF_INET6, "fd75:7473:796e::3:1").hex()
            self.assertEqual(ask(".".join(reversed(nibbles)) + ".ip6.arpa", "PTR")[:2], (0, True))

    def test_long_text_is_one_record_of_several_strings(self) -> None:
        (key,) = text_of("default._domainkey.fjordvik.example")
        self.assertGreater(len(key), 255)
        self.assertEqual(text_of("spf-split.testfelt.example"), ["v=spf1 mx include:spf-good.testfelt.example -all"])


class Tls(unittest.TestCase):
    def test_every_server_sends_the_certificates_it_was_given(self) -> None:
        def sent(server: dict) -> list[str]:
            output = openssl(server, "-showcerts", *oldest_options(server)).stdout
            pems = re.findall(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", output, re.S)
            return [hashlib.sha256(base64.b64decode(pem)).hexdigest() for pem in pems]
        servers = [server for server in TRUTH["tls"] if server["kind"] in ("profile", "certificate", "organisation", "mail") and server["name"] != "null-anonymous"]
        self.assertGreater(len(servers), 80)
        for server, found in zip(servers, all_at_once(sent, servers)):
            with self.subTest(server["name"], host=server["host"]):
                self.assertIn(found, [expected["sha256"] for expected in server["certificates"]])

    def test_the_suites_are_those_of_the_truth(self) -> None:
        known = subprocess.run(["openssl", "ciphers", "-v", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"], capture_output=True, text=True, check=True,
                               env={**os.environ, "OPENSSL_CONF": str(LAB / "openssl.cnf")}).stdout
        names = {words[2]: words[0] for words in (line.split() for line in known.splitlines()) if "PSK" not in words[0] and "SRP" not in words[0]
                 and words[3] != "TLSv1.3"}
        self.assertGreater(len(names), 80)

        def accepted(job: tuple[str, str]) -> set[str]:
            """Offers everything, then everything but what was chosen, until nothing is."""
            left, found = dict(names), set()
            while left:
                chosen = re.search(r"Cipher is (\S+)", openssl(entry(job[0]), OPENSSL_VERSIONS[job[1]], "-cipher", ":".join(left) + ":@SECLEVEL=0").stdout)
                if not chosen or chosen[1] not in left:
                    break
                found.add(left.pop(chosen[1]))
            return found
        jobs = [(profile, version) for profile in ("intermediate", "everything-dual", "everything-old", "null-anonymous", "aria-camellia", "dhe-1024", "ed25519")
                for version, what in entry(profile)["protocols"].items() if what["offered"] and version != "TLSv1.3"]
        for (profile, version), found in zip(jobs, all_at_once(accepted, jobs)):
            with self.subTest(profile, version=version):
                self.assertEqual(found, set(entry(profile)["protocols"][version]["ciphers"]))

    def test_the_versions_are_those_of_the_truth(self) -> None:
        def offered(job: tuple[dict, str]) -> bool:
            server, version = job
            result = openssl(server, OPENSSL_VERSIONS[version], "-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0", "-ciphersuites", SUITES_13)
            return "Cipher is (NONE)" not in result.stdout and "Cipher is" in result.stdout
        jobs = [(server, version) for server in TRUTH["tls"] if server["kind"] in ("profile", "mail") for version in OPENSSL_VERSIONS]
        for (server, version), found in zip(jobs, all_at_once(offered, jobs)):
            with self.subTest(server["name"], version=version):
                self.assertEqual(found, server["protocols"][version]["offered"])

    def test_the_groups_are_those_of_the_truth(self) -> None:
        shown = {"x25519": "X25519", "x448": "X448", "secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521", "ffdhe2048": "ffdhe2048", "ffdhe3072": "ffdhe3072"}
        for profile in ("x25519-only", "p384-only", "all-groups", "modern"):
            server = entry(profile)
            for group, name in shown.items():
                found = "Cipher is (NONE)" not in openssl(server, "-tls1_3", "-groups", name).stdout
                with self.subTest(profile, group=group):
                    self.assertEqual(found, group in server["groups_by_protocol"]["TLSv1.3"])

    def test_good_certificates_verify_and_bad_ones_do_not(self) -> None:
        for name, good in (("good-ecdsa", True), ("good-rsa-3072", True), ("long-chain", True), ("wildcard", True), ("idn", True), ("many-names", True),
                           ("expired", False), ("not-yet-valid", False), ("wrong-name", False), ("self-signed", False), ("unknown-root", False),
                           ("missing-intermediate", False), ("wildcard-too-deep", False), ("expired-intermediate", False)):
            server = entry(name)
            result = openssl(server, "-CAfile", ROOT, "-verify_hostname", server["host"])
            with self.subTest(name):
                self.assertEqual("Verify return code: 0 (ok)" in result.stdout, good, result.stdout[-600:])

    def test_stapling(self) -> None:
        for name, status in (("good-stapled", "good"), ("revoked-stapled", "revoked"), ("must-staple-missing", None)):
            output = openssl(entry(name), "-status", "-CAfile", ROOT).stdout
            with self.subTest(name):
                self.assertEqual(re.findall(r"Cert Status: (\w+)", output), [status] if status else [])

    def test_revocation_can_be_looked_up(self) -> None:
        certificates = LAB / "certificates"
        answer = subprocess.run(["openssl", "ocsp", "-issuer", certificates / "issuing.pem", "-cert", certificates / "revoked.leaf.pem",
                                 "-url", "http://127.53.2.93", "-CAfile", ROOT], capture_output=True, text=True, timeout=20)
        self.assertIn("revoked.leaf.pem: revoked", answer.stdout)
        self.assertEqual(fetch("pki.testfelt.example", "127.53.2.91", "/issuing.crl")[0], 200)


class Mail(unittest.TestCase):
    def dialogue(self, address: str) -> str:
        with socket.create_connection((address, 25), timeout=20) as connection:
            reader = connection.makefile("rb")
            greeting = reader.readline()
            connection.sendall(b"EHLO resolver.testfelt.example\r\n")
            lines = [greeting]
            while not lines[-1].startswith(b"250 "):
                lines.append(reader.readline())
                self.assertTrue(lines[-1], "the server hung up")
            connection.sendall(b"QUIT\r\n")
        return b"".join(lines).decode()

    def test_starttls_is_offered_where_it_should_be(self) -> None:
        for address, offered in (("127.53.3.1", True), ("127.53.3.10", True), ("127.53.3.11", True), ("127.53.3.20", False), ("127.53.3.31", False)):
            with self.subTest(address):
                answer = self.dialogue(address)
                self.assertTrue(answer.startswith("220 "))
                self.assertEqual("STARTTLS" in answer, offered)

    def test_the_banner_is_the_servers_own(self) -> None:
        self.assertTrue(self.dialogue("127.53.3.1").startswith("220 mx.fjordvik.example ESMTP\r\n"))

    def test_the_certificate_of_the_exemplary_server_verifies(self) -> None:
        result = openssl(entry("mx.fjordvik.example"), "-CAfile", ROOT, "-verify_hostname", "mx.fjordvik.example")
        self.assertIn("Verify return code: 0 (ok)", result.stdout)

    def test_dane_fits(self) -> None:
        wanted = ask("_25._tcp.mx.fjordvik.example", "TLSA")[3]
        key = subprocess.run(["openssl", "x509", "-in", LAB / "certificates" / "fjordvik-mx.leaf.pem", "-noout", "-pubkey"], capture_output=True, check=True).stdout
        der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=key, capture_output=True, check=True).stdout
        digest = subprocess.run(["openssl", "dgst", "-sha256", "-binary"], input=der, capture_output=True, check=True).stdout
        self.assertIn(b"\x03\x01\x01" + digest, wanted)

    def test_nothing_is_relayed(self) -> None:
        with socket.create_connection(("127.53.3.1", 25), timeout=20) as connection:
            reader = connection.makefile("rb")
            replies = [reader.readline()]
            for line in (b"HELO resolver.testfelt.example", b"MAIL FROM:<a@testfelt.example>", b"RCPT TO:<b@elsewhere.example>"):
                connection.sendall(line + b"\r\n")
                replies.append(reader.readline())
        self.assertTrue(replies[-1].startswith((b"554", b"550", b"454", b"451")), replies)


class Web(unittest.TestCase):
    def test_the_exemplary_site(self) -> None:
        answer = secure_fetch("www.fjordvik.example", "127.53.2.1")
        for header in ("Strict-Transport-Security: max-age=63072000; includeSubDomains; preload", "X-Content-Type-Options: nosniff", "Content-Security-Policy: default-src 'none'"):
            self.assertIn(header, answer)
        status, redirect = fetch("fjordvik.example", "127.53.2.1")
        self.assertEqual(status, 301)
        self.assertIn("Location: https://fjordvik.example/", redirect)
        security = secure_fetch("www.fjordvik.example", "127.53.2.1", "/.well-known/security.txt")
        self.assertIn("Content-Type: text/plain; charset=utf-8", security)
        self.assertEqual(security.count("Expires: 20"), 1)
        policy = secure_fetch("mta-sts.fjordvik.example", "127.53.2.1", "/.well-known/mta-sts.txt")
        self.assertIn("mode: enforce\n", policy)

    def test_the_poor_site(self) -> None:
        status, answer = fetch("www.steinlia.example", "127.53.2.20")
        self.assertEqual(status, 200)
        self.assertIn('type="password"', answer)
        self.assertIn("Set-Cookie: JSESSIONID=", answer)
        self.assertIn("NullPointerException", fetch("www.steinlia.example", "127.53.2.20", "/nothing")[1])
        self.assertEqual(fetch("intranett.steinlia.example", "127.53.2.22")[0], 401)

    def test_some_cases_of_the_range(self) -> None:
        for host, wanted in (("hsts-short", "Strict-Transport-Security: max-age=3600"), ("cookies-none", "Set-Cookie: theme=dark; SameSite=None"),
                             ("server-version", "X-Powered-By: PHP/7.4.3"), ("security-txt-html", "HTTP/1.1 200"), ("redirect-loop", "HTTP/1.1 302"),
                             ("forbidden", "HTTP/1.1 403"), ("redirect-downgrade", "Location: http://redirect-downgrade.testfelt.example/")):
            with self.subTest(host):
                server = entry(host)
                self.assertIn(wanted, secure_fetch(server["host"], server["ip"]))
        reflected = subprocess.run(["openssl", "s_client", "-connect", f"{entry('cors-reflect')['ip']}:443", "-servername", "cors-reflect.testfelt.example", "-quiet"],
                                   input="GET / HTTP/1.1\r\nHost: cors-reflect.testfelt.example\r\nOrigin: https://x.example\r\nConnection: close\r\n\r\n",
                                   capture_output=True, text=True, timeout=20).stdout
        self.assertIn("Access-Control-Allow-Origin: https://x.example", reflected)


class Simulators(unittest.TestCase):
    def test_every_one_of_them_listens(self) -> None:
        ready = (LAB / "simulators" / "ready").read_text().splitlines()
        listening = {tuple(line.split()) for line in ready}
        for simulator in TRUTH["simulators"]:
            self.assertIn((simulator["name"], simulator["ip"], str(simulator["port"])), listening)


class Life(unittest.TestCase):
    """The commands.  The lab of this test is the one it runs in; its folder is given by --dir."""

    def tearDown(self) -> None:
        lab("change", "--dir", str(LAB), "reset")

    def change(self, name: str) -> None:
        result = lab("change", "--dir", str(LAB), name)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_fixes_are_seen_at_once_and_can_be_taken_back(self) -> None:
        header = "Strict-Transport-Security"
        self.assertNotIn(header, secure_fetch("www.steinlia.example", "127.53.2.20"))
        self.assertEqual(text_of("_dmarc.steinlia.example"), [])
        self.change("fix-hsts")
        self.assertIn(header, secure_fetch("www.steinlia.example", "127.53.2.20"))
        self.change("fix-dmarc")
        self.assertIn(header, secure_fetch("www.steinlia.example", "127.53.2.20"))
        self.assertEqual(text_of("_dmarc.steinlia.example"), ["v=DMARC1; p=reject; rua=mailto:dmarc@steinlia.example"])
        self.change("reset")
        self.assertNotIn(header, secure_fetch("www.steinlia.example", "127.53.2.20"))
        self.assertEqual(text_of("_dmarc.steinlia.example"), [])

    def test_breaking(self) -> None:
        self.change("break-cert")
        server = {"ip": "127.53.2.1", "port": 443, "host": "www.fjordvik.example", "starttls": None}
        self.assertIn("certificate has expired", openssl(server, "-CAfile", ROOT).stdout)
        self.change("break-dnssec")
        self.assertEqual(ask("www.fjordvik.example", "A")[0], 2)
        self.change("reset")
        self.assertEqual(ask("www.fjordvik.example", "A")[:2], (0, True))

    def test_mail_can_be_fixed(self) -> None:
        self.change("fix-starttls")
        self.assertIn("STARTTLS", Mail().dialogue("127.53.3.20"))

    def test_unknown_changes_are_refused(self) -> None:
        result = lab("change", "--dir", str(LAB), "fix-everything")
        self.assertEqual(result.returncode, 1)
        self.assertIn("no change called fix-everything", result.stderr)

    def test_up_twice_is_once(self) -> None:
        result = lab("up", "--dir", str(LAB))
        self.assertEqual(result.returncode, 0)
        self.assertIn("up already", result.stderr)
        self.assertEqual(lab("status", "--dir", str(LAB)).returncode, 0)

    def test_a_taken_port_is_named_and_nothing_is_left(self) -> None:
        second = LAB.parent / "utsyn-lab-second"
        result = lab("up", "--dir", str(second))
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, r"port \d+ is not free: \w+ \(process \d+\) holds it")
        self.assertFalse(second.exists())
        self.assertEqual(ask("fjordvik.example", "SOA")[:2], (0, True))

    def test_only_processes_of_ours_are_ended(self) -> None:
        sys.path.insert(0, str(HERE))
        from utsynlab.processes import Process, read_stat, start, stop
        sleeper = start("sleeper", ["/bin/sh", "-c", "sleep 60 & wait"], LAB / "logs" / "sleeper.log", {})
        stranger = Process("stranger", sleeper.pid, sleeper.started - 1)          # the same id, another process
        stop([stranger], patience=0.1)
        self.assertTrue(sleeper.alive())
        while not (children := Path(f"/proc/{sleeper.pid}/task/{sleeper.pid}/children").read_text().split()):
            time.sleep(0.01)
        (child,) = children
        os.kill(sleeper.pid, 9)                                                  # as a crash would; its child goes on
        while sleeper.alive():
            pass
        self.assertIsNotNone(read_stat(int(child)))
        stop([sleeper])
        stat = read_stat(int(child))
        self.assertTrue(stat is None or stat[0])

    def test_down_where_nothing_is_up(self) -> None:
        result = lab("down", "--dir", str(LAB.parent / "utsyn-lab-nowhere"))
        self.assertEqual((result.returncode, result.stderr), (0, "lab: was not up\n"))


if __name__ == "__main__":
    unittest.main()
