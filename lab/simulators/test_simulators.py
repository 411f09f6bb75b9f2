#!/usr/bin/python3
"""Starts one process with every role and looks at what each says on the wire, with raw sockets. Loopback only, no root, under a minute."""
import base64
import contextlib
import gzip
import json
import os
import re
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, HERE)

from roles import core, dns, main, suites, tls  # noqa: E402, F401

ADDRESS = f"127.54.{os.getpid() // 250 % 250 + 1}.{os.getpid() % 250 + 1}"
FIRST_PORT = 20100
CERTIFICATE = {}  # cert_pem and key_pem, made once

RECORDS = {
    "lab.test": {
        "SOA": ["ns.lab.test host.lab.test 1 3600 600 1209600 300"], "NS": ["ns.lab.test"], "A": ["127.0.0.7"], "MX": ["10 mx.lab.test"],
        "TXT": ["v=spf1 -all", "x" * 300], "CAA": ['0 issue "ca.lab.test"'], "AAAA": ["::1"],
    },
    "ns.lab.test": {"A": ["127.0.0.53"]},
    "www.lab.test": {"CNAME": ["lab.test"]},
    "*.wild.lab.test": {"A": ["127.0.0.9"]},
    "sel._domainkey.lab.test": {"TXT": ["v=DKIM1; p="]},
    "svc.lab.test": {"HTTPS": ["1 . alpn=h2,h3 ipv4hint=127.0.0.1"], "TLSA": ["3 1 1 " + "ab" * 32]},
}  # fmt: skip


# The servers, one entry for each case; the name is how the tests ask for it.
def servers():
    old = {
        "versions": ["SSLv3", "TLSv1.0", "TLSv1.2"],
        "suites": {
            "SSLv3": ["TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA"],
            "*": ["TLS_RSA_EXPORT_WITH_RC4_40_MD5", "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA", "TLS_DH_anon_WITH_AES_128_CBC_SHA", "0002", "C02F", "0033"],
        },
        "dh_bits": 768, "key_reuse": True, "compression": "deflate", "heartbeat": True,
    }  # fmt: skip
    modern = {"versions": ["TLSv1.2", "TLSv1.3"], "groups": ["X25519MLKEM768", "x25519", "secp256r1"], "downgrade_sentinel": "tls12"}
    chosen = {
        "plain": ("tls_hello", {}),
        "old": ("tls_hello", old),
        "modern": ("tls_hello", modern),
        "hrr": ("tls_hello", {**modern, "hrr": True}),
        "client_order": ("tls_hello", {"preference": "client", "suites": {"TLSv1.2": ["C02F", "009C", "CCA8"]}}),
        "chacha": ("tls_hello", {"preference": "chacha", "suites": {"TLSv1.2": ["C02F", "CCA8", "009C"]}}),
        "composite": ("tls_hello", {"suites": {"*": ["0033"]}, "dh_bits": 1024, "dh_prime": "composite"}),
        "sha1": ("tls_hello", {"sigalgs": ["sha1_rsa"]}),
        "few_suites": ("tls_hello", {"max_suites": 127}),
        "intolerant": ("tls_hello", {"intolerant_sizes": [256, 511], "grease_intolerant": True}),
        "bare": ("tls_hello", {"secure_renegotiation": False, "ems": False, "etm": False, "fallback_scsv": False, "versions": ["TLSv1.1", "TLSv1.2"]}),
        "alpn": ("tls_hello", {"alpn": ["h2", "http/1.1"], "alpn_strict": True}),
        "sni": ("tls_hello", {"sni": ["lab.test"]}),
        "alerting": ("tls_hello", {"alert_after_hello": 80}),
        "split": ("tls_hello", {"split": 7, "extra_junk": 20}),
        "smtp_tls": ("tls_hello", {"starttls": "smtp"}),
        "imap_tls": ("tls_hello", {"starttls": "imap"}),
        "sslv2": ("sslv2", {}),
        "sslv2_zero": ("sslv2", {"zero": True, "tls": {}}),
        "ssl_text": ("ssl_text", {"tls": {}}),
        "heartbleed": ("heartbleed", {"leak": 16}),
        "heartbleed_fixed": ("heartbleed_fixed", {}),
        "heartbleed_ftp": ("heartbleed_ftp", {}),
        "ccs": ("ccs_injection", {}),
        "ccs_fixed": ("ccs_injection", {"vulnerable": False}),
        "ticketbleed": ("ticketbleed", {}),
        "ticket_windows": ("ticketbleed", {"mode": "windows"}),
        "robot_weak": ("robot", {"mode": "weak", **CERTIFICATE}),
        "robot_safe": ("robot", {"mode": "safe", **CERTIFICATE}),
        "robot_strong": ("robot", {"mode": "strong", **CERTIFICATE}),
        "opossum": ("opossum", {}),
        "reset": ("reset", {}),
        "reset_hello": ("reset", {"when": "hello"}),
        "stall": ("stall", {}),
        "short_stall": ("stall", {"max_seconds": 0.3}),
        "close": ("close", {}),
        "drip": ("drip", {"bytes_per_second": 20}),
        "huge_cert": ("huge_cert", {"names": 2000}),
        "endless": ("endless_handshake", {"max_bytes": 200000}),
        "endless_warnings": ("endless_handshake", {"kind": "warnings"}),
        "syn_proxy": ("syn_proxy", {"ports": f"{FIRST_PORT + 900}-{FIRST_PORT + 909}"}),
        "rotate": ("rotate", {"backends": [{"role": "http_static", "params": {"body": "one"}}, {"role": "http_server_error", "params": {}}]}),
        "static": ("http_static", {
            "headers": [["Set-Cookie", "a=1"], ["Set-Cookie", "b=2"]], "body": "top", "paths": {"/x": {"status": 301, "location": "/y"}},
            "hosts": {"other.test": {"body": "other"}}}),
        "https": ("http_static", {"body": "secret", **CERTIFICATE}),
        "endless_headers": ("http_endless_headers", {}),
        "loop": ("http_redirect_loop", {}),
        "chain": ("http_redirect_chain", {"n": 3, "downgrade": 2}),
        "bomb": ("http_bomb", {}),
        "bomb_stream": ("http_bomb", {"kind": "stream"}),
        "bomb_nested": ("http_bomb", {"kind": "nested"}),
        "soft404": ("http_soft404", {}),
        "bot": ("http_bot_403", {}),
        "http_drip": ("http_drip", {"bytes_per_second": 50}),
        "trace": ("http_trace_echo", {}),
        "trace_off": ("http_trace_echo", {"enabled": False}),
        "basic": ("http_basic_auth", {}),
        "ntlm": ("http_basic_auth", {"scheme": "NTLM"}),
        "login": ("http_login_form", {}),
        "cookies": ("http_cookies", {"set_cookie": ["sid=1; Secure", "x=2"]}),
        "error": ("http_server_error", {"status": 503}),
        "breach": ("http_breach", {}),
        "host_header": ("http_host_header", {}),
        "open_redirect": ("http_open_redirect", {}),
        "rdap": ("rdap", {"domains": {"lab.test": {"status": ["client transfer prohibited"], "expiration": "2030-01-01T00:00:00Z"}}}),
        "smtp_good": ("smtp_good", {**CERTIFICATE, "local": ["lab.test"]}),
        "smtp_inject": ("smtp_good", {**CERTIFICATE, "inject": True}),
        "smtp_no_starttls": ("smtp_no_starttls", CERTIFICATE),
        "smtp_421": ("smtp_421", {"after": 1}),
        "smtp_450": ("smtp_450_greylist", {}),
        "smtp_554": ("smtp_554", {}),
        "smtp_refused": ("smtp_starttls_refused", {}),
        "smtp_tarpit": ("smtp_tarpit", {"seconds": 0.5}),
        "smtp_auth": ("smtp_auth_plain", {}),
        "smtp_multiline": ("smtp_multiline", {}),
        "smtp_endless": ("smtp_endless_lines", {}),
        "smtp_silent": ("smtp_silent", {}),
        "smtp_text": ("smtp_text_after_starttls", {}),
        "smtp_bad_cert": ("smtp_bad_cert", {}),
        "smtp_helo_only": ("smtp_helo_only", {}),
        "imap": ("imap_plain", {"starttls": True, "logindisabled": True, **CERTIFICATE}),
        "imap_open": ("imap_plain", {}),
        "pop3": ("pop3_plain", {"stls": True, **CERTIFICATE}),
        "ftp": ("ftp_plain", {"auth_tls": True, **CERTIFICATE}),
        "ftps": ("ftp_plain", {"implicit": True, **CERTIFICATE}),
        "zone": ("dns_zone", {"records": RECORDS, "axfr": True, "version": "Lab 1.2.3", "cookies": True, "servfail": {"broken.lab.test": ["MX"]},
                              "delegations": {"child.lab.test": ["ns.lab.test"]}}),
        "compact": ("dns_zone", {"records": RECORDS, "compact_denial": True}),
        "ent": ("dns_zone", {"records": RECORDS, "ent_nxdomain": True}),
        "servfail": ("dns_servfail", {"types": ["TXT"], "records": RECORDS}),
        "refused": ("dns_refused", {}),
        "silent": ("dns_silent", {}),
        "truncate_always": ("dns_truncate_always", {}),
        "truncate_ok": ("dns_truncate_ok", {"records": RECORDS}),
        "wrong_id": ("dns_wrong_id", {"records": RECORDS, "then_right": True}),
        "wrong_question": ("dns_wrong_question", {"records": RECORDS}),
        "wrong_source": ("dns_wrong_source", {"records": RECORDS, "from": "127.54.251.1"}),
        "liar": ("dns_liar", {}),
        "denier": ("dns_denier", {}),
        "denier_nodata": ("dns_denier", {"code": "nodata"}),
        "slow": ("dns_slow", {"seconds": 0.5, "records": RECORDS}),
        "formerr": ("dns_formerr_edns", {"records": RECORDS}),
        "drop_edns": ("dns_drop_edns", {"records": RECORDS}),
        "open_resolver": ("dns_open_resolver", {}),
        "refusing_resolver": ("dns_refusing_resolver", {}),
        "huge_txt": ("dns_huge_txt", {}),
        "endless_tcp": ("dns_endless_tcp", {}),
    }  # fmt: skip
    families = {
        "reneg": ("reneg", "limit", [0, 1, 3, 9, "unlimited"]),
        "lie": ("lying_length", "lie", ["record_long", "record_huge", "record_zero", "handshake_long", "handshake_short", "extensions", "certificate_list", "session_id"]),
        "not_tls": ("not_tls", "kind", ["ssh", "http", "smtp", "garbage", "ftp_error"]),
        "chunk": ("http_chunk_lies", "kind", ["long", "huge", "negative", "nonsense", "endless", "trailer"]),
        "length": ("http_content_length_lies", "kind", ["long", "stall", "short", "huge", "negative", "double"]),
        "garbage": ("http_garbage", "kind", ["binary", "no_status", "bad_status", "http09", "lf_only", "nul"]),
        "stack": ("http_stack_trace", "framework", ["django", "laravel", "symfony", "aspnet", "java", "werkzeug", "benign"]),
        "cors": ("http_cors_reflect", "mode", ["reflect", "null", "suffix", "prefix", "wildcard", "none"]),
        "takeover": ("http_takeover_page", "provider", ["github", "s3", "azure", "heroku", "shopify", "fastly", "parking", "plain404"]),
        "internal": ("http_internal_ip", "where", ["location", "cookie", "header", "version"]),
        "dns_loop": ("dns_compression_loop", "kind", ["self", "pair", "forward", "long"]),
        "dns_garbage": ("dns_garbage", "kind", ["random", "short", "counts", "rdlength", "label", "empty", "echo"]),
    }  # fmt: skip
    for family, (role, parameter, values) in families.items():
        for value in values:
            more = CERTIFICATE if role == "reneg" else {}
            chosen[f"{family}_{value}"] = (role, {parameter: value, **more})
    chosen["reneg_close"] = ("reneg", {"limit": 1, "after": "close", **CERTIFICATE})
    chosen["forwarder"] = ("dns_open_resolver", {"forward": f"{ADDRESS}:{FIRST_PORT + list(chosen).index('zone')}"})
    chosen["denier_some"] = ("dns_denier", {"types": ["TXT"], "code": "nodata", "forward": chosen["forwarder"][1]["forward"]})
    return chosen


PORTS = {}
STATE = {}


def start(spec, folder):
    path = os.path.join(folder, "spec.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(spec, file)
    return subprocess.Popen([os.path.join(HERE, "run"), "--spec", path, "--state", folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def setUpModule():
    STATE["folder"] = folder = tempfile.mkdtemp(prefix="simulators-test-")
    certificate, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=lab.test", "-addext", "subjectAltName=DNS:lab.test",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)  # fmt: skip
    CERTIFICATE.update(cert_pem=certificate, key_pem=key)
    spec = []
    for number, (name, (role, parameters)) in enumerate(servers().items()):
        PORTS[name] = FIRST_PORT + number
        spec.append({"name": name, "role": role, "address": ADDRESS, "port": PORTS[name], "params": parameters})
    STATE["roles"] = {entry["role"] for entry in spec}
    STATE["process"] = process = start(spec, folder)
    deadline = time.monotonic() + 30
    while not os.path.exists(os.path.join(folder, "ready")):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise RuntimeError("the simulators did not start: " + process.communicate()[1])
        time.sleep(0.05)


def tearDownModule():
    process = STATE["process"]
    process.terminate()
    try:
        _, errors = process.communicate(timeout=10)
        left = os.path.exists(os.path.join(STATE["folder"], "ready"))
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    finally:
        shutil.rmtree(STATE["folder"])
    if process.returncode != 0 or left or errors:
        raise RuntimeError(f"the simulators ended with {process.returncode}, ready left: {left}, stderr: {errors}")


# Helpers


@contextlib.contextmanager
def connected(name, timeout=5):
    with socket.create_connection((ADDRESS, PORTS[name]), timeout) as connection:
        yield connection


def receive(connection, count):
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise EOFError(data)
        data += piece
    return data


def receive_all(connection, limit=3_000_000):
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while len(data) < limit:
            piece = connection.recv(65536)
            if not piece:
                break
            data += piece
    return data


def still_silent(connection, seconds=0.3):
    connection.settimeout(seconds)
    try:
        return connection.recv(1) is None
    except TimeoutError:
        return True


def hello(suite_ids, version=0x0303, extensions=(), session_id=b"", compressions=b"\x00", tls13=False, groups=(29, 23), shares=(29,), sigalgs=None, pad=0):
    found = {}
    if version > 0x0300:
        found[10] = tls.vector(b"".join(map(tls.u16, groups)))
        found[11] = b"\x01\x00"
    if version == 0x0303:
        found[13] = tls.vector(b"".join(map(tls.u16, sigalgs or [0x0401, 0x0804, 0x0403, 0x0201])))
    if tls13:
        found[43] = tls.vector(tls.u16(0x0304) + tls.u16(0x0303), 1)
        found[51] = tls.vector(b"".join(tls.u16(group) + tls.vector(bytes(suites.SHARE_OCTETS[group])) for group in shares))
    found.update(extensions)
    body = tls.u16(version) + bytes(32) + tls.vector(session_id, 1) + tls.vector(b"".join(map(tls.u16, suite_ids))) + tls.vector(compressions, 1)
    if pad:
        found[21] = bytes(max(0, pad - 4 - len(body) - 2 - sum(4 + len(data) for data in found.values()) - 4))
    if found:
        body += tls.vector(b"".join(tls.extension(number, data) for number, data in found.items()))
    return tls.record(tls.HANDSHAKE, min(version, 0x0301), tls.handshake(1, body))


class Answer:
    """A server's flight, read until ServerHelloDone, an alert or (TLS 1.3) the end of ServerHello."""

    def __init__(self, connection):
        self.alert, self.messages, handshakes, self.record_version = None, {}, b"", None
        self.hello = self.extensions = None
        while 14 not in self.messages:
            kind, self.record_version, length = struct.unpack("!BHH", receive(connection, 5))
            content = receive(connection, length)
            if kind == tls.ALERT:
                self.alert = content[1]
                return
            if kind != tls.HANDSHAKE:
                return
            handshakes += content
            while len(handshakes) >= 4 and len(handshakes) >= 4 + int.from_bytes(handshakes[1:4], "big"):
                size = int.from_bytes(handshakes[1:4], "big")
                self.messages[handshakes[0]] = handshakes[4 : 4 + size]
                handshakes = handshakes[4 + size :]
            if 2 in self.messages and self.hello is None:
                self.read_hello(tls.Reader(self.messages[2]))
                if 43 in self.extensions:
                    return

    def read_hello(self, reader):
        self.hello = True
        self.version, self.random, self.session_id = reader.number(2), reader.take(32), reader.vector(1)
        self.suite, self.compression, self.extensions = reader.number(2), reader.number(1), {}
        if reader.left():
            block = tls.Reader(reader.vector(2))
            while block.left():
                number = block.number(2)
                self.extensions[number] = block.vector(2)


def ask(name, *arguments, **more):
    with connected(name) as connection:
        connection.sendall(hello(*arguments, **more))
        return Answer(connection)


def http(name, path="/", method="GET", headers=(), limit=3_000_000):
    with connected(name) as connection:
        lines = [f"{method} {path} HTTP/1.1", "Connection: close"] + [f"{key}: {value}" for key, value in headers]
        if not any(key == "Host" for key, _ in headers):
            lines.append("Host: lab.test")
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")
        data = receive_all(connection, limit)
    head, _, body = data.partition(b"\r\n\r\n")
    return head.decode("latin-1"), body


def client_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class Lines:
    """A text protocol from the client's side."""

    def __init__(self, connection):
        self.connection, self.buffer = connection, b""

    def line(self):
        while b"\n" not in self.buffer:
            piece = self.connection.recv(4096)
            if not piece:
                raise EOFError
            self.buffer += piece
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.rstrip(b"\r").decode()

    def reply(self):
        lines = [self.line()]
        while lines[-1][3:4] == "-":
            lines.append(self.line())
        return lines

    def say(self, text):
        self.connection.sendall(text.encode() + b"\r\n")
        return self.reply()


def query(name, kind, edns=False, number=0x1234, size=4096, cookie=False, klass=1):
    options = struct.pack("!HH", 10, 8) + b"clientck" if cookie else b""
    opt = b"\x00" + struct.pack("!HHIH", 41, size, 0x8000, len(options)) + options if edns else b""
    return struct.pack("!HHHHHH", number, 0x0100, 1, 0, 0, 1 if edns else 0) + dns.wire_name(name) + struct.pack("!HH", dns.type_number(kind), klass) + opt


def udp(name, *arguments, timeout=3, replies=1, **more):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.settimeout(timeout)
        sender.sendto(query(*arguments, **more), (ADDRESS, PORTS[name]))
        found = [sender.recvfrom(65535) for _ in range(replies)]
    return found[0][0] if replies == 1 else [data for data, _ in found]


def tcp(name, *arguments, **more):
    with connected(name) as connection:
        data = query(*arguments, **more)
        connection.sendall(tls.vector(data))
        return receive(connection, int.from_bytes(receive(connection, 2), "big"))


def rcode(data):
    return data[3] & 15


def counts(data):
    return struct.unpack("!HHHH", data[4:12])


# The tests


class Numbers(unittest.TestCase):
    def test_suites_match_the_library(self):
        listed = subprocess.run(["openssl", "ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"], capture_output=True, text=True, check=True).stdout
        found = re.findall(r"0x(..),0x(..) - (\S+)", listed)
        self.assertGreater(len(found), 100)
        for high, low, name in found:
            self.assertEqual(suites.NAMES[int(high + low, 16)], name)

    def test_old_suites(self):
        for number, name in ((0x0003, "TLS_RSA_EXPORT_WITH_RC4_40_MD5"), (0x0014, "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA"), (0xC011, "TLS_ECDHE_RSA_WITH_RC4_128_SHA"),
                             (0xC019, "TLS_ECDH_anon_WITH_AES_256_CBC_SHA"), (0x0099, "TLS_DHE_DSS_WITH_SEED_CBC_SHA"), (0xC022, "TLS_SRP_SHA_DSS_WITH_AES_256_CBC_SHA")):  # fmt: skip
            self.assertEqual(suites.NAMES[number], name)
        self.assertEqual(len(suites.NAMES), 342)
        with self.assertRaises(ValueError):
            suites.suite_number("TLS_RSA_WITH_RC5")

    def test_primes(self):
        for kind, bits in (("common", 512), ("common", 1024), ("common", 768), ("oakley", 1024), ("common", 1536), ("common", 2048), ("rfc7919", 2048)):
            prime = suites.prime(kind, bits)
            self.assertEqual(prime.bit_length(), bits)
            self.assertTrue(suites.is_probably_prime(prime) and suites.is_probably_prime(prime // 2), (kind, bits))
        self.assertEqual(suites.prime("composite", 1024).bit_length(), 1024)
        self.assertFalse(suites.is_probably_prime(suites.prime("composite", 1024)))


class Hello(unittest.TestCase):
    def test_plain_tls12(self):
        answer = ask("plain", [0x002F, 0xC02F, 0x00FF], extensions={23: b"", 22: b"", 15: b"\x01"})
        self.assertEqual((answer.version, answer.suite, answer.record_version), (0x0303, 0xC02F, 0x0303))
        self.assertEqual(set(answer.extensions), {0xFF01, 23, 11})
        self.assertEqual(answer.messages[12][:3], b"\x03\x00\x1d")
        self.assertIn(11, answer.messages)
        self.assertEqual(ask("plain", [0x002F], extensions={22: b""}).extensions.keys(), {22})

    def test_nothing_in_common(self):
        self.assertEqual(ask("plain", [0x0005]).alert, 40)
        self.assertEqual(ask("plain", [0xC02F], version=0x0301).alert, 70)
        self.assertEqual(ask("plain", [0xC02F], groups=(25,)).alert, 40)

    def test_old_versions_and_suites(self):
        answer = ask("old", [0x000A, 0x0005, 0x00FF], version=0x0300)
        self.assertEqual((answer.version, answer.suite, answer.record_version), (0x0300, 0x0005, 0x0300))
        self.assertEqual(set(answer.extensions), {0xFF01})
        answer = ask("old", [0x0003], version=0x0301)
        self.assertEqual(len(tls.Reader(answer.messages[12]).vector(2)), 64)
        answer = ask("old", [0x0014], version=0x0301)
        self.assertEqual(int.from_bytes(tls.Reader(answer.messages[12]).vector(2), "big"), suites.prime("common", 512))
        answer = ask("old", [0x0034], version=0x0301)
        self.assertNotIn(11, answer.messages)
        self.assertEqual(len(tls.Reader(answer.messages[12]).vector(2)), 96)
        answer = ask("old", [0x0002], compressions=b"\x01\x00", extensions={15: b"\x01"})
        self.assertEqual((answer.suite, answer.compression), (0x0002, 1))
        self.assertIn(15, answer.extensions)
        self.assertNotIn(12, answer.messages)

    def test_version_between_is_lowered(self):
        self.assertEqual(ask("old", [0x0002], version=0x0302).version, 0x0301)

    def test_key_reuse(self):
        public = [ask("old", [0x0033]).messages[12][96 + 2 : 96 + 2 + 101] for _ in range(2)]
        self.assertEqual(*public)
        points = [ask("plain", [0xC02F]).messages[12][4:36] for _ in range(2)]
        self.assertNotEqual(*points)

    def test_fallback(self):
        self.assertEqual(ask("old", [0x0002, 0x5600], version=0x0301).alert, 86)
        self.assertEqual(ask("bare", [0xC013, 0x5600], version=0x0302).version, 0x0302)
        self.assertIsNone(ask("old", [0x0002, 0x5600]).alert)

    def test_bare_echoes_nothing(self):
        self.assertEqual(ask("bare", [0xC013, 0x00FF], extensions={23: b"", 22: b""}).extensions.keys(), {11})

    def test_tls13(self):
        answer = ask("modern", [0x1301, 0xC02F], tls13=True)
        self.assertEqual((answer.suite, answer.extensions[43]), (0x1301, b"\x03\x04"))
        self.assertEqual(answer.extensions[51][:4], b"\x00\x1d\x00\x20")
        hybrid = ask("modern", [0x1301], tls13=True, groups=(4588,), shares=(4588,))
        self.assertEqual(hybrid.extensions[51][:4], struct.pack("!HH", 4588, 1120))
        self.assertEqual(ask("modern", [0x1301], tls13=True, groups=(25,), shares=()).alert, 40)

    def test_hello_retry(self):
        with connected("modern") as connection:
            connection.sendall(hello([0x1301], tls13=True, groups=(23,), shares=()))
            answer = Answer(connection)
            self.assertEqual(answer.random, tls.RETRY_RANDOM)
            self.assertEqual(answer.extensions[51], b"\x00\x17")
            receive(connection, 6)
            connection.sendall(tls.record(tls.CHANGE_CIPHER, 0x0303, b"\x01") + hello([0x1301], tls13=True, groups=(23,), shares=(23,), extensions={44: answer.extensions[44]}))
            answer = Answer(connection)
            self.assertNotEqual(answer.random, tls.RETRY_RANDOM)
            self.assertEqual(len(answer.extensions[51]), 4 + 65)
        self.assertEqual(ask("hrr", [0x1301], tls13=True).random, tls.RETRY_RANDOM)

    def test_downgrade_sentinel(self):
        self.assertEqual(ask("modern", [0xC02F]).random[-8:], b"DOWNGRD\x01")
        self.assertNotEqual(ask("plain", [0xC02F]).random[24:31], b"DOWNGRD")

    def test_preference(self):
        self.assertEqual(ask("client_order", [0xCCA8, 0x009C, 0xC02F]).suite, 0xCCA8)
        self.assertEqual(ask("client_order", [0x009C, 0xCCA8, 0xC02F]).suite, 0x009C)
        self.assertEqual(ask("chacha", [0xCCA8, 0xC02F]).suite, 0xCCA8)
        self.assertEqual(ask("chacha", [0x009C, 0xCCA8, 0xC02F]).suite, 0xC02F)

    def test_composite_prime(self):
        prime = int.from_bytes(tls.Reader(ask("composite", [0x0033]).messages[12]).vector(2), "big")
        self.assertEqual((prime.bit_length(), suites.is_probably_prime(prime)), (1024, False))

    def test_signature(self):
        exchange = ask("sha1", [0xC02F]).messages[12]
        self.assertEqual(exchange[36:38], b"\x02\x01")
        self.assertEqual(ask("sha1", [0xC02F], sigalgs=[0x0401]).alert, 40)
        self.assertEqual(ask("plain", [0xC02F], sigalgs=[0x0201]).alert, 40)

    def test_intolerance(self):
        many = list(range(0xA000, 0xA000 + 127)) + [0xC02F]
        with self.assertRaises((ConnectionResetError, EOFError)):
            ask("few_suites", many)
        self.assertEqual(ask("few_suites", many[1:]).suite, 0xC02F)
        with self.assertRaises((ConnectionResetError, EOFError)):
            ask("intolerant", [0x1A1A, 0xC02F])
        self.assertEqual(ask("intolerant", [0xC02F], pad=512).suite, 0xC02F)
        with connected("intolerant") as connection:
            connection.sendall(hello([0xC02F], pad=300))
            self.assertTrue(still_silent(connection))

    def test_alpn_and_names(self):
        listed = lambda *names: {16: tls.vector(b"".join(tls.vector(name, 1) for name in names))}  # noqa: E731
        self.assertEqual(ask("alpn", [0xC02F], extensions=listed(b"http/1.1", b"h2")).extensions[16], b"\x00\x03\x02h2")
        self.assertEqual(ask("alpn", [0xC02F], extensions=listed(b"utsyn-x")).alert, 120)
        named = lambda name: {0: tls.vector(b"\x00" + tls.vector(name))}  # noqa: E731
        self.assertEqual(ask("sni", [0xC02F], extensions=named(b"other.test")).alert, 112)
        self.assertEqual(ask("sni", [0xC02F], extensions=named(b"lab.test")).suite, 0xC02F)

    def test_alert_split_junk(self):
        self.assertEqual(ask("alerting", [0xC02F]).alert, 80)
        with connected("split") as connection:
            connection.sendall(hello([0xC02F]))
            self.assertEqual(Answer(connection).suite, 0xC02F)
            self.assertEqual(len(receive(connection, 20)), 20)

    def test_hello_in_pieces(self):
        with connected("plain") as connection:
            whole = hello([0xC02F])
            body = whole[5:]
            connection.sendall(tls.record(tls.HANDSHAKE, 0x0301, body[:3]) + tls.record(tls.HANDSHAKE, 0x0301, body[3:]))
            self.assertEqual(Answer(connection).suite, 0xC02F)

    def test_malformed_hello(self):
        with connected("plain") as connection:
            connection.sendall(tls.record(tls.HANDSHAKE, 0x0301, tls.handshake(1, b"\x03\x03" + bytes(32) + b"\xff")))
            self.assertEqual(Answer(connection).alert, 50)

    def test_behind_starttls(self):
        with connected("smtp_tls") as connection:
            lines = Lines(connection)
            self.assertTrue(lines.reply()[0].startswith("220 "))
            self.assertIn("250 STARTTLS", lines.say("EHLO client.test"))
            self.assertTrue(lines.say("STARTTLS")[0].startswith("220"))
            connection.sendall(hello([0xC02F]))
            self.assertEqual(Answer(connection).suite, 0xC02F)
        with connected("imap_tls") as connection:
            lines = Lines(connection)
            self.assertIn("STARTTLS", lines.line())
            connection.sendall(b"a STARTTLS\r\n")
            self.assertTrue(lines.line().startswith("a OK"))
            connection.sendall(hello([0xC02F]))
            self.assertEqual(Answer(connection).suite, 0xC02F)


class Ssl2(unittest.TestCase):
    HELLO = b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10" + bytes.fromhex("010080020080030080040080050080060040" "0700c0") + bytes(16)

    def server_hello(self, name):
        with connected(name) as connection:
            connection.sendall(self.HELLO)
            length = int.from_bytes(receive(connection, 2), "big") & 0x7FFF
            return receive(connection, length)

    def test_ciphers(self):
        body = self.server_hello("sslv2")
        self.assertEqual((body[0], body[3:5]), (4, b"\x00\x02"))
        certificate, specs, connection_id = struct.unpack("!HHH", body[5:11])
        self.assertEqual((specs, connection_id), (21, 16))
        self.assertEqual(body[11], 0x30)
        self.assertEqual(len(body), 11 + certificate + specs + connection_id)

    def test_zero_ciphers(self):
        self.assertEqual(self.server_hello("sslv2_zero")[7:9], b"\x00\x00")
        self.assertEqual(ask("sslv2_zero", [0xC02F]).suite, 0xC02F)

    def test_tls_refused_by_sslv2_only(self):
        self.assertEqual(ask("sslv2", [0xC02F]).alert, 70)

    def test_text(self):
        with connected("ssl_text") as connection:
            connection.sendall(self.HELLO)
            self.assertTrue(receive_all(connection).startswith(b"HTTP/1.1 400"))
        self.assertEqual(ask("ssl_text", [0xC02F]).suite, 0xC02F)


class Faults(unittest.TestCase):
    def heartbeat(self, name, claimed, sent):
        with connected(name) as connection:
            connection.sendall(hello([0xC02F], extensions={15: b"\x01"}))
            answer = Answer(connection)
            self.assertIn(15, answer.extensions)
            connection.sendall(tls.record(tls.HEARTBEAT, 0x0303, b"\x01" + tls.u16(claimed) + sent))
            connection.settimeout(0.4)
            try:
                return connection.recv(1000)
            except TimeoutError:
                return None

    def test_heartbleed(self):
        leaked = self.heartbeat("heartbleed", 20, b"abcd")
        self.assertEqual((leaked[0], leaked[5]), (24, 2))
        self.assertEqual(leaked[8:28], b"abcd" + b"LEAK" * 4)
        self.assertLess(len(self.heartbeat("heartbleed", 65535, b"abcd")), 110)

    def test_look_alikes(self):
        self.assertIsNone(self.heartbeat("heartbleed_fixed", 20, b"abcd"))
        self.assertEqual(self.heartbeat("heartbleed_fixed", 4, b"abcd" + bytes(16))[8:12], b"abcd")
        self.assertTrue(self.heartbeat("heartbleed_ftp", 20, b"abcd").startswith(b"500 "))

    def ccs(self, name):
        with connected(name) as connection:
            connection.sendall(hello([0x002F]))
            Answer(connection)
            connection.sendall(tls.record(tls.CHANGE_CIPHER, 0x0303, b"\x01"))
            first_silent = still_silent(connection)
            connection.settimeout(3)
            if first_silent:
                connection.sendall(tls.record(tls.CHANGE_CIPHER, 0x0303, b"\x01"))
                return Answer(connection).alert
            return None

    def test_ccs(self):
        self.assertEqual(self.ccs("ccs"), 20)
        self.assertIsNone(self.ccs("ccs_fixed"))

    def test_ticketbleed(self):
        session = ask("ticketbleed", [0xC02F], session_id=b"abc", extensions={35: b"x" * 32}).session_id
        self.assertEqual((session[:3], len(session)), (b"abc", 32))
        self.assertNotEqual(session[3:], bytes(29))
        session = ask("ticket_windows", [0xC02F], session_id=b"abcdef", extensions={35: b"x" * 32}).session_id
        self.assertTrue(len(session) == 32 and session[:6] != b"abcdef")

    def robot(self, name, clear):
        with connected(name) as connection:
            connection.sendall(hello([0x002F]))
            answer = Answer(connection)
            chain = tls.Reader(tls.Reader(answer.messages[11]).vector(3))
            text = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-modulus"], input=chain.vector(3), capture_output=True, check=True).stdout
            modulus = int(text.decode().strip().partition("=")[2], 16)
            secret = pow(int.from_bytes(clear.ljust(256, b"\x11"), "big"), 65537, modulus).to_bytes(256, "big")
            connection.sendall(tls.record(tls.HANDSHAKE, 0x0303, tls.handshake(16, tls.vector(secret))))
            connection.sendall(tls.record(tls.CHANGE_CIPHER, 0x0303, b"\x01") + tls.record(tls.HANDSHAKE, 0x0303, bytes(40)))
            return Answer(connection).alert

    def test_robot(self):
        good = b"\x00\x02" + b"\x22" * 205 + b"\x00\x03\x03" + b"\x33" * 46
        start, no_zero = b"\x41\x17" + good[2:], b"\x00\x02" + b"\x22" * 254
        self.assertEqual([self.robot("robot_weak", each) for each in (good, start, no_zero)], [20, 51, 51])
        self.assertEqual([self.robot("robot_safe", each) for each in (good, start, no_zero)], [20, 20, 20])
        self.assertEqual([self.robot("robot_strong", each) for each in (good, start, no_zero)], [20, 47, 20])

    def test_opossum(self):
        head, _ = http("opossum", "*", "OPTIONS", [("Upgrade", "TLS/1.0"), ("Host", "x")], limit=60)
        self.assertTrue(head.startswith("HTTP/1.1 101"))
        self.assertIn("Upgrade: TLS/1.0", head)

    def renegotiations(self, name, wanted):
        """How many renegotiations `openssl s_client` got; the client quits when one is refused."""
        command = ["openssl", "s_client", "-connect", f"{ADDRESS}:{PORTS[name]}", "-tls1_2", "-state"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as client:
            os.set_blocking(client.stderr.fileno(), False)
            seen, done, deadline = b"", 0, time.monotonic() + 8
            while time.monotonic() < deadline and client.poll() is None:
                seen += client.stderr.read() or b""
                finished = seen.count(b"read finished") - 1
                if b"no renegotiation" in seen or finished >= wanted:
                    break
                if finished >= done:
                    done = finished + 1
                    client.stdin.write(b"R\n")
                    client.stdin.flush()
                time.sleep(0.02)
            client.kill()
        return seen.count(b"read finished") - 1

    def test_renegotiation_limits(self):
        for limit, expected in ((0, 0), (1, 1), (3, 3), (9, 9), ("unlimited", 12)):
            with self.subTest(limit=limit):
                self.assertEqual(self.renegotiations(f"reneg_{limit}", 12), expected)
        self.assertEqual(self.renegotiations("reneg_close", 12), 1)

    def test_renegotiation_server_speaks_http(self):
        with connected("reneg_0") as connection, client_context().wrap_socket(connection) as secure:
            self.assertEqual(secure.version(), "TLSv1.2")
            secure.sendall(b"GET / HTTP/1.1\r\n\r\n")
            self.assertTrue(secure.recv(100).startswith(b"HTTP/1.1 200"))


class Hostile(unittest.TestCase):
    def test_reset(self):
        for name in ("reset", "reset_hello"):
            with self.assertRaises(ConnectionError), connected(name) as connection:
                connection.sendall(hello([0xC02F]))
                if connection.recv(1) == b"":
                    self.fail("closed in order")

    def test_close(self):
        with connected("close") as connection:
            self.assertEqual(connection.recv(1), b"")

    def test_stall(self):
        with connected("stall") as connection:
            connection.sendall(hello([0xC02F]))
            self.assertTrue(still_silent(connection))
        with connected("short_stall") as connection:
            self.assertEqual(connection.recv(1), b"")  # the bound on seconds

    def test_drip(self):
        with connected("drip") as connection:
            connection.sendall(hello([0xC02F]))
            begun = time.monotonic()
            self.assertEqual(receive(connection, 10)[:3], b"\x16\x03\x03")
            self.assertGreater(time.monotonic() - begun, 0.3)

    def lie(self, kind, count):
        with connected("lie_" + kind) as connection:
            connection.sendall(hello([0xC02F]))
            data = receive(connection, count)
            self.assertTrue(still_silent(connection, 0.1) or kind in ("record_huge", "record_zero", "certificate_list"))
            return data

    def test_lies(self):
        self.assertEqual(self.lie("record_long", 45)[3:5], b"\x40\x00")
        self.assertEqual(self.lie("record_huge", 5)[3:5], b"\xff\xff")
        self.assertEqual(self.lie("record_zero", 500), b"\x16\x03\x03\x00\x00" * 100)
        self.assertEqual(self.lie("handshake_long", 79)[5:9], b"\x02\xff\xff\xff")
        self.assertEqual(self.lie("handshake_short", 79)[5:9], b"\x02\x00\x00\x0a")
        self.assertEqual(self.lie("extensions", 86)[79:81], b"\xff\xf0")
        self.assertEqual(self.lie("session_id", 79)[43], 0xFF)
        self.assertEqual(self.lie("certificate_list", 86)[83:86], b"\xff\xff\xff")

    def test_huge_certificate(self):
        answer = ask("huge_cert", [0xC02F])
        self.assertGreater(len(answer.messages[11]), 2000 * 20)
        self.assertEqual(answer.messages[11].count(b".huge.lab.test"), 1999)

    def test_endless(self):
        with connected("endless") as connection:
            connection.sendall(hello([0xC02F]))
            self.assertEqual(receive(connection, 9)[5:9], b"\x02\xff\xff\xff")
            self.assertLess(len(receive_all(connection)), 200001)  # the bound on bytes
        with connected("endless_warnings") as connection:
            connection.sendall(hello([0xC02F]))
            self.assertEqual(receive(connection, 70), b"\x15\x03\x03\x00\x02\x01\x5a" * 10)

    def test_not_tls(self):
        for kind, start in (("ssh", b"SSH-2.0-"), ("http", b"HTTP/1.1 400"), ("smtp", b"554 "), ("garbage", b"\x99\x88"), ("ftp_error", b"220 ")):
            with connected("not_tls_" + kind) as connection:
                connection.sendall(hello([0xC02F]) + b"\r\n")
                self.assertEqual(receive(connection, len(start)), start)
        with connected("not_tls_ftp_error") as connection:
            lines = Lines(connection)
            lines.reply()
            self.assertTrue(lines.say("AUTH TLS")[0].startswith("500"))

    def test_syn_proxy(self):
        for port in (PORTS["syn_proxy"], FIRST_PORT + 900, FIRST_PORT + 909):
            with socket.create_connection((ADDRESS, port), 3) as connection:
                self.assertTrue(still_silent(connection, 0.1))

    def test_rotate(self):
        seen = [http("rotate")[0].split(" ")[1] for _ in range(4)]
        self.assertEqual(sorted(seen), ["200", "200", "500", "500"])
        self.assertNotEqual(seen[0], seen[1])


class Http(unittest.TestCase):
    def test_static(self):
        head, body = http("static")
        self.assertEqual((head.split("\r\n")[0], head.count("Set-Cookie"), body), ("HTTP/1.1 200 OK", 2, b"top"))
        head, _ = http("static", "/x")
        self.assertIn("301", head)
        self.assertIn("Location: /y", head)
        self.assertIn("404", http("static", "/none")[0])
        self.assertEqual(http("static", headers=[("Host", "other.test")])[1], b"other")
        self.assertEqual(http("static", method="HEAD")[1], b"")

    def test_https_and_keep_alive(self):
        with connected("https") as connection, client_context().wrap_socket(connection, server_hostname="lab.test") as secure:
            for _ in range(2):
                secure.sendall(b"GET / HTTP/1.1\r\nHost: lab.test\r\n\r\n")
                data = b""
                while not data.endswith(b"secret"):
                    data += secure.recv(1000)
                self.assertTrue(data.startswith(b"HTTP/1.1 200 OK"))

    def test_endless_headers(self):
        head, _ = http("endless_headers", limit=500_000)
        self.assertGreater(head.count("X-Header-"), 4000)

    def test_redirects(self):
        self.assertIn("Location: /loop1", http("loop")[0])
        self.assertIn("Location: /loop0", http("loop", "/loop1")[0])
        self.assertIn("Location: /hop1\r", http("chain")[0])
        self.assertIn("Location: http://lab.test/hop2\r", http("chain", "/hop1")[0])
        self.assertIn("HTTP/1.1 200", http("chain", "/hop3")[0])

    def test_bombs(self):
        head, body = http("bomb")
        self.assertIn("Content-Encoding: gzip", head)
        self.assertLess(len(body), 12_000)
        self.assertEqual(len(gzip.decompress(body)), 10 * 1024 * 1024)
        _, body = http("bomb_stream")
        self.assertLess(len(body), 1_100_000)
        self.assertEqual(len(zlib.decompressobj(31).decompress(body, 50_000_000)), 50_000_000)
        head, body = http("bomb_nested")
        self.assertIn("gzip, gzip", head)
        self.assertLess(len(body), 2000)
        self.assertGreater(len(gzip.decompress(body)), len(body))

    def test_chunk_lies(self):
        starts = {"long": b"64\r\nhello", "huge": b"FFFFFFFFFFFFFFFF", "negative": b"-5", "nonsense": b"zebra", "endless": b"1\r\nx\r\n" * 3, "trailer": b"5\r\nhello\r\n0\r\nX-Trailer"}
        for kind, start_of_body in starts.items():
            head, body = http("chunk_" + kind, limit=200_000)
            self.assertIn("Transfer-Encoding: chunked", head)
            self.assertTrue(body.startswith(start_of_body), kind)
            self.assertEqual(len(body) > 100_000, kind in ("endless", "trailer"))

    def test_length_lies(self):
        for kind, value in (("long", "100"), ("short", "5"), ("huge", "99999999999999999999"), ("negative", "-1")):
            head, body = http("length_" + kind)
            self.assertIn(f"Content-Length: {value}", head)
            self.assertEqual(body, b"0123456789")
        self.assertEqual(http("length_double")[0].count("Content-Length"), 2)
        with connected("length_stall") as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
            self.assertIn(b"HTTP/1.1 200", connection.recv(500))
            self.assertTrue(still_silent(connection))

    def test_garbage(self):
        starts = {"binary": "\x00", "no_status": "HTTP/1.1\r", "bad_status": "HTTP/1.1 2xx", "http09": "<html>", "lf_only": "HTTP/1.1 200 OK\nC", "nul": "HTTP/1.1 200 OK\r\nX-Nul: a\x00b"}
        for kind, text in starts.items():
            self.assertTrue(http("garbage_" + kind)[0].startswith(text), kind)

    def test_soft404(self):
        self.assertEqual(http("soft404", "/.git/config"), http("soft404", "/none-0815"))
        self.assertIn("HTTP/1.1 200", http("soft404", "/x")[0])

    def test_bot_defence(self):
        self.assertIn("403", http("bot", headers=[("User-Agent", "utsyn")])[0])
        self.assertIn("200", http("bot", headers=[("User-Agent", "Mozilla/5.0")])[0])

    def test_drip(self):
        with connected("http_drip") as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
            begun = time.monotonic()
            self.assertEqual(receive(connection, 15), b"HTTP/1.1 200 OK")
            self.assertGreater(time.monotonic() - begun, 0.2)

    def test_stack_traces(self):
        for kind, mark in (("django", "URLconf"), ("laravel", "Ignition"), ("symfony", "Symfony Profiler"), ("aspnet", "Server Error in '/'"),
                           ("java", "at org.apache.catalina"), ("werkzeug", "Werkzeug Debugger")):  # fmt: skip
            self.assertIn(mark, http("stack_" + kind, "/none")[1].decode())
            self.assertNotIn(mark, http("stack_" + kind)[1].decode())
            self.assertNotIn(mark, http("stack_benign", "/none")[1].decode())

    def test_trace(self):
        head, body = http("trace", method="TRACE", headers=[("X-Mark", "0815")])
        self.assertIn("message/http", head)
        self.assertIn(b"X-Mark: 0815", body)
        self.assertIn("405", http("trace_off", method="TRACE")[0])

    def test_cors(self):
        allowed = lambda mode, origin: re.findall(r"Allow-Origin: (.*)", http("cors_" + mode, headers=[("Origin", origin)])[0])  # noqa: E731
        self.assertEqual(allowed("reflect", "https://x.example"), ["https://x.example\r"])
        self.assertEqual(allowed("null", "null"), ["null\r"])
        self.assertEqual(allowed("null", "https://x.example"), [])
        self.assertEqual(allowed("suffix", "https://evil-lab.test"), ["https://evil-lab.test\r"])
        self.assertEqual(allowed("prefix", "https://lab.test.example"), ["https://lab.test.example\r"])
        self.assertEqual(allowed("none", "https://x.example"), [])
        head = http("cors_wildcard", headers=[("Origin", "https://x.example")])[0]
        self.assertIn("Allow-Origin: *", head)
        self.assertNotIn("Credentials", head)

    def test_login_and_auth(self):
        self.assertIn('WWW-Authenticate: Basic realm="Intranet"', http("basic")[0])
        challenge = re.search("NTLM (.+)\r", http("ntlm", headers=[("Authorization", "NTLM TlRMTVNTUAAB")])[0])[1]
        self.assertIn("LAB".encode("utf-16-le"), base64.b64decode(challenge))
        self.assertIn(b'type="password"', http("login")[1])
        self.assertEqual(http("cookies")[0].count("Set-Cookie"), 2)

    def test_pages(self):
        for provider, mark in (("github", "There isn't a GitHub Pages site here"), ("s3", "NoSuchBucket"), ("azure", "404 Web Site not found"),
                               ("heroku", "No such app"), ("shopify", "currently unavailable"), ("fastly", "unknown domain")):  # fmt: skip
            self.assertIn(mark, http("takeover_" + provider)[1].decode())
            self.assertNotIn(mark, http("takeover_plain404")[1].decode() + http("takeover_parking")[1].decode())
        self.assertIn("503", http("error")[0])
        self.assertIn("10.1.2.3", http("internal_location")[0])
        self.assertIn("BIGipServerpool_web=50462986.20480.0000", http("internal_cookie")[0])
        self.assertIn("192.168.10.20", http("internal_header")[0])
        self.assertIn("IIS/10.0.0.1", http("internal_version")[0])
        self.assertIn("Content-Encoding: gzip", http("breach", headers=[("Accept-Encoding", "gzip")])[0])
        self.assertNotIn("Content-Encoding", http("breach")[0])
        self.assertIn("Location: http://evil.test/", http("host_header", headers=[("X-Forwarded-Host", "evil.test")])[0])
        self.assertIn("Location: https://example.invalid/", http("open_redirect", "/go?next=https%3A%2F%2Fexample.invalid%2F")[0])

    def test_rdap(self):
        head, body = http("rdap", "/domain/LAB.test")
        answer = json.loads(body)
        self.assertIn("application/rdap+json", head)
        self.assertEqual((answer["status"], answer["events"][1]["eventDate"]), (["client transfer prohibited"], "2030-01-01T00:00:00Z"))
        self.assertIn("404", http("rdap", "/domain/none.test")[0])


class Mail(unittest.TestCase):
    @contextlib.contextmanager
    def session(self, name):
        with connected(name) as connection:
            yield Lines(connection), connection

    def secured(self, connection):
        secure = client_context().wrap_socket(connection)
        self.addCleanup(secure.close)
        return Lines(secure)

    def test_good(self):
        with self.session("smtp_good") as (lines, connection):
            self.assertEqual(lines.reply(), ["220 mail.lab.test ESMTP"])
            self.assertIn("250 STARTTLS", lines.say("EHLO c.test"))
            self.assertTrue(lines.say("STARTTLS")[0].startswith("220"))
            secure = self.secured(connection)
            self.assertFalse(any("STARTTLS" in line for line in secure.say("EHLO c.test")))
            secure.say("MAIL FROM:<a@b.test>")
            self.assertTrue(secure.say("RCPT TO:<x@elsewhere.test>")[0].startswith("554"))
            self.assertTrue(secure.say("RCPT TO:<x@lab.test>")[0].startswith("250"))
            self.assertTrue(secure.say("QUIT")[0].startswith("221"))

    def test_injection(self):
        for name, answered in (("smtp_inject", True), ("smtp_good", False)):
            with self.session(name) as (lines, connection):
                lines.reply()
                lines.say("EHLO c.test")
                lines.say("STARTTLS\r\nRSET")
                self.assertEqual(not still_silent_tls(self.secured(connection).connection), answered)

    def test_no_starttls(self):
        with self.session("smtp_no_starttls") as (lines, _):
            lines.reply()
            self.assertFalse(any("STARTTLS" in line for line in lines.say("EHLO c.test")))
            self.assertTrue(lines.say("STARTTLS")[0].startswith("502"))

    def test_421_after_one(self):
        codes = []
        for _ in range(3):
            with self.session("smtp_421") as (lines, _):
                codes.append(lines.reply()[0][:3])
        self.assertEqual(codes, ["220", "421", "421"])

    def test_refusals(self):
        with self.session("smtp_554") as (lines, _):
            self.assertTrue(lines.reply()[0].startswith("554"))
        with self.session("smtp_450") as (lines, _):
            lines.reply()
            self.assertTrue(lines.say("RCPT TO:<a@lab.test>")[0].startswith("450"))
        with self.session("smtp_refused") as (lines, _):
            lines.reply()
            self.assertIn("250 STARTTLS", lines.say("EHLO c.test"))
            self.assertTrue(lines.say("STARTTLS")[0].startswith("454"))
        with self.session("smtp_helo_only") as (lines, _):
            lines.reply()
            self.assertTrue(lines.say("EHLO c.test")[0].startswith("502"))
            self.assertTrue(lines.say("HELO c.test")[0].startswith("250"))

    def test_tarpit(self):
        with self.session("smtp_tarpit") as (lines, _):
            begun = time.monotonic()
            lines.reply()
            self.assertGreater(time.monotonic() - begun, 0.4)

    def test_auth(self):
        with self.session("smtp_auth") as (lines, _):
            lines.reply()
            self.assertTrue(any("AUTH PLAIN LOGIN" in line for line in lines.say("EHLO c.test")))

    def test_lines(self):
        with self.session("smtp_multiline") as (lines, _):
            self.assertEqual(len(lines.reply()), 20)
            self.assertGreater(len(lines.say("EHLO c.test")), 20)
        with self.session("smtp_endless") as (lines, _):
            self.assertTrue(all(lines.line().startswith("220-") for _ in range(5000)))
        with self.session("smtp_silent") as (_, connection):
            self.assertTrue(still_silent(connection))

    def test_text_after_starttls(self):
        with self.session("smtp_text") as (lines, connection):
            lines.reply()
            lines.say("EHLO c.test")
            self.assertTrue(lines.say("STARTTLS")[0].startswith("220"))
            connection.sendall(hello([0xC02F]))
            self.assertTrue(lines.reply()[0].startswith("500"))

    def test_bad_certificate(self):
        with self.session("smtp_bad_cert") as (lines, connection):
            lines.reply()
            lines.say("EHLO c.test")
            lines.say("STARTTLS")
            with self.assertRaises(ssl.SSLCertVerificationError):
                ssl.create_default_context().wrap_socket(connection, server_hostname="mail.lab.test")

    def test_imap_pop3_ftp(self):
        with self.session("imap") as (lines, connection):
            self.assertIn("STARTTLS LOGINDISABLED", lines.line())
            connection.sendall(b"a STARTTLS\r\n")
            self.assertTrue(lines.line().startswith("a OK"))
            secure = self.secured(connection)
            secure.connection.sendall(b"b CAPABILITY\r\n")
            self.assertIn("AUTH=PLAIN", secure.line())
        with self.session("imap_open") as (lines, _):
            self.assertRegex(lines.line(), r"^\* OK \[CAPABILITY IMAP4rev1 AUTH=PLAIN\]")
        with self.session("pop3") as (lines, connection):
            self.assertTrue(lines.line().startswith("+OK"))
            connection.sendall(b"CAPA\r\n")
            capabilities = [lines.line() for _ in range(7)]
            self.assertTrue({"USER", "SASL PLAIN", "STLS", "."} <= set(capabilities), capabilities)
            connection.sendall(b"STLS\r\n")
            lines.line()
            secure = self.secured(connection)
            secure.connection.sendall(b"QUIT\r\n")
            self.assertEqual(secure.line(), "+OK")
        with self.session("ftp") as (lines, connection):
            lines.reply()
            self.assertTrue(lines.say("AUTH TLS")[0].startswith("234"))
            self.assertTrue(self.secured(connection).say("USER a")[0].startswith("331"))
        with self.session("ftps") as (lines, connection):
            self.assertTrue(self.secured(connection).reply()[0].startswith("220"))


def still_silent_tls(secure):
    secure.settimeout(0.4)
    try:
        return not secure.recv(10)
    except TimeoutError:
        return True


class Dns(unittest.TestCase):
    def test_zone(self):
        answer = udp("zone", "lab.test", "A")
        self.assertEqual((rcode(answer), counts(answer)[1], answer[-4:]), (0, 1, b"\x7f\x00\x00\x07"))
        self.assertTrue(answer[2] & 4)
        answer = udp("zone", "www.lab.test", "A")
        self.assertEqual(counts(answer)[1], 2)
        answer = udp("zone", "none.lab.test", "A")
        self.assertEqual((rcode(answer), counts(answer)[2]), (3, 1))
        self.assertEqual(rcode(udp("zone", "_domainkey.lab.test", "TXT")), 0)
        self.assertEqual(rcode(udp("ent", "_domainkey.lab.test", "TXT")), 3)
        self.assertEqual(udp("zone", "anything.wild.lab.test", "A")[-4:], b"\x7f\x00\x00\x09")
        self.assertEqual(rcode(udp("zone", "elsewhere.test", "A")), 5)
        self.assertEqual(rcode(udp("zone", "broken.lab.test", "MX")), 2)
        self.assertIn(b"\x00\x05issueca.lab.test", udp("zone", "lab.test", "CAA"))
        self.assertIn(b"\x00\x01\x00\x06\x02h2\x02h3\x00\x04\x00\x04\x7f\x00\x00\x01", udp("zone", "svc.lab.test", "HTTPS"))
        self.assertIn(b"\x03\x01\x01" + b"\xab" * 32, udp("zone", "svc.lab.test", "TLSA"))
        self.assertIn(b"\xff" + b"x" * 255 + b"\x2d" + b"x" * 45, udp("zone", "lab.test", "TXT", edns=True))
        referral = udp("zone", "www.child.lab.test", "A")
        self.assertEqual((counts(referral)[1:], referral[2] & 4), ((0, 1, 1), 0))
        self.assertIn(b"Lab 1.2.3", udp("zone", "version.bind", "TXT", klass=3))

    def test_zone_edns(self):
        self.assertIn(struct.pack("!HH", 10, 16) + b"clientck", udp("zone", "lab.test", "A", edns=True, cookie=True))
        self.assertEqual(udp("zone", "lab.test", "A", edns=True)[-11:-6], b"\x00\x00\x29\x04\xd0")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.settimeout(3)
            data = bytearray(query("lab.test", "A", edns=True))
            data[-5] = 1  # EDNS version 1
            sender.sendto(bytes(data), (ADDRESS, PORTS["zone"]))
            reply = sender.recv(1000)
        self.assertEqual((rcode(reply), reply[-6]), (0, 1))  # BADVERS is 16: low bits 0, extended 1

    def test_transfer(self):
        answer = tcp("zone", "lab.test", "AXFR")
        self.assertGreater(counts(answer)[1], 8)
        self.assertEqual(rcode(udp("zone", "lab.test", "AXFR")), 5)

    def test_compact_denial(self):
        answer = udp("compact", "none.lab.test", "A", edns=True)
        self.assertEqual((rcode(answer), counts(answer)[2]), (0, 2))
        # The bit map of RRSIG, NSEC and NXNAME: 17 octets, the last with its first bit.
        self.assertIn(b"\x00\x11" + bytes(5) + b"\x03" + bytes(10) + b"\x80", answer)

    def test_refusals(self):
        self.assertEqual(rcode(udp("servfail", "lab.test", "TXT")), 2)
        self.assertEqual(rcode(udp("servfail", "lab.test", "A")), 0)
        self.assertEqual(rcode(udp("refused", "lab.test", "A")), 5)
        self.assertEqual(rcode(udp("formerr", "lab.test", "A", edns=True)), 1)
        self.assertEqual(rcode(udp("formerr", "lab.test", "A")), 0)
        answer = udp("refusing_resolver", "lab.test", "A")
        self.assertEqual((rcode(answer), answer[3] & 0x80), (5, 0x80))

    def test_silence(self):
        for name, edns in (("silent", False), ("drop_edns", True)):
            with self.assertRaises(TimeoutError):
                udp(name, "lab.test", "A", edns=edns, timeout=0.3)
        self.assertEqual(rcode(udp("drop_edns", "lab.test", "A")), 0)
        with connected("silent") as connection:
            connection.sendall(tls.vector(query("lab.test", "A")))
            self.assertTrue(still_silent(connection))

    def test_truncation(self):
        for name in ("truncate_always", "truncate_ok", "huge_txt"):
            answer = udp(name, "lab.test", "TXT")
            self.assertEqual((answer[2] & 2, counts(answer)[1]), (2, 0))
        with self.assertRaises((EOFError, ConnectionError)):
            tcp("truncate_always", "lab.test", "TXT")
        self.assertEqual(counts(tcp("truncate_ok", "lab.test", "TXT"))[1], 2)
        answer = tcp("huge_txt", "lab.test", "TXT")
        self.assertGreater(len(answer), 55_000)
        self.assertEqual(counts(answer)[1], 60)

    def test_forgeries(self):
        wrong, right = udp("wrong_id", "lab.test", "A", replies=2)
        self.assertEqual((wrong[:2], right[:2]), (struct.pack("!H", 0x1234 ^ 0x5555), b"\x12\x34"))
        self.assertIn(b"\x05other\x03lab", udp("wrong_question", "lab.test", "A"))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.settimeout(3)
            sender.sendto(query("lab.test", "A"), (ADDRESS, PORTS["wrong_source"]))
            self.assertEqual(sender.recvfrom(1000)[1][0], "127.54.251.1")

    def test_liar(self):
        answer = udp("liar", "does-not-exist.test", "A")
        self.assertEqual((rcode(answer), counts(answer)[1]), (0, 2))
        self.assertIn(b"\x7f\x00\x00\x01", answer)
        self.assertIn(b"\x0a\x00\x00\x01", answer)

    def test_denier(self):
        for name, code in (("denier", 3), ("denier_nodata", 0)):
            answer = udp(name, "lab.test", "A")
            self.assertEqual((rcode(answer), counts(answer)[1], answer[3] & 0x80), (code, 0, 0x80))
        self.assertEqual(counts(udp("denier_some", "lab.test", "TXT"))[1], 0)
        self.assertEqual(udp("denier_some", "lab.test", "A")[-4:], b"\x7f\x00\x00\x07")

    def test_loops(self):
        at = 12 + len(dns.wire_name("lab.test")) + 4
        self.assertEqual(udp("dns_loop_self", "lab.test", "A")[at : at + 2], struct.pack("!H", 0xC000 | at))
        self.assertEqual(udp("dns_loop_pair", "lab.test", "A")[at : at + 4], b"\x01a" + struct.pack("!H", 0xC000 | at))
        self.assertGreater(udp("dns_loop_forward", "lab.test", "A")[at + 1], at)
        self.assertGreater(len(udp("dns_loop_long", "lab.test", "A")), 400)

    def test_garbage(self):
        data = query("lab.test", "A")
        self.assertEqual(udp("dns_garbage_echo", "lab.test", "A"), data)
        self.assertEqual(len(udp("dns_garbage_short", "lab.test", "A")), 5)
        self.assertEqual(udp("dns_garbage_empty", "lab.test", "A"), b"")
        self.assertEqual(counts(udp("dns_garbage_counts", "lab.test", "A")), (65535,) * 4)
        self.assertEqual(udp("dns_garbage_rdlength", "lab.test", "A")[-6:-4], b"\xff\xff")
        self.assertIn(b"\x41bad", udp("dns_garbage_label", "lab.test", "A"))
        self.assertEqual(len(udp("dns_garbage_random", "lab.test", "A")), 202)

    def test_slow(self):
        begun = time.monotonic()
        self.assertEqual(rcode(udp("slow", "lab.test", "A")), 0)
        self.assertGreater(time.monotonic() - begun, 0.4)

    def test_open_resolver(self):
        answer = udp("open_resolver", "random-label.test", "A")
        self.assertEqual((answer[3] & 0x80, answer[-4:]), (0x80, b"\x7f\x00\x00\x01"))
        answer = udp("forwarder", "lab.test", "A")
        self.assertEqual((answer[2] & 4, answer[3] & 0x80, answer[-4:]), (0, 0x80, b"\x7f\x00\x00\x07"))

    def test_endless(self):
        with connected("endless_tcp") as connection:
            connection.sendall(tls.vector(query("lab.test", "AXFR")))
            self.assertGreater(len(receive_all(connection, 1_000_000)), 999_999)

    def test_malformed_query_is_ignored(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.settimeout(0.2)
            for data in (b"", b"\x00" * 11, query("lab.test", "A")[:-3], b"\x12\x34\x01\x00\x00\x01" + bytes(6) + b"\xc0\x0c\x00\x01\x00\x01"):
                sender.sendto(data, (ADDRESS, PORTS["zone"]))
            with self.assertRaises(TimeoutError):
                sender.recv(100)
        self.assertEqual(rcode(udp("zone", "lab.test", "A")), 0)


class Command(unittest.TestCase):
    def run_with(self, spec, *more):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "spec.json")
            with open(path, "w", encoding="utf-8") as file:
                file.write(spec if isinstance(spec, str) else json.dumps(spec))
            done = subprocess.run([os.path.join(HERE, "run"), "--spec", path, "--state", folder, *more], capture_output=True, text=True, timeout=20)
            return done.returncode, done.stderr

    def test_errors_name_what_is_wrong(self):
        entry = {"name": "one", "role": "stall", "address": ADDRESS, "port": 39999, "params": {}}
        cases = [
            ("nonsense", "cannot read the specification"),
            ({}, "must hold a list"),
            ([{"name": "one"}], "has no 'role'"),
            ([{**entry, "role": "unheard"}], "there is no role 'unheard'"),
            ([{**entry, "params": {"speed": 1}}], "has no parameter 'speed'"),
            ([{**entry, "role": "reset", "params": {"when": "never"}}], "must be one of"),
            ([{**entry, "role": "tls_hello", "params": {"suites": {"*": ["TLS_NONE"]}}}], "TLS_NONE"),
            ([{**entry, "role": "tls_hello", "params": {"versions": ["TLSv2"]}}], "TLSv2"),
            ([{**entry, "role": "tls_hello", "params": {"cert_pem": "/none.pem"}}], "/none.pem"),
            ([{**entry, "role": "imap_plain", "params": {"starttls": True}}], "needs cert_pem"),
            ([{**entry, "role": "dns_zone", "params": {"records": {"x.test": {"A": ["300.1"]}}}}], "x.test A"),
            ([{**entry, "port": PORTS["plain"]}], f"one: cannot listen on {ADDRESS} port {PORTS['plain']}"),
        ]
        for spec, text in cases:
            with self.subTest(text=text):
                code, errors = self.run_with(spec)
                self.assertEqual(code, 1)
                self.assertIn(text, errors)
                self.assertNotIn("Traceback", errors)

    def test_roles_are_listed_documented_and_tested(self):
        listed = subprocess.run([os.path.join(HERE, "run"), "--roles"], capture_output=True, text=True, check=True).stdout
        names = {line.split()[0] for line in listed.splitlines()}
        self.assertEqual(names, STATE["roles"], "every role has a server in this test")
        with open(os.path.join(HERE, "README.md"), encoding="utf-8") as file:
            text = file.read()
        for name in names:
            self.assertIn(f"`{name}`", text)


if __name__ == "__main__":
    unittest.main()
