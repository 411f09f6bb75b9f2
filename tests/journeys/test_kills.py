#!/usr/bin/python3
"""Kill -9 while messages leave the house and jobs run, at twenty-five random moments on each database: no message arrives
twice, no alert is lost without a word, and every job ends.

New assets are noticed all the time, as a measurement by another process finds them; webhooks that take their time, a real
mail server and a syslog receiver are told of each. The seed of the moments is printed: UTSYN_KILL_SEED=... repeats them."""

from __future__ import annotations

import json
import os
import random
import re
import socket
import sqlite3
import subprocess
import threading
import time
import unittest
import urllib.parse
from collections import Counter

from house import SLOWER
from post_office import DOMAIN, PORT, Mailbox
from service import POSTGRESQL, WRITERS_LOCK, Client, Service
from test_alerts import Receiver, channel, rule, wait_until

KILLS = 25
WEBHOOKS = 3


class Finder:
    """Finds a new asset in a while, in the database itself, whether the service lives or not."""

    def __init__(self, service: Service, organisation: str) -> None:
        self.organisation = organisation
        self.found: list[str] = []
        self.stopped = threading.Event()
        self.failure: Exception | None = None
        if service.db.startswith("postgresql:"):
            parts = urllib.parse.urlsplit(service.db)
            self.psql = subprocess.Popen(
                [POSTGRESQL / "psql", "-qAt", "-v", "ON_ERROR_STOP=1", "-h", urllib.parse.unquote(parts.netloc.split("@")[1]),
                 "-U", "utsyn", parts.path[1:]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.insert = self.by_postgresql
        else:
            self.psql = None
            self.database = sqlite3.connect(service.db, timeout=30, check_same_thread=False)
            self.insert = self.by_sqlite
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    WORDS = ("INSERT INTO event (number, time, kind, organisation, data) "
             "SELECT coalesce(max(number), 0) + 1, {time}, 'asset-found', '{organisation}', '{data}' FROM event")

    def by_sqlite(self, words: str) -> None:
        with self.database:
            self.database.execute(words)

    def by_postgresql(self, words: str) -> None:
        self.psql.stdin.write(f"BEGIN; SELECT pg_advisory_xact_lock({WRITERS_LOCK}); {words}; COMMIT; SELECT 'kept';\n")
        self.psql.stdin.flush()
        while (line := self.psql.stdout.readline()) != "kept\n":
            if not line:
                raise AssertionError("psql has ended")

    def run(self) -> None:
        try:
            while not self.stopped.wait(0.25):
                asset = f"ny{len(self.found)}.vik.example:443"
                self.insert(self.WORDS.format(time=int(time.time()), organisation=self.organisation, data=json.dumps({"asset": asset})))
                self.found.append(asset)
        except Exception as error:  # pylint: disable=broad-except
            self.failure = error

    def end(self) -> list[str]:
        self.stopped.set()
        self.thread.join(timeout=60)
        if self.psql:
            self.psql.stdin.close()
            self.psql.wait(timeout=20)
            self.psql.stdout.close()
        else:
            self.database.close()
        if self.failure:
            raise self.failure
        return self.found


class Syslog:
    """Takes lines over UDP and keeps them."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.2)
        self.lines: list[str] = []
        self.open = True
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"udp://127.0.0.1:{self.socket.getsockname()[1]}"

    def read(self) -> None:
        while self.open:
            try:
                self.lines.append(self.socket.recv(65_535).decode())
            except TimeoutError:
                pass

    def close(self) -> None:
        self.open = False
        self.thread.join(timeout=5)
        self.socket.close()


def twice(names: list[str]) -> dict[str, int]:
    return {name: count for name, count in Counter(names).items() if count > 1}


class KilledWhileSending(unittest.TestCase):
    """Both databases at the same time: each waits for leases of its own."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.mailbox = Mailbox().__enter__()
        cls.addClassCleanup(cls.mailbox.__exit__)
        cls.seed = int(os.environ.get("UTSYN_KILL_SEED", random.SystemRandom().randrange(1_000_000)))
        print(f"\nUTSYN_KILL_SEED={cls.seed}")

    def test_no_message_twice_and_every_job_ends(self) -> None:
        failures: dict[str, BaseException] = {}

        def on(database: str) -> None:
            try:
                self.kill_and_look(database, random.Random(f"{self.seed} {database}"))
            except BaseException as error:  # pylint: disable=broad-except
                failures[database] = error

        threads = [threading.Thread(target=on, args=(database,)) for database in ("sqlite", "postgresql")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for database in ("sqlite", "postgresql"):
            with self.subTest(database=database, seed=self.seed):
                if database in failures:
                    raise failures[database]

    def kill_and_look(self, database: str, chance: random.Random) -> None:
        hooks = [Receiver(slow_s=lambda: chance.uniform(0, 0.3)) for _ in range(WEBHOOKS)]
        syslog = Syslog()
        address = f"https://{database}.utsyn.example"
        sender = f"{database}@utsyn.example"
        with Service(database, measuring=True, arguments=(
                "--smtp", f"smtp://localhost:{PORT}", "--smtp-ca-file", str(self.mailbox.certificate), "--smtp-from", sender,
                "--allow-channel-net", "127.0.0.1/32", "--public-address", address)) as service:
            admin = service.administrator()
            to = {"email": [channel(admin, "email", f"kari@{DOMAIN}")], "webhook": [channel(admin, "webhook", one.url) for one in hooks],
                  "syslog": [channel(admin, "syslog", syslog.url)]}
            for one in (one for kind in to.values() for one in kind):
                rule(admin, "new_asset", one, pace="now")
            vik = admin.post("/api/v1/organisations", {"name": "Vik", "kind": "other"}, expect=201).json["id"]
            finder = Finder(service, vik)
            measured = []
            for number in range(KILLS):
                if number % 5 == 0:
                    made = admin.post("/api/v1/organisations", {"name": f"Målt {number}", "kind": "other"}, expect=201).json["id"]
                    admin.post(f"/api/v1/organisations/{made}/targets", {"kind": "domain", "name": "testfelt.example"}, expect=201)
                    measured.append(made)
                time.sleep(chance.uniform(0.0, 1.2))
                service.kill()
                service.start()
            found = finder.end()
            self.assertGreater(len(found), KILLS)
            self.look_at_messages(admin, to, found, hooks, syslog, address, sender)
            self.look_at_jobs(admin, measured)
        for one in hooks:
            one.close()
        syslog.close()

    def look_at_messages(self, admin: Client, to: dict, found: list[str], hooks: list[Receiver], syslog: Syslog, address: str, sender: str) -> None:
        wanted = len(found) * sum(len(kind) for kind in to.values())
        def gone() -> bool:
            waiting = [one for one in self.deliveries(admin) if one["state"] not in ("sent", "uncertain")]
            if any(one["error"] for one in waiting):
                raise AssertionError(waiting)
            return not waiting and len(admin.items("/api/v1/alerts?limit=500")) >= wanted

        wait_until(gone)
        # One alert for each new asset and rule, however often the events were read.
        alerts = admin.items("/api/v1/alerts?limit=500")
        self.assertEqual(len(alerts), wanted)
        self.assertEqual(Counter(one["data"]["asset"] for one in alerts), Counter(found * (wanted // len(found))))
        deliveries = self.deliveries(admin)
        state = {one["id"]: one["state"] for one in deliveries}
        by_channel = {one["id"]: {of["id"] for of in deliveries if of["channel"] == one["id"]} for kind in to.values() for one in kind}
        self.assertEqual(sum(one["alerts"] for one in deliveries), wanted)
        print(f"\n{address}: {len(found)} new assets, {len(deliveries)} messages, {list(state.values()).count('uncertain')} uncertain")

        for one, hook in zip(to["webhook"], hooks):
            events = [json.loads(body) for _, body in hook.came]
            ids = [event["id"] for event in events]
            self.assertEqual(twice(ids), {}, "the same CloudEvents id came more than once")
            self.assertLessEqual(set(ids), by_channel[one["id"]])
            # What is said to be sent has come; only what a kill interrupted may be missing.
            self.assertEqual([id_ for id_ in by_channel[one["id"]] if state[id_] == "sent" and id_ not in ids], [])
            assets = [alert["data"]["asset"] for event in events for alert in event["data"]["alerts"]]
            self.assertEqual(twice(assets), {}, "an alert came in two messages")

        mail, = to["email"]
        sent = {id_ for id_ in by_channel[mail["id"]] if state[id_] == "sent"}

        def letters() -> list[str]:
            ours = [one for one in self.mailbox.messages() if sender in str(one["From"])]
            return [re.match(r"<([^@]+)@", str(one["Message-ID"]))[1] for one in ours]

        wait_until(lambda: sent <= set(letters()))
        self.assertEqual(twice(letters()), {}, "the same letter came more than once")
        self.assertLessEqual(set(letters()), by_channel[mail["id"]])

        lines = [re.search(r'\[utsyn@32473 id="([^"]+)"', line)[1] for line in syslog.lines]
        self.assertEqual(twice(lines), {}, "the same line came more than once")
        self.assertGreater(len(lines), 0)

    def deliveries(self, admin: Client) -> list[dict]:
        return admin.items("/api/v1/deliveries?limit=500")

    def look_at_jobs(self, admin: Client, measured: list[str]) -> None:
        for organisation in measured:
            def ended(organisation: str = organisation) -> list[dict]:
                jobs = admin.get(f"/api/v1/organisations/{organisation}/jobs").json["items"]
                return jobs if jobs and all(one["state"] in ("done", "failed") for one in jobs) else []
            # A lost job is given out again when its lease of 30 s has run out; after three losses it is said to have failed.
            for job in wait_until(ended, 120 * SLOWER):
                if job["state"] == "failed":
                    self.assertRegex(job["error"], "ended 3 times|wanted again since")
                else:
                    self.assertIsNotNone(job["result"])


if __name__ == "__main__":
    unittest.main()
