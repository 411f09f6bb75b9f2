#!/usr/bin/python3
"""Reports on their days, by a real mail server: the PDF and the workbook that arrive, what was missed made up for once, what a
crash interrupted shown and not sent twice, and nothing to those who may no longer have it."""

from __future__ import annotations

import io
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest
from datetime import datetime, timezone
from email.message import EmailMessage
from pathlib import Path

import openpyxl

import service as service_module
from house import SLOWER
from listener import Listener
from post_office import DOMAIN, PORT, Mailbox
from service import POSTGRESQL, Client, Service
from test_alerts import channel, measured, wait_until

LIMIT_S = 60 * SLOWER
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class HeldPost(Listener):
    """A mail server that takes a whole message and then says nothing, so that nobody knows whether it arrived."""

    def __init__(self, hold: bool = True) -> None:
        self.came: list[bytes] = []
        self.hold = hold
        super().__init__()

    def came_in(self, connection: socket.socket) -> None:
        threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rwb") as lines:
            def say(words: str) -> None:
                lines.write(words.encode() + b"\r\n")
                lines.flush()
            try:
                say("220 post.example")
                while line := lines.readline():
                    if line.upper().startswith(b"DATA"):
                        say("354 go on")
                        message = b""
                        while (part := lines.readline()) not in (b".\r\n", b""):
                            message += part
                        self.came.append(message)
                        if self.hold:
                            time.sleep(60)
                            return
                    say("221 bye" if line.upper().startswith(b"QUIT") else "250 good")
            except OSError:
                pass  # the other side was killed


def pdf_text(content: bytes) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.pdf"
        path.write_bytes(content)
        ran = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True, timeout=60)
    return re.sub(r"\s+", " ", ran.stdout)


class ScheduledReports(unittest.TestCase):
    database = "sqlite"

    @classmethod
    def setUpClass(cls) -> None:
        cls.mailbox = Mailbox().__enter__()
        cls.addClassCleanup(cls.mailbox.__exit__)
        cls.service = Service(database=cls.database, measuring=True, arguments=(
            "--smtp", f"smtp://localhost:{PORT}", "--smtp-ca-file", str(cls.mailbox.certificate), "--smtp-from", f"utsyn@{DOMAIN}",
            "--public-address", "https://utsyn.example")).__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.admin = cls.service.administrator()
        cls.organisation = measured(cls.admin, "Steinlia kommune", "steinlia.example")
        cls.home = f"/api/v1/organisations/{cls.organisation}"
        cls.post = channel(cls.admin, "email", f"kari@{DOMAIN}")

    # What the store is told behind the service's back: the clock cannot be turned.
    def store(self, statement: str) -> None:
        if self.database == "sqlite":
            with sqlite3.connect(self.service.db, timeout=20) as database:
                database.execute(statement)
            database.close()
        else:
            subprocess.run([POSTGRESQL / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.service.db, "-c", statement], check=True, capture_output=True, timeout=60)

    def schedule(self, client: Client | None = None, to: dict | None = None, **more: object) -> dict:
        wanted = {"what": "board", "organisation": self.organisation, "channel": (to or self.post)["id"], "every": "month", "day": 31, "hour": 7, "language": "nb"}
        made = (client or self.admin).post("/api/v1/report-schedules", {name: value for name, value in {**wanted, **more}.items() if value is not None}, expect=201).json
        self.addCleanup(lambda: (client or self.admin).delete(f"/api/v1/report-schedules/{made['id']}", expect=None))
        return made

    def now(self, schedule: dict, client: Client | None = None) -> dict:
        return (client or self.admin).get(f"/api/v1/report-schedules/{schedule['id']}").json

    def sent(self, schedule: dict, after: str | None = None, client: Client | None = None) -> dict:
        """The schedule, when it was sent again."""
        return wait_until(lambda: (one := self.now(schedule, client))["last_sent"] not in (None, after) and one, LIMIT_S)

    def letters(self, count: int) -> list[EmailMessage]:
        return self.mailbox.wait(count, LIMIT_S)

    def overdue(self, schedule: dict) -> None:
        self.store(f"UPDATE report_schedule SET next_due = {int(time.time()) - 40 * 86_400} WHERE id = '{schedule['id']}'")

    def test_a_board_report_arrives_whole_and_what_was_missed_comes_once(self) -> None:
        before = len(self.mailbox.messages())
        made = self.schedule()
        self.assertEqual((made["last_sent"], made["fault"], made["latest"], made["organisation_name"]), (None, None, None, "Steinlia kommune"))
        due = datetime.strptime(made["next_due"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
        self.assertGreater(due, datetime.now(timezone.utc))
        path = f"/api/v1/report-schedules/{made['id']}"
        self.admin.post(f"{path}/send", expect=202)
        self.assertEqual(self.admin.post(f"{path}/send", expect=429).problem, "too-many-attempts")
        letter = self.letters(before + 1)[-1]
        score = self.admin.get(f"{self.home}/score").json
        figure = f"{score['score_cp'] // 100},{score['score_cp'] % 100 // 10}"
        self.assertEqual(letter["To"], f"kari@{DOMAIN}")
        self.assertIn("Steinlia kommune", letter["Subject"])
        self.assertEqual(letter.get_content_type(), "multipart/mixed")
        self.assertEqual([type(defect).__name__ for part in letter.walk() for defect in part.defects], [])
        body, report = letter.iter_parts()
        words = body.get_content()
        for piece in (f"Poeng: {figure} av 100", "dekning", "den første rapporten", "Over frist: ", f"https://utsyn.example/virksomhet/{self.organisation}/ledelse"):
            self.assertIn(piece, words)
        self.assertEqual(report.get_content_type(), "application/pdf")
        self.assertRegex(report.get_filename(), r"^Utsyn Steinlia kommune \d{4}-\d\d-\d\d\.pdf$")
        text = pdf_text(report.get_payload(decode=True))
        self.assertIn("Steinlia kommune", text)
        self.assertIn(figure, text)
        sent = self.sent(made)
        self.assertEqual((sent["latest"]["state"], sent["fault"], sent["next_due"]), ("sent", None, made["next_due"]))

        # Forty days of silence: one report, and then the next due time.
        self.service.stop()
        self.overdue(made)
        self.service.start()
        again = self.sent(made, sent["last_sent"])
        self.assertEqual(again["next_due"], made["next_due"])
        time.sleep(3)
        letters = self.letters(before + 2)
        self.assertEqual(len(letters), before + 2, "once for all that were missed")
        latest = max(letters[before:], key=lambda one: one["Date"].datetime)
        self.assertIn("Endring siden forrige rapport: ingen.", next(latest.iter_parts()).get_content())
        log = self.admin.get("/api/v1/audit?action=report-schedule.&limit=100").json["items"]
        actions = [one["action"] for one in log if one["object"] == made["id"]]
        self.assertEqual(sorted(actions), ["report-schedule.create", "report-schedule.send", "report-schedule.sent", "report-schedule.sent"])

    def test_the_table_of_members_is_a_workbook(self) -> None:
        before = len(self.mailbox.messages())
        made = self.schedule(what="members", organisation=None, portfolio="all", language="en", every="week", day=7)
        self.admin.post(f"/api/v1/report-schedules/{made['id']}/send", expect=202)
        self.sent(made)
        letter = self.letters(before + 1)[-1]
        body, table = letter.iter_parts()
        self.assertIn("https://utsyn.example/portefolje/all", body.get_content())
        self.assertEqual(table.get_content_type(), XLSX)
        self.assertRegex(table.get_filename(), r"^Utsyn All that I see \d{4}-\d\d-\d\d\.xlsx$")
        rows = list(openpyxl.load_workbook(io.BytesIO(table.get_payload(decode=True))).worksheets[0].iter_rows(values_only=True))
        self.assertIn("Steinlia kommune", [row[0] for row in rows])

    def test_who_lost_access_gets_nothing_and_is_told_why(self) -> None:
        reader = self.service.user("leader")
        user = reader.get("/api/v1/me").json["id"]
        grant = f"/api/v1/users/{user}/grants/{self.organisation}"
        reader.patch("/api/v1/me", {"email": f"kari@{DOMAIN}"}, expect=200)
        to = channel(reader, "email", f"kari@{DOMAIN}")
        wanted = {"what": "board", "organisation": self.organisation, "channel": to["id"], "every": "week", "day": 1, "hour": 7}
        self.assertEqual(reader.post("/api/v1/report-schedules", wanted, expect=422).json["field"], "/organisation")
        self.admin.put(grant, {"detail": "score", "reason": "to read the report"}, expect=200)
        self.assertEqual(reader.post("/api/v1/report-schedules", {**wanted, "pages": 5}, expect=422).json["field"], "/pages")
        self.assertEqual(reader.post("/api/v1/report-schedules", {**wanted, "channel": self.post["id"]}, expect=422).json["field"], "/channel")
        made = self.schedule(reader, to, every="week", day=1)
        path = f"/api/v1/report-schedules/{made['id']}"
        self.assertEqual(made["waits"], "unconfirmed")
        self.assertEqual(reader.post(f"{path}/send", expect=409).problem, "conflict")
        self.admin.get(path, expect=404)
        self.admin.delete(path, expect=404)
        self.store(f"UPDATE channel SET confirmed = 1 WHERE id = '{to['id']}'")
        before = len(self.of(reader))
        self.admin.delete(grant, expect=204)
        self.overdue(made)
        lost = wait_until(lambda: not (one := self.now(made, reader))["active"] and one)
        self.assertEqual((lost["fault"]["kind"], lost["next_due"], lost["organisation_name"], lost["last_sent"]), ("access", None, None, None))
        self.assertEqual(reader.patch(path, {"active": True}, expect=422).json["field"], "/organisation")
        time.sleep(2.5)
        self.assertEqual(len(self.of(reader)), before, "nothing was sent")
        self.admin.put(grant, {"detail": "score", "reason": "once more"}, expect=200)
        back = reader.patch(path, {"active": True}, expect=200).json
        self.assertEqual((back["active"], back["fault"]), (True, None))
        reader.post(f"{path}/send", expect=202)
        self.sent(made, client=reader)
        words = next(self.mailbox.messages()[-1].iter_parts()).get_content()
        self.assertIn("Steinlia kommune", words)

    def of(self, client: Client) -> list[dict]:
        return [one for one in client.items("/api/v1/deliveries") if one["report_schedule"]]

    def test_what_cannot_be_made_says_what_to_do_and_is_tried_again(self) -> None:
        bare = self.admin.post("/api/v1/organisations", {"name": "Umålt", "kind": "other"}, expect=201).json["id"]
        made = self.schedule(organisation=bare)
        path = f"/api/v1/report-schedules/{made['id']}"
        self.admin.post(f"{path}/send", expect=202)
        failed = wait_until(lambda: (one := self.now(made))["fault"] and one)
        self.assertEqual((failed["fault"]["kind"], failed["latest"]["state"]), ("not_measured", "pending"))
        self.assertIsNotNone(failed["latest"]["next_try"])
        self.admin.post(f"{path}/send", expect=202)   # at once, then
        tried = wait_until(lambda: (one := self.now(made))["latest"]["attempts"] == 1 and one["latest"]["state"] == "pending" and one)
        self.assertEqual(tried["latest"]["id"], failed["latest"]["id"])
        paused = self.admin.patch(path, {"active": False}, expect=200).json
        self.assertEqual((paused["active"], paused["next_due"], paused["latest"]["state"], paused["fault"]), (False, None, "dead", None))
        self.assertEqual(self.admin.post(f"{path}/send", expect=409).problem, "conflict")

    def test_requests_that_are_wrong(self) -> None:
        wanted = {"what": "board", "organisation": self.organisation, "channel": self.post["id"], "every": "week", "day": 1, "hour": 7}
        hook = channel(self.admin, "webhook", "https://hook.example/x")
        for change, field in (({"day": 8}, "/day"), ({"hour": 24}, "/hour"), ({"every": "day"}, "/every"), ({"pages": 2}, "/pages"), ({"language": "se"}, "/language"),
                              ({"organisation": "nobody"}, "/organisation"), ({"portfolio": "all"}, "/portfolio"), ({"channel": hook["id"]}, "/channel"),
                              ({"what": "members", "organisation": ""}, "/portfolio"), ({"what": "audit"}, "/what"), ({"more": 1}, "/more")):
            with self.subTest(change=change):
                self.assertEqual(self.admin.post("/api/v1/report-schedules", {**wanted, **change}, expect=422).json["field"], field)
        made = self.schedule()
        path = f"/api/v1/report-schedules/{made['id']}"
        self.assertEqual(self.admin.patch(path, {"every": "week"}, expect=422).json["field"], "/day")
        changed = self.admin.patch(path, {"every": "week", "day": 5, "hour": 15, "pages": 5, "language": "nn"}, expect=200).json
        self.assertEqual((changed["every"], changed["day"], changed["hour"], changed["pages"], changed["language"]), ("week", 5, 15, 5, "nn"))
        self.assertNotEqual(changed["next_due"], made["next_due"])
        self.admin.delete(path, expect=204)
        self.admin.get(path, expect=404)


class InPostgreSQL(ScheduledReports):
    database = "postgresql"


class Interrupted(unittest.TestCase):
    """A kill while the mail server has the message and has not answered."""

    def test_it_is_uncertain_and_not_sent_twice(self) -> None:
        post = HeldPost()
        self.addCleanup(post.close)
        with Service(measuring=True, arguments=("--smtp", f"smtp://127.0.0.1:{post.port}", "--smtp-plain")) as service:
            admin = service.administrator()
            organisation = measured(admin, "Steinlia kommune", "steinlia.example")
            to = channel(admin, "email", f"kari@{DOMAIN}")
            wanted = {"what": "board", "organisation": organisation, "channel": to["id"], "every": "week", "day": 1, "hour": 7}
            path = f"/api/v1/report-schedules/{admin.post('/api/v1/report-schedules', wanted, expect=201).json['id']}"
            admin.post(f"{path}/send", expect=202)
            wait_until(lambda: post.came, LIMIT_S)
            self.assertEqual(admin.get(path).json["latest"]["state"], "sending")
            service.kill()
            service.start()
            interrupted = wait_until(lambda: (one := admin.get(path).json)["fault"] and one)
            self.assertEqual((interrupted["fault"]["kind"], interrupted["latest"]["state"], interrupted["active"]), ("uncertain", "uncertain", True))
            time.sleep(4)
            self.assertEqual(len(post.came), 1)
            post.hold = False
            admin.post(f"/api/v1/deliveries/{interrupted['latest']['id']}/again", expect=200)
            sent = wait_until(lambda: (one := admin.get(path).json)["last_sent"] and one, LIMIT_S)
            self.assertEqual((sent["fault"], sent["latest"]["state"], len(post.came)), (None, "sent", 2))
            self.assertIn(b"Content-Type: application/pdf\r\n", post.came[1])


class WithoutWeasyPrint(unittest.TestCase):
    def test_the_error_says_so_and_it_is_tried_again(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="utsyn-no-weasyprint-"))
        self.addCleanup(shutil.rmtree, folder)
        (folder / "empty").mkdir()
        wrapper = folder / "utsyn"
        wrapper.write_text(f"#!/bin/sh\nexec unshare -m sh -c 'mount --bind {folder}/empty /usr/lib/python3/dist-packages/weasyprint && exec {service_module.UTSYN} \"$@\"' utsyn \"$@\"\n")
        wrapper.chmod(0o755)
        before, service_module.UTSYN = service_module.UTSYN, str(wrapper)
        self.addCleanup(setattr, service_module, "UTSYN", before)
        self.assertEqual(os.geteuid(), 0, "journeys run in a namespace of their own")
        with Service(measuring=True, arguments=("--smtp", "smtp://127.0.0.1:9", "--smtp-plain")) as service:
            admin = service.administrator()
            organisation = measured(admin, "Steinlia kommune", "steinlia.example")
            to = channel(admin, "email", f"kari@{DOMAIN}")
            wanted = {"what": "board", "organisation": organisation, "channel": to["id"], "every": "week", "day": 1, "hour": 7}
            path = f"/api/v1/report-schedules/{admin.post('/api/v1/report-schedules', wanted, expect=201).json['id']}"
            admin.post(f"{path}/send", expect=202)
            failed = wait_until(lambda: (one := admin.get(path).json)["fault"] and one, LIMIT_S)
            self.assertEqual((failed["fault"]["kind"], failed["latest"]["state"]), ("no_pdf", "pending"))
            self.assertIn("WeasyPrint", failed["fault"]["detail"])


if __name__ == "__main__":
    unittest.main()
