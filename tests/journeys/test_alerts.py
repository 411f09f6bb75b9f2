#!/usr/bin/python3
"""Alerts leave the house: by a real mail server with STARTTLS, a webhook that fails on purpose, and syslog. One event is
one message; what a crash interrupted is shown and not sent twice."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import shutil
import socket
import sqlite3
import ssl
import subprocess
import tempfile
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from house import SLOWER
from listener import Listener
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


class LogServer(Listener):
    """A syslog server over TCP or TLS (RFC 6587, RFC 5425): the messages that came, each by the length before it."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.context = context
        self.messages: list[str] = []
        self.faults: list[str] = []
        super().__init__()

    def came_in(self, connection: socket.socket) -> None:
        try:
            with self.context.wrap_socket(connection, server_side=True) if self.context else connection as open_one:
                open_one.settimeout(10)
                data = b""
                while part := open_one.recv(65_536):
                    data += part
                while data:
                    length, _, rest = data.partition(b" ")
                    if not length.isdigit() or len(rest) < int(length):
                        self.faults.append(f"no frame: {data[:100]!r}")
                        break
                    self.messages.append(rest[:int(length)].decode())
                    data = rest[int(length):]
        except OSError as error:
            self.faults.append(str(error))


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
        # To measure takes its time; from then on the limit holds.
        jobs = f"/api/v1/organisations/{organisation}/jobs"
        wait_until(lambda: (done := [one["state"] for one in admin.get(jobs).json["items"]]) and set(done) == {"done"} and len(done) > 1, 90 * SLOWER)

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

        # What could not be sent is found among all that could.
        for wanted, channels in (("state=dead", {gone["id"]}), ("state=dead&state=pending", {gone["id"], hook["id"]}), ("state=uncertain", set())):
            self.assertEqual({one["channel"] for one in admin.items(f"/api/v1/deliveries?limit=1&{wanted}")}, channels, wanted)
        self.assertEqual(admin.get("/api/v1/deliveries?state=lost", expect=422).json["field"], "state")

        # 410 is no use trying again: shown as dead, and a person sends it again.
        events = json.loads(dead.came[0][1])
        self.assertEqual({one["class_uid"] for one in events}, {2004})
        self.assertEqual(admin.post(f"/api/v1/deliveries/{states[log['id']]['id']}/again", expect=409).problem, "not-waiting")
        admin.post(f"/api/v1/deliveries/{states[gone['id']]['id']}/again", expect=200)
        wait_until(lambda: self.states_when({gone["id"]: "sent"}))
        self.assertEqual(len(dead.came), 2)

        # A test is a message without alerts, once a minute.
        admin.post(f"/api/v1/channels/{gone['id']}/test", expect=202)
        self.assertEqual(admin.post(f"/api/v1/channels/{gone['id']}/test", expect=429).problem, "too-many-attempts")
        wait_until(lambda: len(dead.came) == 3)
        (tried,) = json.loads(dead.came[2][1])
        self.assertEqual((tried["severity_id"], tried["finding_info"]["types"]), (1, ["test"]))

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

    def test_a_persons_address_is_confirmed_before_alerts_go_there(self) -> None:
        """The letter's link, opened by whoever made the channel, lets out what has waited."""
        for database in ("sqlite", "postgresql"):
            with self.subTest(database):
                self.confirmed_on(database)

    def confirmed_on(self, database: str) -> None:
        post_of_this = lambda: [one for one in self.mailbox.messages() if f"confirm-{database}@" in str(one["From"])]
        with Service(database, arguments=("--smtp", f"smtp://localhost:{PORT}", "--smtp-ca-file", str(self.mailbox.certificate),
                                          "--smtp-from", f"confirm-{database}@utsyn.example", "--public-address", "https://utsyn.example")) as service:
            admin = service.administrator()
            auditor = service.user("auditor")
            auditor.patch("/api/v1/me", {"email": f"kari@{DOMAIN}", "language": "nb"}, expect=200)
            made = channel(auditor, "email", f"kari@{DOMAIN}")
            self.assertFalse(made["confirmed"])
            rule(auditor, "new_asset", made, pace="now")
            letter, = wait_until(post_of_this)
            self.assertEqual(letter["Subject"], "Utsyn: er dette adressen din?")
            token = re.search(r"https://utsyn\.example/varsler/kanaler#confirm=([a-z2-7]{52})\s", letter.get_content())[1]
            self.fire(service, admin, "ny.vik.example:443")
            wait_until(lambda: auditor.items("/api/v1/alerts"))
            time.sleep(2.5)
            self.assertEqual(len(post_of_this()), 1)
            path = f"/api/v1/channels/{made['id']}/confirmation"
            self.assertEqual(auditor.post(path, expect=429).problem, "too-many-attempts")
            admin.post(path, expect=404)
            for client, given in ((admin, token), (auditor, "a" * 52)):   # another's link, and none
                self.assertEqual(client.post("/api/v1/channels/confirm", {"token": given}, expect=410).problem, "link-ended")
            self.assertTrue(auditor.post("/api/v1/channels/confirm", {"token": token}, expect=200).json["confirmed"])
            self.assertEqual(auditor.post("/api/v1/channels/confirm", {"token": token}, expect=410).problem, "link-ended")
            self.assertEqual(auditor.post(path, expect=409).problem, "conflict")
            wait_until(lambda: len(post_of_this()) == 2)
            self.assertIn("ny.vik.example:443", post_of_this()[1].get_content() + post_of_this()[0].get_content())
            # The administrator answers for the addresses they give.
            self.assertTrue(channel(admin, "email", f"kari@{DOMAIN}")["confirmed"])

    def test_digests_come_at_their_hour_in_one_letter(self) -> None:
        """What several rules of one pace have seen goes in one letter, when the hour has come and not before; then no more."""
        for database in ("sqlite", "postgresql"):
            with self.subTest(database):
                self.digests_on(database)

    def digests_on(self, database: str) -> None:
        sender = f"digest-{database}@utsyn.example"
        with Service(database, arguments=("--smtp", f"smtp://localhost:{PORT}", "--smtp-ca-file", str(self.mailbox.certificate),
                                          "--smtp-from", sender, "--public-address", "https://utsyn.example")) as service:
            admin = service.administrator()

            def letters(count: int) -> list:
                return wait_until(lambda: len(found := [one for one in self.mailbox.messages() if sender in str(one["From"])]) >= count and found)
            post = channel(admin, "email", f"kari@{DOMAIN}", language="nb")
            rules = [rule(admin, "new_asset", post), rule(admin, "new_critical", post, pace="daily"), rule(admin, "certificate_expiring", post, pace="weekly")]
            self.assertEqual([one["pace"] for one in rules], ["daily", "daily", "weekly"])
            if (left := 6 * 3600 - time.time() % 86_400) and 0 < left < 60:
                time.sleep(left + 1)   # the hour is not to come in between
            vik = self.fire(service, admin, "ny.vik.example:443", "post.vik.example:25")
            self.fire(service, admin, "ny.nes.example:443", name="Nes")
            for finding, before, after in (("tls.vuln.robot@ny.vik.example:443", "high", "critical"), ("cert.validity.expiring@ny.vik.example:443", "low", "medium"),
                                           ("tls.vuln.robot@post.vik.example:25", "critical", "high")):
                self.happens(service, "finding-changed", vik, {"finding": finding, "severity": after, "severity_before": before, "outcome": "fail",
                                                               "outcome_before": "warn", "reason": "very-soon" if "cert" in finding else "answered"})
            wait_until(lambda: len(admin.items("/api/v1/alerts")) == 5)
            time.sleep(2.5)
            self.assertEqual(admin.items("/api/v1/deliveries"), [])

            # The clock cannot be turned, so what was seen is made older: by a day, by a week.
            older = lambda days, pace: service.sql(f"UPDATE alert SET time = time - {days * 86_400} WHERE rule IN (SELECT id FROM alert_rule WHERE pace = '{pace}')")
            older(1, "daily")
            daily, = letters(1)
            self.assertEqual((daily["To"], daily["Subject"]), (f"kari@{DOMAIN}", "Utsyn: 4 varsler om 2 virksomheter"))
            text = daily.get_content()
            for words in ("Vik\n", "Nes\n", "Nytt i fotavtrykket: ny.vik.example:443.", "Nytt i fotavtrykket: post.vik.example:25.", "Nytt i fotavtrykket: ny.nes.example:443.",
                          "(ny.vik.example:443).", f"https://utsyn.example/virksomhet/{vik}"):
                self.assertEqual(text.count(words), 1, f"{words!r} in {text!r}")
            self.assertIn("Er blitt kritisk: ", text)
            self.assertNotIn("Sertifikat", text)
            older(7, "weekly")
            weekly, = [one for one in letters(2) if one["Subject"] != daily["Subject"]]
            self.assertEqual(weekly["Subject"], "Utsyn: 1 varsel om Vik")
            self.assertIn("Sertifikat, nå svært snart: ", weekly.get_content())
            time.sleep(2.5)
            self.assertEqual({one["state"] for one in admin.items("/api/v1/deliveries")}, {"sent"})
            self.assertEqual(sorted(one["alerts"] for one in admin.items("/api/v1/deliveries")), [1, 4])
            self.assertEqual(len(letters(2)), 2)

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

    def fire(self, service: Service, admin: Client, *assets: str, name: str = "Vik") -> str:
        """New assets of a new organisation, as a measurement by another process finds them."""
        made = admin.post("/api/v1/organisations", {"name": name, "kind": "other"}, expect=201).json["id"]
        for asset in assets or ("ny.vik.example:443",):
            self.happens(service, "asset-found", made, {"asset": asset})
        return made

    def happens(self, service: Service, kind: str, organisation: str, data: dict) -> None:
        service.sql(f"INSERT INTO event SELECT coalesce(max(number), 0) + 1, {int(time.time())}, '{kind}', '{organisation}', "
                    f"'{json.dumps(data)}' FROM event")

    def test_syslog_over_tcp_and_tls(self) -> None:
        """Two new assets in one message are two frames; a server with a certificate of nobody we know gets nothing."""
        folder = Path(tempfile.mkdtemp(prefix="utsyn-syslog-"))
        self.addCleanup(shutil.rmtree, folder)
        for name in ("known", "stranger"):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem"],
                           check=True, capture_output=True, timeout=30)
        contexts = {}
        for name in ("known", "stranger"):
            contexts[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            contexts[name].load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
        servers = {"tcp": LogServer(), "tls": LogServer(contexts["known"]), "stranger": LogServer(contexts["stranger"])}
        for one in servers.values():
            self.addCleanup(one.close)
        with Service(arguments=("--allow-channel-net", "127.0.0.1/32", "--channel-ca-file", str(folder / "known.pem"))) as service:
            admin = service.administrator()
            channels = {"tcp": channel(admin, "syslog", f"tcp://127.0.0.1:{servers['tcp'].port}"),
                        "tls": channel(admin, "syslog", f"tls://127.0.0.1:{servers['tls'].port}", format="ocsf"),
                        "stranger": channel(admin, "syslog", f"tls://127.0.0.1:{servers['stranger'].port}"),
                        "nobody": channel(admin, "syslog", "tcp://127.0.0.1:1")}
            for one in channels.values():
                rule(admin, "new_asset", one, pace="now")
            self.fire(service, admin, "ny.vik.example:443", "ny.blåvik.example:25")
            wait_until(lambda: len(servers["tcp"].messages) == 2 and len(servers["tls"].messages) == 2)
            self.assertEqual((servers["tcp"].faults, servers["tls"].faults), ([], []))
            for line in servers["tcp"].messages:
                self.assertRegex(line, r"^<132>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ utsyn utsyn - new_asset \[utsyn@32473 id=\"")
                self.assertIn("] \ufeffVik: ", line)
            told = "".join(servers["tcp"].messages)
            self.assertTrue("ny.vik.example:443" in told and "ny.blåvik.example:25" in told, told)
            for line in servers["tls"].messages:
                self.assertEqual(json.loads(line[line.index("] ") + 2:])["class_uid"], 2004)
            states = wait_until(lambda: (by := {one["channel"]: one for one in admin.items("/api/v1/deliveries")}) and
                                all(by[one["id"]]["attempts"] == 1 and by[one["id"]]["state"] != "sending" for one in channels.values()) and by)
            self.assertEqual({name: states[one["id"]]["state"] for name, one in channels.items()},
                             {"tcp": "sent", "tls": "sent", "stranger": "pending", "nobody": "pending"})
            self.assertIn("certificate", states[channels["stranger"]["id"]]["error"])
            self.assertEqual(servers["stranger"].messages, [])
            # A page at a time, each delivery once.
            self.assertEqual(len({one["id"] for one in admin.items("/api/v1/deliveries?limit=1")}), 4)

    def test_a_receiver_that_hangs_holds_up_nobody_else(self) -> None:
        hanging, good = Receiver(hang=True), Receiver()
        self.addCleanup(hanging.close)
        self.addCleanup(good.close)
        with Service(arguments=("--allow-channel-net", "127.0.0.1/32")) as service:
            admin = service.administrator()
            for number in range(3):
                rule(admin, "new_asset", channel(admin, "webhook", hanging.url + str(number)), pace="now")
            other = service.user("auditor").with_token(["read"])
            # A plain http address takes the administrator: the auditor's is changed in the store.
            theirs = channel(other, "webhook", "https://hook.example/x")
            with sqlite3.connect(service.db, timeout=10) as database:
                database.execute("UPDATE channel SET address = ? WHERE id = ?", (good.url, theirs["id"]))
            rule(other, "new_asset", theirs, pace="now")
            self.fire(service, admin, "ny.vik.example:443")
            wait_until(lambda: good.came, 8 * SLOWER)
            self.assertEqual(len(hanging.came), 2)   # one person holds two places at most
            hanging.hang.set()

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
            # At once: on the same machine a process can be seen to have ended.
            delivery = wait_until(lambda: [one for one in admin.get("/api/v1/deliveries").json["items"] if one["state"] == "uncertain"], 10 * SLOWER)
            self.assertIn("may have arrived", delivery[0]["error"])
            time.sleep(3)
            self.assertEqual(len(receiver.came), 1)

    def test_two_services_on_one_database_know_what_is_on_its_way(self) -> None:
        """Starting beside another marks nothing of what that one is sending; what it leaves behind when it dies is uncertain."""
        slow, hanging = Receiver(slow_s=lambda: 8), Receiver(hang=True)
        self.addCleanup(slow.close)
        self.addCleanup(hanging.close)
        arguments = ("--allow-channel-net", "127.0.0.1/32")
        with Service("postgresql", arguments=arguments) as first:
            admin = first.administrator()
            channels = {name: channel(admin, "webhook", to.url)["id"] for name, to in (("slow", slow), ("hanging", hanging))}
            for to in channels.values():
                rule(admin, "new_asset", {"id": to}, pace="now")
            self.fire(first, admin)
            wait_until(lambda: slow.came and hanging.came)
            with Service(beside=first, arguments=arguments) as second:
                other = Client(second, cookies=dict(admin.cookies), csrf=admin.csrf)

                def state(name: str) -> str:
                    return next(one["state"] for one in other.get("/api/v1/deliveries").json["items"] if one["channel"] == channels[name])
                time.sleep(2)
                self.assertEqual(state("hanging"), "sending")
                self.assertNotEqual(state("slow"), "uncertain")
                wait_until(lambda: state("slow") == "sent")
                self.assertEqual(state("hanging"), "sending")
                first.kill()
                wait_until(lambda: state("hanging") == "uncertain", 20 + LIMIT_S)
                self.assertEqual((state("slow"), len(slow.came), len(hanging.came)), ("sent", 1, 1))


if __name__ == "__main__":
    unittest.main()
