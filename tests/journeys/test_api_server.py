#!/usr/bin/python3
"""The server against clients that are broken, slow, many or hostile: a clear refusal, nothing stored, no growth, and the
next request is answered as if they were not there. And against its own sudden death."""

from __future__ import annotations

import http.client
import json
import os
import random
import resource
import secrets
import select
import signal
import socket
import subprocess
import threading
import time
import unittest
from pathlib import Path

from house import SANITIZED, SLOWER, UTSYN, environment
from service import PASSWORD, Client, Postgres, Service

IDLE_CONNECTIONS = int(os.environ.get("UTSYN_IDLE_CONNECTIONS", "2000"))


def raw(service: Service, data: bytes, limit_s: float = 20) -> bytes:
    """Everything the server says to these bytes, until it closes or says no more for a while."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=limit_s * SLOWER) as connection:
        connection.sendall(data)
        return read_answer(connection)


def read_answer(connection: socket.socket) -> bytes:
    """One answer: header and as much body as it announces."""
    got = b""
    while b"\r\n\r\n" not in got:
        more = connection.recv(65536)
        if not more:
            return got
        got += more
    header, _, body = got.partition(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in header.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while len(body) < length:
        more = connection.recv(65536)
        if not more:
            break
        body += more
    return header + b"\r\n\r\n" + body


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def request(method: str, target: str, headers: str = "", body: bytes = b"") -> bytes:
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"{method} {target} HTTP/1.1\r\nHost: x\r\n{headers}{length}\r\n".encode("latin-1") + body


class ApiServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.service = Service().__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.admin = cls.service.administrator()

    def last_audit(self) -> str:
        return json.dumps(self.admin.get("/api/v1/audit").json["items"][:1])

    # What is malformed

    def test_malformed_requests_are_refused(self) -> None:
        cases = {
            "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", {0, 400}),
            "words": (b"HELLO\r\n\r\n", {400}),
            "HTTP/1.0": (b"GET /healthz HTTP/1.0\r\n\r\n", {505}),
            "HTTP/2 preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 505}),
            "no Host": (b"GET /healthz HTTP/1.1\r\n\r\n", {400}),
            "two Hosts": (b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", {400}),
            "absolute form": (b"GET http://x/healthz HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
            "CONNECT": (b"CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
            "zero in the path": (request("GET", "/api/v1/%00"), {400}),
            "bad UTF-8 in the path": (request("GET", "/api/v1/%C0%AF"), {400}),
            "bytes in the path": (b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
            "half a percent sign": (request("GET", "/api/v1/%4"), {400}),
            "bad UTF-8 in the query": (request("GET", "/healthz?a=%FF"), {400}),
            "many parameters": (request("GET", "/healthz?" + "a=1&" * 101), {400}),
            "long target": (request("GET", "/" + "a" * 9000), {414}),
            "longer target": (request("GET", "/" + "a" * 40000), {414, 431}),
            "large header": (request("GET", "/healthz", "X-Large: " + "a" * 40000 + "\r\n"), {431}),
            "many headers": (request("GET", "/healthz", "X: 1\r\n" * 10000), {431}),
            "unknown method": (request("BREW", "/healthz"), {405}),
            "TRACE": (request("TRACE", "/healthz"), {405}),
            "blank before the colon": (b"GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n", {400}),
            "folded header": (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n", {200, 400}),
            "length and chunks": (b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
            "two lengths": (b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", {400}),
            "negative length": (b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", {400}),
            "bad chunk": (b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", {400}),
        }
        for name, (data, statuses) in cases.items():
            with self.subTest(name):
                answer = raw(self.service, data)
                self.assertIn(status_of(answer), statuses, answer[:300])
                if status_of(answer) >= 400:
                    problem = json.loads(answer.partition(b"\r\n\r\n")[2])
                    self.assertEqual(problem["status"], status_of(answer))
                    self.assertTrue(problem["type"].startswith("urn:utsyn:problem:"), problem)

    def test_bodies_are_read_strictly(self) -> None:
        before = self.last_audit()
        cases = {
            "cut": (b'{"login":', 400, "malformed-json"),
            "bad UTF-8": (b'{"login":"\xff"}', 400, "malformed-json"),
            "zero": (b'{"login":"a\\u0000"}', 400, "malformed-json"),
            "twice": (b'{"login":"a","login":"b"}', 400, "malformed-json"),
            "deep": (b"[" * 2000, 400, "malformed-json"),
            "two values": (b"{}{}", 400, "malformed-json"),
            "list": (b"[]", 422, "wrong-field"),
            "wrong type": (b'{"login":5,"password":"x"}', 422, "wrong-field"),
            "null": (b'{"login":null,"password":"x"}', 422, "wrong-field"),
            "unknown member": (b'{"login":"a","password":"b","role":"administrator"}', 422, "wrong-field"),
            "too large": (b'{"login":"' + b"a" * 300_000 + b'"}', 413, "too-large"),
        }
        for name, (body, status, kind) in cases.items():
            with self.subTest(name):
                answer = Client(self.service).request("POST", "/api/v1/login", raw=body, headers={"Content-Type": "application/json"})
                self.assertEqual(answer.status, status, answer.body[:300])
                self.assertEqual(answer.problem, kind)
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
            answer = Client(self.service).request("POST", "/api/v1/login", raw=b'{"login":"a","password":"b"}', headers={"Content-Type": kind})
            self.assertEqual((answer.status, answer.problem), (415, "wrong-content-type"))
        self.assertEqual(self.last_audit(), before)

    def test_a_large_body_is_refused_before_it_is_sent(self) -> None:
        for announced in ("Content-Length: 99999999999\r\n", "Content-Length: 300000\r\nExpect: 100-continue\r\n"):
            answer = raw(self.service, request("POST", "/api/v1/login", announced))
            self.assertEqual(status_of(answer), 413, answer[:200])
        answer = raw(self.service, request("POST", "/nowhere", "Content-Length: 99999999999\r\n"))
        self.assertEqual(status_of(answer), 404)
        chunks = b"".join(b"10000\r\n" + b"a" * 65536 + b"\r\n" for _ in range(6))
        answer = raw(self.service, request("POST", "/api/v1/login", "Transfer-Encoding: chunked\r\n") + chunks)
        self.assertEqual(status_of(answer), 413)

    def test_expect_continue_is_answered(self) -> None:
        with socket.create_connection(("127.0.0.1", self.service.port), timeout=10) as connection:
            connection.sendall(request("POST", "/api/v1/login", "Content-Length: 2\r\nExpect: 100-continue\r\n"))
            self.assertTrue(connection.recv(100).startswith(b"HTTP/1.1 100"))
            connection.sendall(b"{}")
            self.assertEqual(status_of(read_answer(connection)), 422)

    # What a good answer looks like

    def test_answers_carry_their_headers(self) -> None:
        answer = self.service.nobody().get("/healthz")
        wanted = {"x-content-type-options": "nosniff", "cache-control": "no-store", "x-frame-options": "DENY", "referrer-policy": "no-referrer"}
        for name, value in wanted.items():
            self.assertEqual(answer.headers.get(name), value)
        self.assertIn("default-src 'none'", answer.headers["content-security-policy"])
        self.assertNotIn("strict-transport-security", answer.headers)
        self.assertNotIn("server", answer.headers)
        self.assertIn("date", answer.headers)
        problem = self.service.nobody().request("GET", "/api/v1/me")
        self.assertEqual(problem.status, 401)
        self.assertEqual(problem.json["instance"], problem.headers["x-request-id"])
        self.assertEqual(self.service.nobody().request("GET", "/healthz", headers={"X-Request-Id": "mine"}).headers["x-request-id"] == "mine", False)

    def test_head_is_get_without_its_body(self) -> None:
        get = self.service.nobody().get("/api/v1/openapi.json")
        head = raw(self.service, request("HEAD", "/api/v1/openapi.json", "Connection: close\r\n"))
        self.assertEqual(status_of(head), 200)
        self.assertIn(f"Content-Length: {len(get.body)}".encode(), head)
        self.assertEqual(head.partition(b"\r\n\r\n")[2], b"")
        known = self.service.nobody().request("GET", "/api/v1/openapi.json", headers={"If-None-Match": get.headers["etag"]})
        self.assertEqual((known.status, known.body), (304, b""))

    def test_pipelined_requests_are_answered_in_order(self) -> None:
        with socket.create_connection(("127.0.0.1", self.service.port), timeout=10) as connection:
            connection.sendall(request("GET", "/healthz") + request("GET", "/nowhere") + request("POST", "/api/v1/login", body=b"{}")
                               + request("GET", "/readyz", "Connection: close\r\n"))
            got = b""
            while more := connection.recv(65536):
                got += more
        statuses = [int(line.split(b" ")[1]) for line in got.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
        statuses += [int(part[:3]) for part in got.split(b"}HTTP/1.1 ")[1:]]
        self.assertEqual(sorted(statuses), [200, 200, 404, 422], got[:2000])

    def test_metrics_are_for_this_machine(self) -> None:
        text = self.service.nobody().get("/metrics").body.decode()
        self.assertIn("utsyn_requests_total{", text)
        self.assertIn("utsyn_request_seconds_bucket{", text)
        for what in ("up", "organisations", "deliveries_pending", "deliveries_dead", "measurement_overdue_seconds"):
            self.assertIn(f'utsyn_store{{what="{what}"}}', text)
        # What came through a proxy did not come from this machine.
        for header in ("X-Forwarded-For", "Forwarded", "Via"):
            answer = self.service.nobody().request("GET", "/metrics", headers={header: "203.0.113.9"})
            self.assertEqual(answer.status, 401)
        token = self.admin.with_token(["manage_service"])
        self.assertEqual(token.request("GET", "/metrics", headers={"Via": "1.1 x"}).status, 200)

    def test_the_log_holds_no_secrets(self) -> None:
        secret = secrets.token_hex(16)
        answer = self.service.nobody().request("GET", f"/api/v1/me?token={secret}", headers={"Cookie": f"a={secret}", "Authorization": f"Bearer {secret}"})
        self.service.nobody().request("GET", f"/nowhere?token={secret}")
        time.sleep(0.5)
        lines = self.service.log
        line = next(line for line in lines if line.get("id") == answer.headers["x-request-id"])
        self.assertEqual((line["method"], line["route"], line["status"], line["address"]), ("GET", "/api/v1/me", 401, "127.0.0.1"))
        self.assertNotIn(secret, json.dumps(lines))
        self.assertNotIn(PASSWORD, json.dumps(lines))

    # Repeated requests

    def test_a_repeated_request_is_carried_out_once(self) -> None:
        client = self.admin.copy()
        key = secrets.token_hex(16)
        body = {"name": "once", "scopes": ["read"], "days": 1}
        before = len(client.get("/api/v1/me/tokens").json["items"])
        answers = []

        def send() -> None:
            answers.append(self.admin.copy().post("/api/v1/me/tokens", body, headers={"Idempotency-Key": key}).status)

        threads = [threading.Thread(target=send) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(answers.count(201), 1, answers)
        self.assertEqual(answers.count(409), 7, answers)
        self.assertEqual(len(client.get("/api/v1/me/tokens").json["items"]), before + 1)
        other = client.post("/api/v1/me/tokens", {**body, "name": "twice"}, headers={"Idempotency-Key": key})
        self.assertEqual((other.status, other.problem), (422, "idempotency-key-reused"))
        self.assertEqual(client.post("/api/v1/me/tokens", body, headers={"Idempotency-Key": "short"}).status, 400)

    # Slow and many

    def test_slow_clients_are_dropped_in_time(self) -> None:
        if SLOWER > 1:
            self.skipTest("times of the program that users get")
        begun = time.monotonic()
        slow = {
            "header, a byte at a time": (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ", b"a"),
            "body, a byte at a time": (request("POST", "/api/v1/login", "Content-Length: 2000\r\n"), b" "),
            "chunks, a byte at a time": (request("POST", "/api/v1/login", "Transfer-Encoding: chunked\r\n"), b"1\r\na\r\n"),
            "a header without end": (b"GET /healthz HTTP/1.1\r\n", b""),
        }
        open_connections = {}
        for name, (head, drip) in slow.items():
            connection = socket.create_connection(("127.0.0.1", self.service.port), timeout=20)
            connection.sendall(head)
            open_connections[name] = (connection, drip)
        ended: dict[str, float] = {}
        while len(ended) < len(slow) and time.monotonic() - begun < 30:
            time.sleep(0.5)
            for name, (connection, drip) in open_connections.items():
                if name in ended:
                    continue
                try:
                    if drip:
                        connection.sendall(drip)
                    if select.select([connection], [], [], 0)[0] and connection.recv(4096) == b"":
                        ended[name] = time.monotonic() - begun
                except OSError:
                    ended[name] = time.monotonic() - begun
            self.assertLess(self.service.nobody().get("/healthz").seconds, 1.0)
        for connection, _ in open_connections.values():
            connection.close()
        self.assertEqual(set(ended), set(slow))
        for name, seconds in ended.items():
            self.assertGreater(seconds, 8, name)
            self.assertLess(seconds, 15, name)

    def test_idle_connections_do_not_slow_the_next_request(self) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        number = min(IDLE_CONNECTIONS, hard - 200) // SLOWER

        def typical() -> float:
            client = self.service.nobody()
            return sorted(client.get("/healthz").seconds for _ in range(101))[50]

        alone = typical()
        memory = self.service.resident_kb()
        idle = []
        try:
            for _ in range(number):
                connection = socket.create_connection(("127.0.0.1", self.service.port), timeout=20)
                connection.sendall(request("GET", "/healthz"))
                idle.append(connection)
            for connection in idle:
                self.assertEqual(status_of(read_answer(connection)), 200)
            crowded = typical()
            grown = self.service.resident_kb() - memory
            print(f"\n{number} idle connections: {alone * 1e6:.0f} us alone, {crowded * 1e6:.0f} us beside them; {grown / number:.1f} kB each")
            self.assertLess(crowded, alone * 2 + 0.002)
            self.assertLess(grown, number * 40 * SLOWER)
            # They are still good.
            idle[0].sendall(request("GET", "/healthz"))
            self.assertEqual(status_of(read_answer(idle[0])), 200)
        finally:
            for connection in idle:
                connection.close()
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    def test_broken_requests_do_not_make_the_service_grow(self) -> None:
        chance = random.Random(3)
        good = request("POST", "/api/v1/login", "Content-Type: application/json\r\n", b'{"login":"a","password":"b c d e f"}')

        def storm(rounds: int) -> None:
            for _ in range(rounds):
                data = bytearray(good)
                for _ in range(chance.randrange(1, 6)):
                    data[chance.randrange(len(data))] = chance.randrange(256)
                with socket.create_connection(("127.0.0.1", self.service.port), timeout=5) as connection:
                    connection.sendall(bytes(data))
                    connection.shutdown(socket.SHUT_WR)
                    try:
                        while connection.recv(65536):
                            pass
                    except ConnectionResetError:
                        pass

        storm(300)
        memory = self.service.resident_kb()
        storm(1500 // SLOWER)
        grown = self.service.resident_kb() - memory
        # AddressSanitizer keeps what was freed for a while (256 MB by default): it says nothing about growth.
        # A request that is still a login hashes a password in 19 MiB, which the allocator may keep for a thread or two.
        self.assertLess(grown, 300_000 if SANITIZED else 45_000)
        self.service.nobody().get("/healthz")

    def test_a_slow_reader_of_events_holds_no_memory(self) -> None:
        """Many listeners that never read, while much happens: the service stays as it is."""
        token = self.admin.with_token(["read", "manage_access", "manage_service"])
        head = request("GET", "/api/v1/events?after=0", f"Authorization: Bearer {token.token}\r\n")
        listeners = []
        for _ in range(50):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(20)
            connection.connect(("127.0.0.1", self.service.port))
            connection.sendall(head)
            listeners.append(connection)
        time.sleep(1)
        memory = self.service.resident_kb()
        for _ in range(20):
            self.admin.with_token(["read"])
        time.sleep(2)
        grown = self.service.resident_kb() - memory
        # AddressSanitizer keeps what was freed for a while (256 MB by default): it says nothing about growth.
        # A request that is still a login hashes a password in 19 MiB, which the allocator may keep for a thread or two.
        self.assertLess(grown, 300_000 if SANITIZED else 45_000)
        self.assertTrue(listeners[0].recv(4096).startswith(b"HTTP/1.1 200"))
        for connection in listeners:
            connection.close()

    def test_events_need_a_login(self) -> None:
        answer = self.service.nobody().request("GET", "/api/v1/events")
        self.assertEqual((answer.status, answer.problem), (401, "login-needed"))
        reader = self.admin.with_token(["read"]).events()
        time.sleep(1)
        self.assertFalse(reader.ended)
        reader.close()


class Proxy(unittest.TestCase):
    def test_a_trusted_proxy_says_who_asks(self) -> None:
        with Service(arguments=("--trusted-proxy", "127.0.0.0/8")) as service:
            cases = {
                "203.0.113.9": "203.0.113.9",
                "198.51.100.1, 203.0.113.9": "203.0.113.9",
                "203.0.113.9, 127.0.0.5": "203.0.113.9",
                "nonsense": "127.0.0.1",
                "": "127.0.0.1",
            }
            for chain, address in cases.items():
                headers = {"X-Forwarded-Proto": "https", "X-Request-Id": f"r-{len(chain)}"}
                if chain:
                    headers["X-Forwarded-For"] = chain
                answer = service.nobody().get("/healthz", headers=headers)
                self.assertIn("strict-transport-security", answer.headers)
                self.assertEqual(answer.headers["x-request-id"], f"r-{len(chain)}")
                time.sleep(0.2)
                line = next(line for line in service.log if line.get("id") == f"r-{len(chain)}")
                self.assertEqual(line["address"], address, chain)


class Tls(unittest.TestCase):
    def certificate(self, folder: Path, name: str) -> None:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                        f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
                       check=True, capture_output=True, timeout=30)

    def ask(self, service: Service, *options: str) -> subprocess.CompletedProcess:
        return subprocess.run(["curl", "-sik", "--max-time", "10", "-w", "\n%{ssl_verify_result} %{http_version}", *options,
                               f"https://127.0.0.1:{service.port}/healthz"], capture_output=True, text=True, check=False)

    def subject(self, service: Service) -> str:
        shown = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{service.port}"], input=b"", capture_output=True, timeout=20, check=False)
        return next(line for line in shown.stdout.decode().splitlines() if line.startswith("subject="))

    def test_tls_from_files_and_read_again(self) -> None:
        service = Service()
        self.certificate(service.folder, "first")
        service.arguments = ("--tls-cert", str(service.folder / "cert.pem"), "--tls-key", str(service.folder / "key.pem"))
        with service:
            got = self.ask(service)
            self.assertIn("HTTP/1.1 200", got.stdout)
            self.assertIn("Strict-Transport-Security", got.stdout)
            self.assertNotEqual(self.ask(service, "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0").returncode, 0)
            self.assertIn("HTTP/1.1 200", self.ask(service, "--tls-max", "1.2").stdout)
            self.assertIn("first", self.subject(service))
            self.certificate(service.folder, "second")
            service.process.send_signal(1)  # SIGHUP
            time.sleep(1)
            self.assertIn("second", self.subject(service))
            (service.folder / "cert.pem").write_text("broken")
            service.process.send_signal(1)
            time.sleep(1)
            self.assertIn("second", self.subject(service))
            plain = raw(service, request("GET", "/healthz"))
            self.assertNotEqual(status_of(plain), 200)


class Starting(unittest.TestCase):
    def serve(self, *arguments: str, **options) -> subprocess.CompletedProcess:
        return subprocess.run([UTSYN, "serve", *arguments], capture_output=True, text=True, timeout=30 * SLOWER, env=environment(), check=False, **options)

    def test_what_is_wrong_is_told(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            cases = [
                (["--db", "none"], 2, "needs a store"),
                (["--listen", "nonsense"], 1, "127.0.0.1:8480"),
                (["--listen", f"127.0.0.1:{port}"], 1, "in use"),
                (["--listen", "fd:77"], 1, "listening socket"),
                (["--tls-cert", "/nowhere"], 2, "belong together"),
                (["--tls-cert", "/nowhere", "--tls-key", "/nowhere"], 1, "--tls-cert /nowhere"),
                (["--trusted-proxy", "x"], 2, "10.0.0.0/8"),
                (["--public-address", "utsyn.example.no"], 2, "https://"),
            ]
            with Service() as place:
                for arguments, status, words in cases:
                    with self.subTest(arguments):
                        more = [] if "--db" in arguments else ["--db", str(place.folder / "other.db")]
                        ran = self.serve(*arguments, *more, "--no-measuring")
                        self.assertEqual(ran.returncode, status, ran.stderr)
                        self.assertIn(words, ran.stderr)

    def test_an_inherited_socket_is_served(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener, Service() as place:
            port = listener.getsockname()[1]
            os.set_inheritable(listener.fileno(), True)
            process = subprocess.Popen([UTSYN, "serve", "--db", str(place.folder / "other.db"), "--no-measuring", "--listen", f"fd:{listener.fileno()}"],
                                       pass_fds=[listener.fileno()], stderr=subprocess.PIPE, env=environment())
            try:
                self.assertIn(f":{port}".encode(), process.stderr.readline())
                place.port = port
                self.assertEqual(status_of(raw(place, request("GET", "/healthz"))), 200)
            finally:
                process.terminate()
                self.assertEqual(process.wait(timeout=30), 0)
                process.stderr.close()

    def test_a_stop_lets_the_last_answer_out(self) -> None:
        service = Service()
        with service:
            reader = service.administrator().with_token(["read"]).events()
            idle = socket.create_connection(("127.0.0.1", service.port), timeout=20)
            begun = time.monotonic()
            service.stop()
            self.assertLess(time.monotonic() - begun, 10 * SLOWER)
            try:
                self.assertEqual(idle.recv(10), b"")
            except ConnectionResetError:
                pass    # closed before or after we had sent anything: nothing is owed on an idle connection
            idle.close()
            reader.close()


class StoreAway(unittest.TestCase):
    def test_not_ready_while_the_store_is_away(self) -> None:
        database = Postgres()
        self.addCleanup(database.end)
        service = Service()
        service.db = database.create()
        with service:
            admin = service.administrator()
            watcher = service.nobody()
            self.assertEqual(watcher.get("/readyz").json, {"status": "ready"})
            database.process.send_signal(signal.SIGQUIT)
            database.process.wait(timeout=30)
            for path, client in (("/readyz", watcher), ("/api/v1/organisations", admin)):
                answer = client.get(path, expect=503)
                self.assertEqual(answer.problem, "store-unavailable", path)
                self.assertIn("retry-after", answer.headers)
            self.assertEqual(watcher.get("/healthz").json, {"status": "alive"})   # no reason to kill the process
            dark = watcher.get("/metrics").body.decode()
            self.assertIn('utsyn_store{what="up"} 0', dark)
            self.assertIn("utsyn_requests_total{", dark)
            database.start()
            end = time.monotonic() + 20 * SLOWER
            while watcher.get("/readyz", expect=None).status != 200 and time.monotonic() < end:
                time.sleep(0.2)
            watcher.get("/readyz")
            admin.get("/api/v1/organisations")


class SuddenDeath(unittest.TestCase):
    """Kill -9 under load at fifty random moments: what was acknowledged is there, what was repeated is there once."""

    def kill_under_load(self, database: str, times: int) -> None:
        with Service(database=database) as service:
            admin = service.administrator()
            acknowledged: dict[str, str] = {}
            sent: dict[str, str] = {}
            for round_number in range(times):
                stop = threading.Event()

                def load(worker: int, round_number: int = round_number, stop: threading.Event = stop) -> None:
                    client = admin.copy()
                    number = 0
                    while not stop.is_set():
                        number += 1
                        name = f"{round_number}-{worker}-{number}"
                        key = secrets.token_hex(16)
                        sent[name] = key
                        try:
                            answer = client.post("/api/v1/organisations", {"name": f"u{name}"}, headers={"Idempotency-Key": key}, check=False)
                        except (OSError, EOFError, http.client.HTTPException):
                            return
                        if answer.status == 201:
                            acknowledged[name] = answer.json["id"]
                        elif answer.status != 409:
                            raise AssertionError(f"{answer.status} {answer.body[:200]!r}")

                threads = [threading.Thread(target=load, args=(worker,)) for worker in range(4)]
                for thread in threads:
                    thread.start()
                time.sleep(random.uniform(0.1, 0.6) * SLOWER)
                service.kill()
                stop.set()
                for thread in threads:
                    thread.join()
                service.start()
            names = {item["name"] for item in admin.copy().items("/api/v1/organisations?limit=500")}
            self.assertGreater(len(acknowledged), times)
            missing = [name for name in acknowledged if f"u{name}" not in names]
            self.assertEqual(missing, [])
            # Those whose answer was lost are sent again: done, or known to have been done.
            client = admin.copy()
            for name in [name for name in sent if name not in acknowledged]:
                answer = client.post("/api/v1/organisations", {"name": f"u{name}"}, headers={"Idempotency-Key": sent[name]})
                # A request that the dead process had only begun is under way until it is known not to be.
                if answer.status == 409 and answer.problem == "request-under-way":
                    del sent[name]
                    continue
                self.assertIn(answer.status, (201, 409), answer.body[:300])
            after: dict[str, int] = {}
            for item in client.items("/api/v1/organisations?limit=500"):
                after[item["name"]] = after.get(item["name"], 0) + 1
            self.assertEqual(set(after), {f"u{name}" for name in sent})
            self.assertEqual({name: count for name, count in after.items() if count > 1}, {})
            self.assertTrue(client.get("/api/v1/audit/check").json["whole"])

    def test_sqlite(self) -> None:
        self.kill_under_load("sqlite", 25)

    def test_postgresql(self) -> None:
        self.kill_under_load("postgresql", 25)


if __name__ == "__main__":
    unittest.main()
