#!/usr/bin/env python3
"""The service under load, in ratio to nginx serving the same bytes in the same run, and the delays at 100 requests a second.

    bench/serve_bench.py --organisations 1000000 [--db FILE] [--readers granted] [--build build/release]
    bench/serve_bench.py --db postgresql://utsyn@127.0.0.1/utsyn --key FILE --postgres PID
    bench/serve_bench.py --only-idle --organisations 1000 --idle-limit 3

Fills a store with fill_store (or takes the one of --db), starts `utsyn serve --no-measuring` and nginx on one core, asks
from another. For each kind of request: wrk with 16 connections against the service, then against nginx with the same body
as a file, in turns; and an open loop of 100 requests a second over many organisations, where a delay counts from the
moment at which the request was due, beside the same loop against nginx. Delays move with what else the machine does; the
processor time of a request (/proc/PID/stat, in steps of 10 ms over the whole loop) does not. At last all kinds mixed at 100
requests a second, what is counted over everything while organisations change twelve times a second, as a million measured
every day do, and 10,000 idle connections. All on loopback. Needs the packages nginx-light and wrk.

With --readers granted somebody asks who is granted 2,000 organisations by name, at three levels of detail, and sees no
others. With PostgreSQL, --postgres is the process that its backends are children of: they get the service's core, and
their processor time counts.

With --only-idle just the last, which needs neither: it ends with 1 when a request beside the idle connections takes more
than --idle-limit times as long as without them, before and after, in the same run.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import queue
import random
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "en lang setning om fjorden 42"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Served:
    """utsyn serve on its core, with a token of an administrator, and of who asks."""

    def __init__(self, program: Path, db: str, key: Path, folder: Path, core: int, postgres: int | None) -> None:
        self.folder = folder
        self.program = program
        self.db = db
        self.postgres = postgres
        self.core = core
        self.pin_postgres()
        self.used_before = ticks_of(postgres) if postgres else 0
        started = time.monotonic()
        self.errors = open(folder / "stderr", "w+b")
        self.process = subprocess.Popen(
            ["taskset", "-c", str(core), program, "serve", "--db", db, "--no-measuring", "--listen", "127.0.0.1:0", "--log-file", folder / "log",
             "--key-file", key], stderr=self.errors)
        while "utsyn: started" not in (text := (folder / "stderr").read_text()):
            if self.process.poll() is not None:
                sys.exit(f"utsyn serve ended:\n{text}")
            time.sleep(0.02)
        self.start_s = time.monotonic() - started
        self.port = int(re.search(r"serving at http://127.0.0.1:(\d+)", text)[1])
        login = f"bench-{os.getpid()}"
        if link := re.search(r"first-start#(\S+)", text):
            address = "/api/v1/first-start"
        else:  # a store that was kept has users
            link = self.invited(login, "administrator")
            address = "/api/v1/invitation/accept"
        self.headers = self.token(address, link[1], login)
        self.administrator = self.headers
        self.pin_postgres()

    def pin_postgres(self) -> None:
        """Its backends share the service's core and its urgency."""
        if not self.postgres:
            return
        children = Path(f"/proc/{self.postgres}/task/{self.postgres}/children").read_text().split()
        for pid in [self.postgres, *map(int, children)]:
            os.sched_setaffinity(pid, {self.core})
            if os.sched_getscheduler(0) != os.SCHED_OTHER:
                os.sched_setscheduler(pid, os.sched_getscheduler(0), os.sched_getparam(0))

    def invited(self, login: str, role: str) -> re.Match:
        told = subprocess.run([self.program, "user", "add", login, "--role", role, "--db", self.db],
                              capture_output=True, text=True, check=True)
        return re.search(r"#(\S+)", told.stdout)

    def token(self, address: str, link: str, login: str) -> dict:
        made = self.ask("POST", address, {"token": link, "login": login, "name": "Bench", "password": PASSWORD}, {"Accept": "*/*"})
        cookies = [value.split(";")[0] for name, value in made.headers.items() if name.lower() == "set-cookie"]
        headers = {"Cookie": "; ".join(cookies), "X-CSRF-Token": json.loads(made.body)["csrf"]}
        me = json.loads(self.ask("GET", "/api/v1/me", None, headers).body)
        made = self.ask("POST", "/api/v1/me/tokens", {"name": "bench", "scopes": me["permissions"], "days": 1}, headers)
        return {"Authorization": f"Bearer {json.loads(made.body)['token']}"}

    def ask_as_granted(self, organisations: int, grants: int) -> None:
        """From now on somebody asks who sees so many organisations, spread over the register."""
        login = f"reader-{os.getpid()}"
        self.headers = self.token("/api/v1/invitation/accept", self.invited(login, "security")[1], login)
        user = json.loads(self.ask("GET", "/api/v1/me").body)["id"]
        step = max(1, organisations // grants)
        for number in range(1, organisations + 1, step):
            detail = ("findings", "evidence", "score")[number // step % 3]
            self.ask("PUT", f"/api/v1/users/{user}/grants/org{number:08}", {"detail": detail, "reason": "to be measured"},
                     self.administrator)

    def ask(self, method: str, path: str, body: object = None, headers: dict | None = None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        sent = dict(headers or getattr(self, "headers", {}))
        if body is not None:
            sent["Content-Type"] = "application/json"
        connection.request(method, path, json.dumps(body) if body is not None else None, sent)
        response = connection.getresponse()
        response.body = response.read()
        connection.close()
        if response.status >= 400:
            sys.exit(f"{method} {path}: {response.status} {response.body[:500]!r}")
        return response

    def memory_mb(self, what: str = "VmRSS") -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{what}:\s+(\d+)", status)[1]) / 1024

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)


class Nginx:
    def __init__(self, folder: Path, core: int) -> None:
        self.port = free_port()
        self.files = folder / "files"
        self.files.mkdir()
        os.chmod(folder, 0o755)
        (folder / "nginx.conf").write_text(
            f"worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
            "events {{ worker_connections 4096; }}\n".replace("{{", "{").replace("}}", "}") +
            f"http {{ access_log off; keepalive_requests 1000000000; sendfile on; default_type application/json;\n"
            f"  server {{ listen 127.0.0.1:{self.port} backlog=4096; root {self.files}; }} }}\n")
        self.process = subprocess.Popen(["taskset", "-c", str(core), "nginx", "-p", folder, "-c", folder / "nginx.conf"],
                                        stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        sys.exit(f"nginx did not start: {(folder / 'error.log').read_text()}")

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)


def processor_ms(served: Served) -> float:
    """User and system time of the service, and of PostgreSQL, with the children that they have now."""
    ticks = 0
    for parent in filter(None, (served.process.pid, served.postgres)):
        ticks += ticks_of(parent)
    return (ticks - served.used_before) * 1000 / os.sysconf("SC_CLK_TCK")


def ticks_of(parent: int) -> int:
    ticks = 0
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    for pid in [str(parent), *children]:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks


def wrk(port: int, path: str, headers: dict, seconds: float, core: int) -> float:
    command = ["taskset", "-c", str(core), "wrk", "-t1", "-c16", f"-d{max(1, round(seconds))}s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    ran = subprocess.run([*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, timeout=seconds + 60, check=True)
    if "Non-2xx" in ran.stdout or "Socket errors" in ran.stdout:
        sys.exit(f"{path}:\n{ran.stdout}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", ran.stdout)[1])


def open_loop(port: int, paths: list[str], headers: dict, rate: int, seconds: float) -> list[float]:
    """Delays in ms, from the moment when each request was due."""
    due: queue.Queue = queue.Queue()
    delays: list[float] = []
    failed: list[str] = []

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while (job := due.get()) is not None:
            moment, path = job
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            response.read()
            delays.append((time.monotonic() - moment) * 1000)
            if response.status != 200:
                failed.append(f"{path}: {response.status}")
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    begun = time.monotonic()
    for number in range(max(1, round(rate * seconds))):
        moment = begun + number / rate
        pause = moment - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        due.put((moment, paths[number % len(paths)]))
    for _ in threads:
        due.put(None)
    for thread in threads:
        thread.join()
    if failed:
        sys.exit("\n".join(failed[:5]))
    return sorted(delays)


def at_a_rate(served: Served, nginx: Nginx, paths: list[str], seconds: float) -> str:
    used = processor_ms(served)
    delays = open_loop(served.port, paths, served.headers, 100, seconds)
    used = (processor_ms(served) - used) / len(delays)
    beside = open_loop(nginx.port, ["/body"], {}, 100, seconds)
    return (f"{statistics.median(delays):7.1f} {delays[int(len(delays) * 0.99)]:7.1f} {delays[-1]:7.1f} "
            f"{beside[int(len(beside) * 0.99)]:9.1f} {'':2} {used:10.2f}")


def changing(served: Served, ids: list[str], rate: int, work):
    """What `work` says while organisations change, `rate` a second."""
    ended = threading.Event()
    made: list[int] = []

    def change() -> None:
        begun = time.monotonic()
        while not ended.is_set():
            served.ask("PATCH", f"/api/v1/organisations/{ids[len(made) % len(ids)]}", {"employees": 10 + len(made) % 4000},
                       served.administrator)
            made.append(1)
            ended.wait(max(0.0, begun + len(made) / rate - time.monotonic()))

    thread = threading.Thread(target=change)
    thread.start()
    try:
        return work()
    finally:
        ended.set()
        thread.join()


def idle_connections(served: Served, number: int) -> tuple[str, float]:
    """What it costs in words, and how many times as long a request takes beside them."""
    number = min(number, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 200)

    def typical() -> float:
        connection = http.client.HTTPConnection("127.0.0.1", served.port)
        times = []
        for _ in range(1001):
            before = time.monotonic()
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            times.append(time.monotonic() - before)
        connection.close()
        return statistics.median(times) * 1e6

    before = typical()
    memory = served.memory_mb()
    idle = []
    for _ in range(number):
        # One after the other: a crowd of requests at once is turned away with 503, as it should be.
        connection = socket.create_connection(("127.0.0.1", served.port), timeout=30)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        if not (answer := connection.recv(4096)).startswith(b"HTTP/1.1 200"):
            sys.exit(f"an idle connection was not answered: {answer!r}")
        idle.append(connection)
    beside = typical()
    grown = (served.memory_mb() - memory) * 1024 / number
    # They are still there: the first and the last are answered once more.
    for connection in (idle[0], idle[-1]):
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        if not connection.recv(4096).startswith(b"HTTP/1.1 200"):
            sys.exit("an idle connection was closed meanwhile")
    for connection in idle:
        connection.close()
    after = typical()
    ratio = beside / max(before, after)
    return (f"{number} idle connections: a request takes {before:.0f} us before, {beside:.0f} us beside and {after:.0f} us after them, "
            f"{ratio:.2f} times as long; {grown:.1f} kB each"), ratio


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--organisations", type=int, default=100_000)
    parser.add_argument("--db", help="a filled store, file or postgresql://...; kept, with one more user, and a file's key beside it")
    parser.add_argument("--key", type=Path, help="the key of a store that is kept (default: a file's name with .key)")
    parser.add_argument("--readers", choices=["all", "granted"], default="all", help="who asks: sees everything, or what is granted")
    parser.add_argument("--grants", type=int, default=2000, help="of who asks with --readers granted")
    parser.add_argument("--postgres", type=int, metavar="PID", help="of PostgreSQL's first process, to share the core and be counted")
    parser.add_argument("--build", type=Path, default=ROOT / "build/release")
    parser.add_argument("--seconds", type=float, default=10, help="of each measurement (default 10)")
    parser.add_argument("--idle", type=int, default=10_000)
    parser.add_argument("--only", help="kinds of requests whose name holds one of these, comma between")
    parser.add_argument("--only-idle", action="store_true", help="nothing but the idle connections")
    parser.add_argument("--idle-limit", type=float, help="end with 1 when a request takes more times as long beside them")
    parser.add_argument("--no-ratio", action="store_true", help="without wrk against nginx")
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    ours, theirs = cores[0], cores[-1]
    os.sched_setaffinity(0, {theirs})
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))

    folder = Path(tempfile.mkdtemp(prefix="utsyn-bench-"))
    served = nginx = None
    try:
        db = options.db
        if not db:
            db = str(folder / "utsyn.db")
            begun = time.monotonic()
            subprocess.run([options.build / "bench/fill_store", "--days", "92", db, str(options.organisations)], check=True, stdout=subprocess.DEVNULL)
            print(f"filled with {options.organisations} organisations in {time.monotonic() - begun:.0f} s, {os.path.getsize(db) / 1e6:.0f} MB")
        key = options.key or (Path(db + ".key") if options.db and "://" not in db else folder / "key")
        served = Served(options.build / "utsyn", db, key, folder, ours, options.postgres)
        print(f"started in {served.start_s:.1f} s, {processor_ms(served) / 1000:.1f} s of processor time; "
              f"{served.memory_mb():.0f} MB, {served.memory_mb('VmHWM'):.0f} MB at the highest", flush=True)
        if options.only_idle:
            finish_with_idle(served, options)
            return
        nginx = Nginx(folder, ours)
        if options.readers == "granted":
            served.ask_as_granted(json.loads(served.ask("GET", "/api/v1/organisations?limit=1").body)["total"], options.grants)

        # Organisations from all over the register, and portfolios to ask about.
        chance = random.Random(7)
        ids: list[str] = []
        counties: list[str] = []
        for word in chance.sample("abcdefghijklmnoprstuv", 20):
            page = json.loads(served.ask("GET", f"/api/v1/organisations?limit=50&q={word}").body)
            ids += [item["id"] for item in page["items"]]
            counties += [item["county"] for item in page["items"] if item["county"]]
        chance.shuffle(ids)
        ids = [urllib.parse.quote(one, safe="") for one in ids[:500]]
        counties = sorted(set(counties))
        # Only the first ten thousand have the documents of their scores.
        words = [f"org0000{digit}" for digit in range(1, 10)] if options.readers == "granted" else ["org00000"]
        page = {"items": []}
        for word in words:
            page["items"] += json.loads(served.ask("GET", f"/api/v1/organisations?limit=200&q={word}").body)["items"]
        scored = [urllib.parse.quote(item["id"], safe="") for item in page["items"]] or ids
        portfolios = []
        for county in counties[:5]:
            body = {"name": f"County {county}", "form": "filter", "filter": {"counties": [county]}}
            portfolios.append(json.loads(served.ask("POST", "/api/v1/portfolios", body).body)["id"])
        kinds = {
            "health": ["/healthz"],
            "list": ["/api/v1/organisations?limit=50"],
            "list, by score in a county": [f"/api/v1/organisations?limit=50&sort=score&county={county}" for county in counties],
            "search": [f"/api/v1/organisations?limit=50&q={word}" for word in ("kom", "no", "fj", "by", "drift", "vest", "sk")],
            "search, by score": [f"/api/v1/organisations?limit=50&sort=-score&q={word}" for word in ("skole", "nord", "org0", "1")],
            "list, the last by name": ["/api/v1/organisations?limit=50&sort=-name"],
            "detail": [f"/api/v1/organisations/{one}" for one in ids],
            "score": [f"/api/v1/organisations/{one}/score" for one in scored],
            "findings": [f"/api/v1/organisations/{one}/findings?limit=50" for one in ids],
            "findings of all, the worst": ["/api/v1/findings?limit=50"],
            "findings of all, by text": [f"/api/v1/findings?limit=50&text={word}" for word in ("tls", "dmarc", "no-such-word")],
            "portfolio figures": [f"/api/v1/portfolios/{one}/figures" for one in portfolios],
            "portfolio members": [f"/api/v1/portfolios/{one}/members?limit=50&sort=-score" for one in portfolios],
            "portfolio history": [f"/api/v1/portfolios/{one}/history" for one in portfolios],
            "peers": [f"/api/v1/organisations/{one}/peers" for one in ids],
            "issues of all": ["/api/v1/portfolios/all/issues"],
            "movers of all": ["/api/v1/portfolios/all/movers"],
        }
        everything = {
            "figures of all": ["/api/v1/portfolios/all/figures"],
            "nation": ["/api/v1/nation"],
            "history of all": ["/api/v1/portfolios/all/history"],
            "nation's history": ["/api/v1/nation/history"],
            "findings by group": [f"/api/v1/findings/groups?by={by}" for by in ("severity", "check", "area", "state", "organisation", "assignee")],
            "findings by group, filtered": [f"/api/v1/findings/groups?by=check&{one}" for one in ("severity=high", "area=tls", "overdue=true")],
        }
        kinds |= everything
        print(f"{'':28} {'requests/s':>10} {'nginx':>8} {'ratio':>6} {'bytes':>8}   at 100/s: {'p50':>7} {'p99':>7} {'worst':>7} "
              f"{'nginx p99':>9} ms {'processor':>10} ms a request")
        mixed: list[str] = []
        for name, paths in kinds.items():
            if options.only and not any(part in name for part in options.only.split(",")):
                continue
            good = [path for path in paths[:20] if try_one(served, path)]
            if not good:
                print(f"{name:28} not answered here")
                continue
            if len(good) < min(len(paths), 20):
                paths = good
            body = served.ask("GET", good[0]).body
            (nginx.files / "body").write_bytes(body)
            throughput = f"{'':26}"
            if not options.no_ratio:
                rounds = [(wrk(served.port, good[0], served.headers, options.seconds, theirs),
                           wrk(nginx.port, "/body", {}, options.seconds, theirs)) for _ in range(2)]
                ours_s, nginx_s = (statistics.mean(one[i] for one in rounds) for i in (0, 1))
                throughput = f"{ours_s:10.0f} {nginx_s:8.0f} {ours_s / nginx_s:6.3f}"
            print(f"{name:28} {throughput} {len(body):8}   {'':10}" + at_a_rate(served, nginx, paths, options.seconds), flush=True)
            if name != "health":
                mixed += [paths[i % len(paths)] for i in range(50)]
        chance.shuffle(mixed)
        (nginx.files / "body").write_bytes(b"x" * 4096)
        for name, paths in everything.items():
            if options.only and not any(part in name for part in options.only.split(",")) or not try_one(served, paths[0]):
                continue
            told = changing(served, ids, 12, lambda paths=paths: at_a_rate(served, nginx, paths, options.seconds))
            print(f"{name + ', changing':28} {'':26} {'':8}   {'':10}{told}", flush=True)
        if mixed:
            print(f"{'all of these mixed':28} {'':26} {'':8}   {'':10}" + at_a_rate(served, nginx, mixed, 3 * options.seconds), flush=True)
        if options.idle:
            finish_with_idle(served, options)
        print(f"memory at the end: {served.memory_mb():.0f} MB, {served.memory_mb('VmHWM'):.0f} MB at the highest")
    finally:
        if nginx:
            nginx.end()
        if served:
            served.end()
        shutil.rmtree(folder, ignore_errors=True)


def finish_with_idle(served: Served, options: argparse.Namespace) -> None:
    told, ratio = idle_connections(served, options.idle)
    print(told)
    if options.idle_limit and ratio > options.idle_limit:
        sys.exit(f"that is more than {options.idle_limit} times as long")


def try_one(served: Served, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=120)
    connection.request("GET", path, headers=served.headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status == 200


if __name__ == "__main__":
    main()
