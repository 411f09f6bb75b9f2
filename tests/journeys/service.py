"""The service under test: `utsyn serve` with a store of its own, and clients that hold every answer against the OpenAPI
document that the service gives.

    with Service() as service:                      # SQLite; database="postgresql" for the other
        admin = service.administrator()             # logged in by the one-time link
        admin.get("/api/v1/organisations").json     # fails when the answer is not as documented
        reader = admin.with_token(["read"])

Runs inside `lab/lab netns` as every journey (house.py). `measuring=True` gives the service the lab to measure.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path

import jsonschema

from house import DATA, LAB, SANITIZER_WORDS, SLOWER, UTSYN, environment

# The number of the lock by which all processes write one at a time (kApplicationId in src/store/migrations.h).
WRITERS_LOCK = 0x55747379
POSTGRESQL = Path("/usr/lib/postgresql/15/bin")
PASSWORD = "en lang setning om fjorden 42"


class Postgres:
    """A PostgreSQL 15 of the test's own, on a socket in a temporary folder; ended by its process id."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="utsyn-postgres-"))
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            entry = pwd.getpwnam(self.user)
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        self._run(POSTGRESQL / "initdb", "-D", self.folder / "data", "-U", "utsyn", "-A", "trust", "-E", "UTF8", "--no-locale",
                  "--no-sync", "--no-instructions")
        self.databases = 0
        self.process: subprocess.Popen | None = None
        self.start()

    def _run(self, *command: object) -> None:
        subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=120, user=self.user, cwd="/")

    def start(self) -> None:
        self.process = subprocess.Popen(
            [POSTGRESQL / "postgres", "-D", self.folder / "data", "-k", self.folder, "-c", "listen_addresses=", "-c", "max_connections=100"],
            stdout=subprocess.DEVNULL, stderr=open(self.folder / "log", "ab"), user=self.user, cwd="/")
        for _ in range(300):
            ready = subprocess.run([POSTGRESQL / "pg_isready", "-q", "-h", self.folder, "-U", "utsyn"], timeout=20, check=False)
            if ready.returncode == 0:
                return
            time.sleep(0.1)
        raise AssertionError(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()[-2000:]}")

    def create(self) -> str:
        """The address of an empty database."""
        self.databases += 1
        name = f"journey_{self.databases}"
        self._run(POSTGRESQL / "createdb", "-h", self.folder, "-U", "utsyn", name)
        return f"postgresql://utsyn@{urllib.parse.quote(str(self.folder), safe='')}/{name}"

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)


_postgres: Postgres | None = None


def postgres() -> Postgres:
    """The one server of this test program."""
    global _postgres
    if _postgres is None:
        _postgres = Postgres()
        import atexit
        atexit.register(_postgres.end)
    return _postgres


class Contract:
    """The OpenAPI document: which answer may come from where."""

    def __init__(self, document: dict) -> None:
        self.document = document
        self.resolver = jsonschema.RefResolver.from_schema(document)
        self.places = []
        for path, operations in document["paths"].items():
            pattern = re.compile("^" + re.sub(r"\\{[^/]+\\}", "[^/]+", re.escape(path)) + "$")
            literals = path.count("/") * 100 - path.count("{")
            self.places.append((literals, pattern, path, operations))
        self.places.sort(key=lambda place: -place[0])
        self.seen: set[tuple[str, int]] = set()

    def follow(self, entry: dict) -> dict:
        while "$ref" in entry:
            entry = self.resolver.resolve(entry["$ref"])[1]
        return entry

    def operation(self, method: str, path: str) -> dict | None:
        for _, pattern, _, operations in self.places:
            if pattern.match(path) and method.lower() in operations:
                return operations[method.lower()]
        return None

    def validate(self, value: object, schema: dict, where: str) -> None:
        validator = jsonschema.Draft202012Validator(schema, resolver=self.resolver)
        errors = sorted(validator.iter_errors(value), key=lambda error: list(map(str, error.absolute_path)))
        if errors:
            words = "\n".join(f"  /{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in errors[:5])
            raise AssertionError(f"{where}: not as the OpenAPI document says:\n{words}\n{json.dumps(value)[:1500]}")

    def check(self, method: str, path: str, sent: object, answer: Answer) -> None:
        where = f"{method} {path} -> {answer.status}"
        method = "GET" if method == "HEAD" else method
        operation = self.operation(method, path)
        problem = self.document["components"]["responses"]["Problem"]
        if operation is None:
            if answer.status < 400:
                raise AssertionError(f"{where}: the document has no such operation")
            response = problem
        else:
            documented = operation["responses"]
            response = self.follow(documented.get(str(answer.status), documented["default"]))
            if str(answer.status) not in documented and answer.status < 400:
                raise AssertionError(f"{where}: {operation['operationId']} documents only {sorted(documented)}")
            self.seen.add((operation["operationId"], answer.status))
            body = operation.get("requestBody")
            if answer.status < 300 and body and sent is not None:
                schema = self.follow(body)["content"].get("application/json", {}).get("schema")
                if schema:
                    self.validate(sent, schema, f"{where}, the request")
        content = response.get("content")
        if not content:
            if answer.body and answer.method != "HEAD":
                raise AssertionError(f"{where}: a body that is not documented: {answer.body[:200]!r}")
            return
        kind = answer.headers.get("content-type", "").split(";")[0]
        if kind not in content:
            raise AssertionError(f"{where}: the content type {kind!r} is not documented, only {sorted(content)}")
        if answer.method != "HEAD" and kind.endswith("json"):
            self.validate(answer.json, content[kind].get("schema", {}), where)


@dataclass
class Answer:
    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes
    method: str = "GET"
    cookies: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def json(self) -> object:
        return json.loads(self.body)

    @property
    def problem(self) -> str:
        """The stable end of a problem's type."""
        if self.headers.get("content-type") != "application/problem+json":
            raise AssertionError(f"{self.status}: no problem: {self.body[:300]!r}")
        return self.json["type"].rsplit(":", 1)[1]


class Client:
    """One user of the API: a session, a token, or nobody. Not for several threads: take copies."""

    def __init__(self, service: Service, token: str = "", cookies: dict[str, str] | None = None, csrf: str = "") -> None:
        self.service = service
        self.token = token
        self.cookies = dict(cookies or {})
        self.csrf = csrf
        self.connection: http.client.HTTPConnection | None = None

    def __del__(self) -> None:
        if self.connection is not None:
            self.connection.close()

    def copy(self) -> Client:
        return Client(self.service, self.token, self.cookies, self.csrf)

    def request(self, method: str, path: str, body: object = None, *, headers: dict[str, str] | None = None, raw: bytes | None = None,
                check: bool = True, expect: int | None = None) -> Answer:
        """`body` goes as JSON, `raw` as it is. `expect` fails on any other status."""
        sent = dict(headers or {})
        data = raw
        if body is not None:
            data = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if self.cookies:
            sent.setdefault("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
            if self.csrf:
                sent.setdefault("X-CSRF-Token", self.csrf)
        started = time.monotonic()
        response = self._send(method, path, data, sent)
        content = response.read()
        lower: dict[str, str] = {}
        cookies = {}
        for name, value in response.getheaders():
            several = name.lower() == "set-cookie" and "set-cookie" in lower
            lower[name.lower()] = lower["set-cookie"] + "\n" + value if several else value
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                cookies[key] = rest.split(";")[0]
        answer = Answer(response.status, lower, content, method, cookies, time.monotonic() - started)
        for name, value in cookies.items():
            self.cookies[name] = value
            if not value:
                del self.cookies[name]
        if check:
            self.service.contract.check(method, path.split("?")[0], body, answer)
        if expect is not None and answer.status != expect:
            raise AssertionError(f"{method} {path}: {answer.status} instead of {expect}: {content[:800]!r}")
        return answer

    def _send(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        for attempt in (1, 2):
            fresh = self.connection is None
            if fresh:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=60 * SLOWER)
            try:
                self.connection.request(method, path, data, headers)
                return self.connection.getresponse()
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                # An idle connection that the service has closed; on a fresh one it is an error.
                self.connection.close()
                self.connection = None
                if fresh or attempt == 2:
                    raise
        raise AssertionError("not reached")

    def get(self, path: str, **options) -> Answer:
        return self.request("GET", path, **{"expect": 200, **options})

    def post(self, path: str, body: object = None, **options) -> Answer:
        return self.request("POST", path, body, **options)

    def put(self, path: str, body: object = None, **options) -> Answer:
        return self.request("PUT", path, body, **options)

    def patch(self, path: str, body: object = None, **options) -> Answer:
        return self.request("PATCH", path, body, **options)

    def delete(self, path: str, **options) -> Answer:
        return self.request("DELETE", path, **options)

    def items(self, path: str) -> list:
        """All items of a list, page after page."""
        out: list = []
        cursor = None
        while True:
            separator = "&" if "?" in path else "?"
            page = self.get(path + (f"{separator}cursor={cursor}" if cursor else "")).json
            out += page["items"]
            cursor = page["next"]
            if cursor is None:
                return out

    def with_token(self, scopes: list[str], days: int = 1, name: str = "journey") -> Client:
        """A client with an API token of this user."""
        made = self.post("/api/v1/me/tokens", {"name": name, "scopes": scopes, "days": days}, expect=201)
        return Client(self.service, token=made.json["token"])

    def logged_in(self, answer: Answer) -> Client:
        """This client, after an answer that opened a session."""
        self.csrf = answer.json["csrf"] or ""
        return self

    def events(self, last: int | None = None, query: str = "") -> EventReader:
        return EventReader(self, last, query)


class EventReader:
    """Reads the live events in a thread of its own, until closed."""

    def __init__(self, client: Client, last: int | None, query: str) -> None:
        headers = {"Last-Event-ID": str(last)} if last is not None else {}
        if client.token:
            headers["Authorization"] = f"Bearer {client.token}"
        if client.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        self.contract = client.service.contract
        self.connection = http.client.HTTPConnection("127.0.0.1", client.service.port, timeout=60)
        self.connection.request("GET", "/api/v1/events" + query, headers=headers)
        self.response = self.connection.getresponse()
        if self.response.status != 200 or self.response.headers["Content-Type"] != "text/event-stream":
            raise AssertionError(f"events: {self.response.status} {self.response.read()[:300]!r}")
        self.events: list[dict] = []
        self.failure: Exception | None = None
        self.ended = False
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        try:
            for line in self.response:
                if line.startswith(b"data: "):
                    event = json.loads(line[6:])
                    self.contract.validate(event, self.contract.document["components"]["schemas"]["Event"], "event")
                    self.events.append(event)
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            pass
        except AssertionError as error:
            self.failure = error
        self.ended = True

    def wait_for(self, wanted, limit_s: float = 20) -> dict:
        """The first event for which wanted(event)."""
        end = time.monotonic() + limit_s * SLOWER
        while time.monotonic() < end:
            if self.failure:
                raise self.failure
            for event in list(self.events):
                if wanted(event):
                    return event
            time.sleep(0.05)
        raise AssertionError(f"no such event in {limit_s} s; came: {self.events[-5:]}")

    def close(self) -> None:
        # close() alone would wait for the reading thread's lock.
        if self.connection.sock:
            self.connection.sock.shutdown(socket.SHUT_RDWR)
        self.thread.join(timeout=5)
        self.connection.close()


class Service:
    """`utsyn serve`, started at `with` and ended after it; what it wrote is checked for sanitizer reports."""

    def __init__(self, database: str = "sqlite", measuring: bool = False, arguments: tuple[str, ...] = (), env: dict[str, str] | None = None,
                 beside: Service | None = None) -> None:
        """`beside` another one: on its database, with its key."""
        self.folder = Path(tempfile.mkdtemp(prefix="utsyn-service-"))
        self.key = beside.key if beside else self.folder / "key"
        if beside:
            self.db = beside.db
        else:
            self.db = str(self.folder / "utsyn.db") if database == "sqlite" else postgres().create()
        self.measuring = measuring
        self.arguments = arguments
        self.env = env or {}
        self.process: subprocess.Popen | None = None
        self.port = 0
        self.link = ""
        self._contract: Contract | None = None
        self._administrator: Client | None = None

    def __enter__(self) -> Service:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        options = [*LAB, *DATA] if self.measuring else ["--no-measuring"]
        port = str(self.port)  # the same one after a restart
        command = [UTSYN, "serve", "--db", self.db, "--listen", f"127.0.0.1:{port}", "--key-file", str(self.key),
                   "--log-file", str(self.folder / "log.jsonl"), "--backups", str(self.folder / "backups"), *([] if "--web" in self.arguments else ["--web", "none"]), *options, *self.arguments]
        self.errors = open(self.folder / "stderr", "ab+")
        before = self.errors.seek(0, os.SEEK_END)
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.errors, stderr=self.errors, env=environment(**self.env))
        end = time.monotonic() + 60 * SLOWER
        while time.monotonic() < end:
            text = self._words()[before:]
            if "utsyn: started\n" in text:
                self.port = int(re.search(r"^utsyn: serving at https?://[^\n]*:(\d+)$", text, re.M)[1])
                link = re.search(r"https?://\S+/first-start#\S+", text)
                self.link = link[0] if link else ""
                return
            if self.process.poll() is not None:
                raise AssertionError(f"utsyn serve ended with {self.process.returncode}:\n{text[-4000:]}")
            time.sleep(0.05)
        raise AssertionError(f"utsyn serve did not start:\n{self._words()[-4000:]}")

    def _words(self) -> str:
        return (self.folder / "stderr").read_text(errors="replace")

    @property
    def log(self) -> list[dict]:
        path = self.folder / "log.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def stop(self) -> None:
        """Politely, and it must end well and in time."""
        if self.process is None:
            return
        process, self.process = self.process, None
        self.errors.close()
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=40 * SLOWER)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise AssertionError("utsyn serve did not end within 40 s of SIGTERM") from None
        words = self._words()
        for word in SANITIZER_WORDS:
            if word in words:
                raise AssertionError(f"utsyn serve: sanitizer report\n{words[-8000:]}")
        if process.returncode != 0:
            raise AssertionError(f"utsyn serve ended with {process.returncode}:\n{words[-4000:]}")

    def kill(self) -> None:
        """As a crash does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
            self.errors.close()

    def restart(self) -> None:
        self.stop()
        self.start()

    @property
    def contract(self) -> Contract:
        if self._contract is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            connection.request("GET", "/api/v1/openapi.json")
            self._contract = Contract(json.loads(connection.getresponse().read()))
            connection.close()
        return self._contract

    def sql(self, statement: str) -> list[list[str]]:
        """Behind the back of the service, as another process writes; what it gives, as text."""
        if not self.db.startswith("postgresql://"):
            with contextlib.closing(sqlite3.connect(self.db, timeout=30)) as database, database:
                return [[str(cell) for cell in row] for row in database.execute(statement)]
        ran = subprocess.run([POSTGRESQL / "psql", "-XqAt", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", self.db,
                              "-c", f"DO $$BEGIN PERFORM pg_advisory_xact_lock({WRITERS_LOCK}); END$$; {statement}"],
                             check=True, capture_output=True, text=True, timeout=60)
        return [line.split("\t") for line in ran.stdout.splitlines()]

    def nobody(self) -> Client:
        return Client(self)

    def administrator(self) -> Client:
        """The first administrator, made by the one-time link; the same session each time."""
        if self._administrator is None:
            client = Client(self)
            token = self.link.split("#", 1)[1]
            made = client.post("/api/v1/first-start", {"token": token, "login": "sjefen", "name": "Sjef Sjefesen", "password": PASSWORD},
                               expect=201)
            self._administrator = client.logged_in(made)
        return self._administrator.copy()

    def user(self, role: str, organisation: str | None = None, login: str | None = None) -> Client:
        """A new user with this role, invited by the administrator and logged in."""
        login = login or f"{role}-{secrets.token_hex(4)}"
        invitation: dict = {"role": role, "login": login}
        if organisation:
            invitation["organisation"] = organisation
        made = self.administrator().post("/api/v1/invitations", invitation, expect=201).json
        token = made["link"].split("#", 1)[1]
        client = Client(self)
        accepted = client.post("/api/v1/invitation/accept", {"token": token, "login": login, "name": login, "password": PASSWORD}, expect=201)
        return client.logged_in(accepted)

    def resident_kb(self) -> int:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise AssertionError("no VmRSS")
