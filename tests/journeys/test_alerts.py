#!/usr/bin/python3
"""Alerts leave the house: by a real mail server with STARTTLS, a webhook that fails on purpose, and syslog. One event is
one message; what a crash interrupted is shown and not sent twice."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from house import SLOWER
from post_office import DOMAIN, PORT, Mailbox
from service import Client, Service

LIMIT_S = 30 * SLOWER


class Receiver:
    """A webhook's other side: answers with the statuses it is told, then 200, and keeps what came."""

    def __init__(self, *statuses: int, hang: bool = False, slow_s=None) -> None:
        self.statuses = list(statuses)
        self.slow_s = slow_s  # how long to think before the next answer
        self.hang = threading.Event() if hang else None
        self.came: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
                if receiver.hang is not None:
                    receiver.hang.wait(60)
                    return
                if receiver.slow_s is not None:
                    time.sleep(receiver.slow_s())
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                self.send_header("Content-Length", "0")
                try:
                    self.end_headers()
                except OSError:
                    pass  # whoever called has died

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hook"

    def close(self) -> None:
        if self.hang is not None:
            self.hang.set()
        self.server.shutdown()
        self.server.server_close()


def wait_until(wanted, limit_s: float = LIMIT_S):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if found := wanted():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {limit_s} s")


def channel(client: Client, kind: str, address: str, **more: str) -> dict:
    return client.post("/api/v1/channels", {"name": f"{kind} of the test", "kind": kind, "address": address, **more}, expect=201).json


def rule(client: Client, kind: str, to: dict, **more: object) -> dict:
    return client.post("/api/v1/alert-rules", {"kind": kind, "channel": to["id"], **more}, expect=201).json


def measured(client: Client, name: str, domain: str) -> str:
    """Registers an organisation and waits for its first measurement."""
    made = client.post("/api/v1/organisations", {"name": name, "kind": "municipality"}, expect=201).json["id"]
    client.post(f"/api/v1/organisations/{made}/targets", {"kind": "domain", "name": domain}, expect=201)
    job = wait_until(lambda: [one for one in client.get(f"/api/v1/organisations/{made}/jobs").json["items"] if one["state"] in ("done", "failed")], 90 * SLOWER)
    if job[0]["state"] == "failed":
        raise AssertionError(job[0]["error"])
    return made


class Alerts(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.mailbox = Mailbox().__enter__()
        cls.addClassCleanup(cls.mailbox.__exit__)
        cls.service = Service(measuring=True, arguments=(
            "--smtp", f"smtp://localhost:{PORT}", "--smtp-ca-file", str(cls.mailbox.certificate), "--smtp-from", f"utsyn@{DOMAIN}",
            "--allow-channel-net", "127.0.0.1/32", "--public-address", "https://utsyn.example")).__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.admin = cls.service.administrator()

    def test_a_new_asset_is_told_once_on_every_channel(self) -> None:
        admin = self.admin
        refusing, dead, syslog = Receiver(500), Receiver(410), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(refusing.close)
        self.addCleanup(dead.close)
        self.addCleanup(syslog.close)
        syslog.bind(("127.0.0.1", 0))
        syslog.settimeout(LIMIT_S)
        post = channel(admin, "email", f"kari@{DOMAIN}", language="nn")
        self.assertNotIn("secret", post)
        hook = channel(admin, "webhook", refusing.url)
        gone = channel(admin, "webhook", dead.url, format="ocsf")
        log = channel(admin, "syslog", f"udp://127.0.0.1:{syslog.getsockname()[1]}", format="ocsf")
        for to in (post, hook, gone, log):
            rule(admin, "new_asset", to, pace="now")
        rule(admin, "score_dropped", post)
        organisation = measured(admin, "Steinlia kommune", "steinlia.example")
        self.assertEqual(admin.items("/api/v1/alerts"), [])      # what the first measurement finds is no news
        admin.post(f"/api/v1/organisations/{organisation}/targets", {"kind": "host", "name": "sak.steinlia.example"}, expect=201)

        (letter,) = self.mailbox.wait(1, LIMIT_S)
        self.assertEqual(letter["To"], f"kari@{DOMAIN}")
        self.assertRegex(letter["Subject"], r"^Utsyn: 1 varsel om Steinlia kommune$")
        text = letter.get_content()
        self.assertIn(f"https://utsyn.example/virksomhet/{organisation}", text)
        self.assertIn("Nytt i fotavtrykket: sak.steinlia.example:443. Er det dykkar?", text)
        self.assertIn("Du får dette på grunn av", text)

        # The webhook said 500: it waits for its next try, and the service says so.
        states = wait_until(lambda: self.states_when({hook["id"]: "pending", gone["id"]: "dead", log["id"]: "sent", post["id"]: "sent"}))
        self.assertEqual(states[hook["id"]]["attempts"], 1)
        self.assertIn("500", states[hook["id"]]["error"])
        self.assertIsNotNone(states[hook["id"]]["next_try"])
        (headers, body), = refusing.came
        sent = dict(part.split("=", 1) for part in headers["utsyn-signature"].split(","))
        self.assertEqual(sent["v1"], hmac.new(hook["secret"].encode(), f"{sent['t']}.".encode() + body, hashlib.sha256).hexdigest())
        self.assertLess(abs(int(sent["t"]) - time.time()), 60)
        event = json.loads(body)
        self.assertEqual((event["specversion"], event["type"], event["source"], event["id"]),
                         ("1.0", "no.utsyn.alerts", "https://utsyn.example", states[hook["id"]]["id"]))
        self.assertEqual([(alert["kind"], alert["data"]["asset"]) for alert in event["data"]["alerts"]], [("new_asset", "sak.steinlia.example:443")])

        # 410 is no use trying again: shown as dead, and a person sends it again.
        events = json.loads(dead.came[0][1])
        self.assertEqual({one["class_uid"] for one in events}, {2004})
        self.assertEqual(admin.post(f"/api/v1/deliveries/{states[log['id']]['id']}/again", expect=409).problem, "not-waiting")
        admin.post(f"/api/v1/deliveries/{states[gone['id']]['id']}/again", expect=200)
        wait_until(lambda: self.states_when({gone["id"]: "sent"}))
        self.assertEqual(len(dead.came), 2)

        line = syslog.recv(65_535).decode()
        self.assertRegex(line, r"^<132>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ utsyn utsyn - new_asset \[utsyn@32473 id=\"")
        self.assertEqual(json.loads(line[line.index("] ") + 2:])["class_uid"], 2004)

        listed = admin.items("/api/v1/alerts?limit=3")
        self.assertEqual(len({one["id"] for one in listed}), len(listed))
        self.assertEqual(len(listed), 4)
        self.assertEqual(len(self.mailbox.messages()), 1)

    def states_when(self, wanted: dict[str, str]) -> dict[str, dict]:
        by_channel = {one["channel"]: one for one in self.admin.get("/api/v1/deliveries?limit=100").json["items"]}
        return by_channel if all(by_channel.get(to, {}).get("state") == state for to, state in wanted.items()) else {}

    def test_addresses_that_are_none_and_those_of_others(self) -> None:
        leader = self.service.user("leader")
        for kind, address, field in (
                ("email", "kari", "/address"), ("email", f"kari@{DOMAIN}\r\nBcc: x", "/address"), ("email", "<a@b>", "/address"),
                ("email", f"kari@{DOMAIN}", "/address"),                 # not the leader's own
                ("webhook", "http://127.0.0.1/x", "/address"), ("webhook", "file:///etc/passwd", "/address"),
                ("syslog", "host:514", "/address"), ("pigeon", "roost", "/kind")):
            with self.subTest(kind=kind, address=address):
                refused = leader.post("/api/v1/channels", {"name": "x", "kind": kind, "address": address}, expect=422)
                self.assertEqual(refused.json["field"], field)
        mine = channel(self.admin, "webhook", "https://hook.example/x")
        self.assertEqual(leader.post("/api/v1/alert-rules", {"kind": "new_asset", "channel": mine["id"]}, expect=422).json["field"], "/channel")
        leader.patch(f"/api/v1/channels/{mine['id']}", {"active": False}, expect=404)
        leader.delete(f"/api/v1/channels/{mine['id']}", expect=404)

    def test_a_webhook_is_no_way_into_the_operators_network(self) -> None:
        receiver = Receiver()
        self.addCleanup(receiver.close)
        with Service(arguments=()) as guarded:   # without --allow-channel-net 127.0.0.1/32
            admin = guarded.administrator()
            hook = channel(admin, "webhook", receiver.url)
            rule(admin, "new_asset", hook, pace="now")
            self.fire(guarded, admin)
            delivery = wait_until(lambda: [one for one in admin.get("/api/v1/deliveries").json["items"] if one["attempts"] == 1 and one["state"] == "pending"])
            self.assertIn("--allow-channel-net", delivery[0]["error"])
            self.assertEqual(receiver.came, [])

    def fire(self, service: Service, admin: Client) -> None:
        """A new asset, as a measurement by another process finds it."""
        import sqlite3
        made = admin.post("/api/v1/organisations", {"name": "Vik", "kind": "other"}, expect=201).json["id"]
        with sqlite3.connect(service.db, timeout=10) as database:
            number = database.execute("SELECT coalesce(max(number), 0) + 1 FROM event").fetchone()[0]
            database.execute("INSERT INTO event VALUES (?, ?, 'asset-found', ?, ?)", (number, int(time.time()), made, '{"asset":"ny.vik.example:443"}'))

    def test_what_a_crash_interrupts_is_uncertain_and_not_sent_twice(self) -> None:
        receiver = Receiver(hang=True)
        self.addCleanup(receiver.close)
        with Service(arguments=("--allow-channel-net", "127.0.0.1/32")) as service:
            admin = service.administrator()
            rule(admin, "new_asset", channel(admin, "webhook", receiver.url), pace="now")
            self.fire(service, admin)
            wait_until(lambda: receiver.came)
            service.kill()
            service.start()
            delivery = wait_until(lambda: [one for one in admin.get("/api/v1/deliveries").json["items"] if one["state"] == "uncertain"])
            self.assertIn("may have arrived", delivery[0]["error"])
            time.sleep(3)
            self.assertEqual(len(receiver.came), 1)


if __name__ == "__main__":
    unittest.main()
