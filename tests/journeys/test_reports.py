#!/usr/bin/python3
"""The board report and tables as files, from the real service on the lab's organisation: PDFs that are tagged, searchable and
carry their fonts, in three languages; tables that spreadsheets read; and nothing in them that the reader may not see."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import time
import unittest
from datetime import datetime
from pathlib import Path

import openpyxl

from house import SLOWER, UTSYN, environment
from service import Answer, Client, Service

HOSTILE = '=HYPERLINK("x") <b>&amp; Havn & Sønn'


def ran(*command: object) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True, timeout=60).stdout


class Reports(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.service = Service(measuring=True, arguments=("--public-address", "https://utsyn.example")).__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.folder = Path(tempfile.mkdtemp(prefix="utsyn-reports-"))
        if "UTSYN_KEEP" not in os.environ:
            cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.admin = cls.service.administrator()
        cls.id = cls.admin.post("/api/v1/organisations", {"name": "Steinlia kommune", "kind": "municipality"}, expect=201).json["id"]
        cls.home = f"/api/v1/organisations/{cls.id}"
        for kind, name in (("domain", "steinlia.example"), ("host", "www.steinlia.example")):
            cls.admin.post(f"{cls.home}/targets", {"kind": kind, "name": name}, expect=201)
        supplier = cls.admin.post("/api/v1/organisations", {"name": HOSTILE, "kind": "supplier"}, expect=201).json["id"]
        cls.supplier = supplier
        cls.admin.post(f"{cls.home}/suppliers", {"supplier": supplier, "criticality": 4}, expect=201)
        job = cls.admin.post(f"{cls.home}/recheck", expect=202).json
        end = time.monotonic() + 90 * SLOWER
        while (now := cls.admin.get(f"/api/v1/jobs/{job['id']}").json)["state"] not in ("done", "failed"):
            if time.monotonic() > end:
                raise AssertionError("the measurement did not end")
            time.sleep(0.2)
        if now["state"] != "done":
            raise AssertionError(now["error"])
        cls.score = cls.admin.get(f"{cls.home}/score").json

    def pdf(self, client: Client | None = None, **query: object) -> Path:
        words = "&".join(f"{name}={value}" for name, value in query.items())
        answer = (client or self.admin).get(f"{self.home}/report.pdf?{words}")
        self.assertEqual(answer.headers["content-type"], "application/pdf")
        self.assertRegex(answer.headers["content-disposition"], r'^attachment; filename="utsyn-[A-Za-z0-9-]+\.pdf"$')
        path = self.folder / f"{'-'.join(map(str, query.values()))}.pdf"
        path.write_bytes(answer.body)
        return path

    def table(self, path: str, **options) -> list[dict]:
        """A workbook's rows, by the header."""
        self.book = openpyxl.load_workbook(io.BytesIO(self.workbook(path, **options)))
        sheet = self.book.worksheets[0]
        self.assertEqual(sheet.freeze_panes, "A2")
        rows = list(sheet.iter_rows(values_only=True))
        return [dict(zip(rows[0], row)) for row in rows[1:]]

    def workbook(self, path: str, client: Client | None = None) -> bytes:
        answer = (client or self.admin).get(path)
        self.assertEqual(answer.headers["content-type"], "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        return answer.body

    def csv(self, path: str) -> Answer:
        answer = self.admin.get(path)
        self.assertEqual(answer.headers["content-type"], "text/csv; charset=utf-8")
        return answer

    def shown(self, cp: int, sign: str = ",") -> str:
        return f"{cp // 100}{sign}{cp % 100 // 10}"

    def test_pdf_in_each_language(self) -> None:
        headings = {"nb": ("Alvorlige funn over frist", "Dekning", "offentleglova"), "nn": ("Alvorlege funn over frist", "Uvisse", "offentleglova"),
                    "en": ("Serious findings past due", "Coverage", "offentleglova")}
        for lang, wanted in headings.items():
            for pages in (1, 5):
                path = self.pdf(pages=pages, lang=lang)
                info = ran("pdfinfo", path)
                self.assertRegex(info, r"Tagged: +yes")
                self.assertRegex(info, rf"Pages: +{pages}\n")
                self.assertRegex(info, r"Title: +Steinlia kommune: ")
                fonts = ran("pdffonts", path).splitlines()[2:]
                self.assertGreater(len(fonts), 1)
                for font in fonts:
                    self.assertRegex(font, r" yes +yes +yes +\d+ +\d+$", "embedded, a subset, with its characters")
                text = re.sub(r"\s+", " ", ran("pdftotext", path, "-"))
                sign = "." if lang == "en" else ","
                for piece in (*wanted, "Steinlia kommune", self.shown(self.score["score_cp"], sign), "utsyn-1.0", *(
                        self.shown(cp, sign) for cp in self.score["interval_cp"])):
                    self.assertIn(piece, text, f"{lang}, {pages} pages")
                self.assertEqual("<b>&amp; Havn & Sønn" in text, pages == 5, "a hostile name is the text it is")
                raw = path.read_bytes()
                self.assertTrue(f"/Lang ({lang})".encode() in raw, "says its language")
                self.assertTrue(b'pdfuaid:part="1"' in raw, "says that it is PDF/UA-1")
                ran("pdftoppm", "-r", "70", "-png", path, path.with_suffix(""))

    def test_a_pdf_is_a_tree_that_can_be_read_aloud(self) -> None:
        tree = ran("pdfinfo", "-struct", self.pdf(pages=5, lang="nb"))
        self.assertEqual(len(re.findall(r"(?m)^ *Figure$", tree)), 3)
        for kind in ("H1", "H2", "Table", "TH", "TD", "P", "Caption"):
            self.assertRegex(tree, rf"(?m)^ *{kind}\b", kind)
        with_text = ran("pdfinfo", "-struct-text", self.folder / "5-nb.pdf")
        self.assertIn("Digital sikkerhet sett utenfra", with_text)
        self.assertNotIn("side 1 av 5", with_text, "the foot of a page is no content")

    def test_the_figures_are_those_of_the_service(self) -> None:
        report = self.admin.get(f"{self.home}/report?lang=en&target_cp=9000&exemption=Offentleglova%20%C2%A7%2024").json
        for member in ("score_cp", "interval_cp", "grade", "coverage", "method", "measured"):
            self.assertEqual(report[member], self.score[member], member)
        overdue = self.admin.items(f"{self.home}/findings?overdue=true&limit=500")
        self.assertEqual(report["late"]["total"], len(overdue))
        serious = self.admin.items(f"{self.home}/findings?severity=high,critical&limit=500")
        self.assertEqual(report["serious"]["open"], len(serious))
        self.assertEqual(report["suppliers"]["total"], 1)
        self.assertEqual(report["suppliers"]["items"][0]["name"], HOSTILE)
        plan = self.admin.post(f"{self.home}/score/plan", {"target_cp": 10000}, expect=200).json
        gains = {action["title"]: action["gain_cp"] for action in self.in_english(plan)}
        self.assertGreater(len(report["actions"]), 2)
        for action in report["actions"]:
            self.assertEqual(action["gain_cp"], gains[action["title"]])
        self.assertGreater(report["together"]["score_cp"], report["score_cp"])
        decisions = report["decisions"]
        self.assertEqual(report["score_cp"] + sum(one["gain_cp"] for one in decisions), report["together"]["score_cp"], "the gains add up")
        self.assertEqual(len({one["decision"] for one in decisions}), 3)
        for one in decisions:
            found = self.admin.items(f"{self.home}/findings?check={','.join(one['checks'])}&limit=500")
            self.assertTrue(set(one["finding_ids"]) <= {finding["id"] for finding in found}, one["key"])
            self.assertEqual(one["decision"], self.admin.get(f"/api/v1/checks/{one['checks'][0]}").json["decision"]["en"])
            self.assertEqual(len(one["titles"]), len(one["checks"]))
            self.assertNotRegex(one["decision"], r"[A-Z]{2}")
            self.assertEqual(bool(one["carriers"]), one["role"] not in ("it", "web"))
        self.assertIn("90.0", report["lead"][0])
        html = self.admin.get(f"{self.home}/report.html?lang=nb&exemption=%3Cscript%3E").body.decode()
        self.assertNotIn("<script", html)

    def in_english(self, plan: dict) -> list[dict]:
        return self.admin.post(f"{self.home}/score/plan?lang=en", {"target_cp": 10000}, expect=200).json["actions"]

    def test_who_sees_the_score_alone(self) -> None:
        reader = self.service.user("leader")
        path = f"{self.home}/report"
        self.assertEqual(reader.get(path, expect=404).problem, "not-found")
        self.assertEqual(reader.get(f"{path}.pdf", expect=404).problem, "not-found")
        self.assertEqual(reader.get(f"{self.home}/findings/table", expect=404).problem, "not-found")
        self.grant(reader, "score")
        report = reader.get(path).json
        self.assertFalse(report["findings_seen"])
        self.assertNotIn("actions", report)
        self.assertEqual(report["suppliers"]["total"], 0, "the supplier is hidden from this reader")
        self.assertEqual(reader.get(f"{path}.pdf?pages=5", expect=403).problem, "forbidden")
        self.assertEqual(reader.get(f"{self.home}/findings/table", expect=403).problem, "forbidden")
        self.assertEqual(reader.get(f"{self.home}/score/table", expect=403).problem, "forbidden")
        text = ran("pdftotext", self.pdf(reader, pages=1, lang="nb"), "-")
        self.assertIn("Tiltak og funn er ikke med", re.sub(r"\s+", " ", text))
        rows = openpyxl.load_workbook(io.BytesIO(self.workbook("/api/v1/findings/table", reader))).worksheets[0].max_row
        self.assertEqual(rows, 1, "nothing but the header")
        rows = openpyxl.load_workbook(io.BytesIO(self.workbook("/api/v1/portfolios/all/members/table?lang=en", reader))).worksheets[0]
        self.assertEqual([row[0] for row in rows.iter_rows(min_row=2, values_only=True)], ["Steinlia kommune"])
        self.assertIsNone(dict(zip((c.value for c in rows[1]), (c.value for c in rows[2])))["Critical"], "no findings")
        self.assertEqual(reader.get("/api/v1/audit/table", expect=403).problem, "forbidden")

    def grant(self, client: Client, detail: str) -> None:
        user = client.get("/api/v1/me").json
        self.admin.put(f"/api/v1/users/{user['id']}/grants/{self.id}", {"detail": detail, "reason": "to see what is seen"})

    def test_tables_are_read_by_spreadsheets(self) -> None:
        listed = {finding["id"]: finding for finding in self.admin.items(f"{self.home}/findings?lang=en&limit=500")}
        rows = self.table(f"{self.home}/findings/table?lang=en")
        self.assertEqual({row["Finding id"] for row in rows}, set(listed))
        for row in rows:
            finding = listed[row["Finding id"]]
            self.assertEqual((row["Title"], row["Asset"], row["State"]), (finding["title"], finding["asset"], finding["state"]))
            self.assertIsInstance(row["First seen"], datetime)
            self.assertEqual(row["First seen"].strftime("%Y-%m-%dT%H:%M:%SZ"), finding["first_seen"])
            self.assertEqual(row["Due"].strftime("%Y-%m-%d"), finding["due"])
        origin = {row[0]: row[1] for row in self.book.worksheets[1].iter_rows(values_only=True)}
        self.assertEqual(origin["About"], "Steinlia kommune")
        self.assertEqual(origin["Measured"], self.score["measured"])
        self.assertEqual(origin["Rows"], len(listed))
        self.assertTrue(origin["Link"].startswith("https://utsyn.example/"))
        self.assertIn("expert opinion", origin["Method"])
        high = self.table(f"{self.home}/findings/table?lang=en&severity=high")
        self.assertEqual({row["Severity"] for row in high}, {"high"})
        self.assertEqual({row[0]: row[1] for row in self.book.worksheets[1].iter_rows(values_only=True)}["Filter"], "severity=high")

        lines = self.table(f"{self.home}/score/table?lang=en")
        self.assertEqual(sum(round(row["Loss (points)"] * 100) for row in lines), 10000 - self.score["score_cp"])
        assets = self.table(f"{self.home}/assets/table?lang=en")
        self.assertEqual({row["Asset"] for row in assets}, {item["id"] for item in self.admin.items(f"{self.home}/assets?limit=500&gone=true")})
        history = self.table(f"{self.home}/score/history/table?lang=en")
        self.assertEqual(round(history[-1]["Score"] * 100), self.score["score_cp"])
        members = {row["Organisation"]: row for row in self.table("/api/v1/portfolios/all/members/table?lang=en")}
        self.assertEqual(set(members), {"Steinlia kommune", HOSTILE})
        self.assertEqual(round(members["Steinlia kommune"]["Score"] * 100), self.score["score_cp"])
        self.assertIsNone(members[HOSTILE]["Score"], "missing is never zero")
        for sheet in self.book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    self.assertNotEqual(cell.data_type, "f", "no cell is a formula")
        # Two organisations are too few to count their findings together.
        self.assertEqual(self.table("/api/v1/portfolios/all/issues/table?lang=en"), [])
        audit = self.table("/api/v1/audit/table?lang=en&action=organisation.")
        self.assertGreater(len(audit), 1)
        self.assertTrue(all(row["Action"].startswith("organisation.") for row in audit))

    def test_figures_actions_and_comparison(self) -> None:
        (figures,) = self.table(f"{self.home}/score/figures/table?lang=en")
        for heading, cp in (("Score", self.score["score_cp"]), ("Low", self.score["interval_cp"][0]), ("High", self.score["interval_cp"][1]),
                            ("Managed score", self.score["managed_cp"]), ("If disputes are upheld", self.score["if_upheld_cp"]), ("Coverage (%)", self.score["coverage"])):
            self.assertEqual(round(figures[heading] * 100), cp, heading)
        plan = self.admin.post(f"{self.home}/score/plan?lang=en", {"budget_minutes": 0}, expect=200).json["actions"]
        actions = self.table(f"{self.home}/score/plan/table?lang=en")
        self.assertEqual([(row["Check"], round(row["Gain (points)"] * 100), row["Findings"], row["Work (minutes)"]) for row in actions],
                         [(one["check"], one["gain_cp"], len(one["findings"]), one["minutes"]) for one in plan])
        sides = {row["Organisation"]: row for row in self.table(f"/api/v1/comparison/organisations/table?lang=en&organisation={self.id}&organisation={self.supplier}")}
        self.assertEqual(set(sides), {"Steinlia kommune", HOSTILE})
        for heading, cp in (("Score", self.score["score_cp"]), ("Low", self.score["interval_cp"][0]), ("E-mail", self.score["domains"].get("mail"))):
            self.assertEqual(round(sides["Steinlia kommune"][heading] * 100), cp, heading)
        self.assertIsNone(sides[HOSTILE]["Score"], "missing is never zero")

    def test_csv(self) -> None:
        plain = self.csv("/api/v1/portfolios/all/members/table?format=csv&lang=en")
        self.assertFalse(plain.body.startswith(b"\xef\xbb\xbf"))
        rows = list(csv.reader(io.StringIO(plain.body.decode(), newline="")))
        names = {row[0] for row in rows[1:]}
        self.assertEqual(names, {"Steinlia kommune", "'" + HOSTILE}, "a formula is kept a text")
        self.assertEqual(plain.body.count(b"\r\n"), 3)
        excel = self.csv("/api/v1/portfolios/all/members/table?format=csv&separator=semicolon&bom=yes&decimal=comma&lang=nb")
        self.assertTrue(excel.body.startswith(b"\xef\xbb\xbfVirksomhet;"))
        cp = self.score["score_cp"]
        self.assertIn(f";{cp // 100},{cp % 100:02};", excel.body.decode())
        self.assertEqual(self.admin.get("/api/v1/findings/table?format=ods", expect=422).problem, "wrong-field")
        self.assertEqual(self.admin.get(f"{self.home}/report.pdf?pages=3", expect=422).problem, "wrong-field")

    def test_the_command(self) -> None:
        command = [UTSYN, "report", self.id, "--db", self.service.db, "--lang", "en"]
        for pages, out in ((1, "one.pdf"), (5, "five.pdf")):
            path = self.folder / out
            done = subprocess.run([*command, "--pages", str(pages), "--out", str(path), "--target", "80.5"], capture_output=True, text=True,
                                  timeout=60 * SLOWER, env=environment(), check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertRegex(ran("pdfinfo", path), rf"Pages: +{pages}\n")
        self.assertIn("80.5", ran("pdftotext", path, "-"))
        done = subprocess.run([*command, "--out", "-"], capture_output=True, text=True, timeout=60 * SLOWER, env=environment(), check=False)
        self.assertTrue(done.stdout.startswith("<!doctype html>"))
        for wrong, status in ((["--out", "x.docx"], 2), (["--out", "x.pdf", "--target", "101"], 2), (["--out", "x.pdf", "--pages", "2"], 2)):
            done = subprocess.run([*command, *wrong], capture_output=True, text=True, timeout=60 * SLOWER, env=environment(), check=False)
            self.assertEqual(done.returncode, status, done.stderr)
        done = subprocess.run([UTSYN, "report", "nobody", "--db", self.service.db, "--out", str(self.folder / "x.pdf")], capture_output=True,
                              text=True, timeout=60 * SLOWER, env=environment(), check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("no organisation 'nobody'", done.stderr)

    def test_not_measured(self) -> None:
        path = f"/api/v1/organisations/{self.supplier}/report"
        self.assertFalse(self.admin.get(path).json["scored"])
        self.assertEqual(self.admin.get(f"{path}.pdf", expect=404).problem, "not-scored")


def at(value: object, path: str) -> object:
    for step in path.split("/") if path else ():
        if value is None:
            return None
        value = value[int(step)] if isinstance(value, list) else value.get(step)
    return value


def told(cell: object, value: object) -> bool:
    """Whether a cell of a workbook says what a member of an answer says."""
    if value is None or value == [] or value == "":
        return cell is None
    if isinstance(value, bool):
        return cell == ("yes" if value else "no")
    if isinstance(value, list):
        return cell == " ".join(value)
    if isinstance(cell, datetime):
        written = cell.strftime("%Y-%m-%dT%H:%M:%SZ")
        return written == value or written[:10] == value
    if isinstance(value, int):
        return cell == value or round((cell or 0) * 100) == value
    return cell == value


class EveryList(unittest.TestCase):
    """Each list as a file: what stands in the file is what the list answers to the same reader, no more and no less."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.service = Service().__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.admin = admin = cls.service.administrator()
        cls.ids = [admin.post("/api/v1/organisations", {"name": name, "kind": "municipality"}, expect=201).json["id"]
                   for name in ("Steinlia kommune", "Fjordvik kommune", "Nordli kommune")]
        cls.home, cls.other = (f"/api/v1/organisations/{one}" for one in cls.ids[:2])
        cls.supplier = admin.post("/api/v1/organisations", {"name": HOSTILE, "kind": "supplier"}, expect=201).json["id"]
        for home in (cls.home, cls.other):
            admin.post(f"{home}/suppliers", {"supplier": cls.supplier, "criticality": 4, "note": "+47 is no sum"}, expect=201)
        cls.reader = cls.service.user("security", cls.ids[0])
        cls.user = cls.reader.get("/api/v1/me").json["id"]
        admin.put(f"/api/v1/users/{cls.user}/grants/{cls.ids[1]}", {"detail": "score", "reason": "=1+1"}, expect=200)
        admin.post("/api/v1/invitations", {"role": "security", "organisation": cls.ids[0], "email": "ola@steinlia.example"}, expect=201)
        admin.post("/api/v1/opt-outs", {"pattern": "ikke.example", "reason": "@asked by letter"}, expect=201)
        channel = admin.post("/api/v1/channels", {"name": "=cmd()", "kind": "webhook", "address": "https://hook.example/x"}, expect=201).json["id"]
        admin.post("/api/v1/alert-rules", {"kind": "new_asset", "channel": channel}, expect=201)
        admin.post(f"/api/v1/channels/{channel}/test", expect=202)
        admin.post("/api/v1/me/tokens", {"name": "a machine", "scopes": ["read"], "days": 1}, expect=201)
        cls.portfolio = admin.post("/api/v1/portfolios", {"name": "Kysten", "form": "list", "members": [{"organisation": one} for one in cls.ids]},
                                   expect=201).json["id"]

    def book(self, path: str, client: Client | None = None) -> list[dict]:
        answer = (client or self.admin).get(path)
        sheet = openpyxl.load_workbook(io.BytesIO(answer.body)).worksheets[0]
        for row in sheet.iter_rows():
            for cell in row:
                self.assertNotEqual(cell.data_type, "f", "no cell is a formula")
        rows = list(sheet.iter_rows(values_only=True))
        return [dict(zip(rows[0], row)) for row in rows[1:]]

    # Path of the list; where its items are; where the file is; heading and member.
    LISTS = (
        ("/users", "items", "/users/table", {"Login": "login", "Name": "name", "Role": "role", "Second factor": "totp", "Created": "created", "Last login": "last_login"}),
        ("/users?role=security&q=user", "items", "/users/table?role=security&q=user", {"Login": "login"}),
        ("/users/{user}/grants", "items", "/users/{user}/grants/table", {"Organisation": "organisation_name", "Sees": "detail", "Reason": "reason", "Acts for it": "acts"}),
        ("/users/{user}/tokens", "items", "/users/{user}/tokens/table", {"Name": "name"}),
        ("/me/tokens", "items", "/me/tokens/table", {"Name": "name", "Permissions": "scopes", "Expires": "expires", "Last used": "used"}),
        ("/invitations", "items", "/invitations/table", {"E-mail address": "email", "Role": "role", "Expires": "expires"}),
        ("/schedule?sort=name", "items", "/schedule/table?sort=name", {"Organisation": "organisation_name", "Next measurement": "due", "Failed in a row": "failures"}),
        ("/backups", "items", "/backups/table", {"File": "name"}),
        ("/system", "feeds", "/system/feeds/table", {"Name": "name", "File": "file", "Present": "present", "Check": "checks"}),
        ("/opt-outs", "items", "/opt-outs/table", {"Pattern": "pattern", "Reason": "reason"}),
        ("/ownerless-assets", "items", "/ownerless-assets/table", {"Asset": "asset"}),
        ("/alerts", "items", "/alerts/table", {"Kind": "kind"}),
        ("/alert-rules", "items", "/alert-rules/table", {"Kind": "kind", "Threshold": "threshold", "Pace": "pace", "Active": "active"}),
        ("/channels", "items", "/channels/table", {"Name": "name", "Address": "address", "Format": "format", "Confirmed": "confirmed"}),
        ("/deliveries", "items", "/deliveries/table", {"State": "state", "Attempts": "attempts", "Created": "created"}),
        ("{home}/suppliers", "items", "{home}/suppliers/table", {"Supplier": "name", "Criticality": "criticality", "What they carry": "note", "Score": "score/score_cp"}),
        ("{vendor}/customers", "items", "{vendor}/customers/table", {"Supplier": "name", "Criticality": "criticality"}),
        ("{home}/suppliers/{supplier}", "carries", "{home}/suppliers/{supplier}/carries/table", {"Asset": "asset"}),
        ("{home}/findings/ages", "bands", "{home}/findings/ages/table", {"From days": "from_days", "To days": "to_days", "Critical": "critical", "Findings": "total"}),
        ("{home}/acceptances", "items", "{home}/acceptances/table", {"Title": "title"}),
        ("{home}/peers", "groups", "{home}/peers/table", {"Group": "group", "Key of the group": "key", "Too few to show": "suppressed", "Median": "figures/median_cp"}),
        ("/findings/groups?by=severity", "items", "/findings/groups/table?by=severity", {"Group": "title", "Findings": "findings"}),
        ("/portfolios", "items", "/portfolios/table", {"Name": "name", "Form": "form", "Own": "own"}),
        ("/portfolios/all/history", "points", "/portfolios/all/history/table", {"Day": "day", "Members": "members", "Median": "figures/median_cp"}),
        ("/portfolios/all/breakdown?by=kind", "total cells", "/portfolios/all/breakdown/table?by=kind",
         {"Group": "key", "Members": "members", "Too few to show": "suppressed", "Rated": "figures/rated", "Median": "figures/median_cp", "P10": "figures/p10_cp"}),
        ("/portfolios/all/concentration?most=100", "most", "/portfolios/all/concentration/table", {"Lean on": "name", "Share (%)": "share", "Organisations": "organisations"}),
        ("/portfolios/all/actions?most=100", "actions", "/portfolios/all/actions/table", {"Run by": "operator", "Check": "check", "Gain (points)": "gain_cp"}),
        ("/portfolios/all/movers?most=100", "worst improved worsened", "/portfolios/all/movers/table", {"Organisation": "name", "Score": "score_cp", "Change": "change_cp"}),
        ("/comparison?organisation={one}&organisation={two}&portfolio=all", "organisations", "/comparison/organisations/table?organisation={one}&organisation={two}&portfolio=all",
         {"Organisation": "name", "Id": "organisation", "Kind": "kind", "Score": "score_cp", "Measured": "measured", "Critical": "findings/critical"}),
        ("/comparison?organisation={one}&portfolio={portfolio}", "portfolios", "/comparison/portfolios/table?organisation={one}&portfolio={portfolio}",
         {"Name": "name", "Members": "members", "Median": "figures/median_cp"}),
        ("/nation?by=kind", "total cells", "/nation/table?by=kind", {"Group": "key", "Members": "members", "Too few to show": "suppressed", "Median": "figures/median_cp", "A": "figures/grades/A"}),
        ("/nation/tiles", "items", "/nation/tiles/table", {"Organisation": "name", "Score": "score_cp", "Grade": "grade"}),
        ("/checks?area=email", "items", "/checks/table?area=email", {"Check": "id", "Title": "title/en", "Profile": "profile", "Minutes, first": "minutes/first"}),
        ("/checks/email.dmarc.policy", "examples", "/checks/email.dmarc.policy/examples/table", {"Situation": "situation_text/en", "Outcome": "verdict", "Reason": "reason_text/en"}),
        ("/method", "severities threats evidence freshness deadlines overdue control treatment values gates grades", "/method/table",
         {"Name": "name", "Days": "days", "Grade": "grade", "At most (points)": "cap_cp"}),
    )

    def filled(self, path: str) -> str:
        words = {"user": self.user, "home": self.home.removeprefix("/api/v1"), "vendor": f"/organisations/{self.supplier}", "supplier": self.supplier,
                 "one": self.ids[0], "two": self.ids[1], "portfolio": self.portfolio}
        return "/api/v1" + re.sub(r"\{(\w+)\}", lambda blank: words[blank[1]], path)

    def test_a_file_says_what_its_list_says(self) -> None:
        for source, parts, file, columns in self.LISTS:
            with self.subTest(file):
                answer = self.admin.get(self.filled(source) + ("&" if "?" in source else "?") + "lang=en").json
                items = []
                for part in parts.split():
                    found = at(answer, part)
                    items += found if isinstance(found, list) else [found]
                rows = self.book(self.filled(file) + ("&" if "?" in file else "?") + "lang=en")
                self.assertEqual(len(rows), len(items))
                for row, item in zip(rows, items):
                    for heading, member in columns.items():
                        self.assertTrue(told(row[heading], at(item, member)), f"{heading}: {row[heading]!r}, {at(item, member)!r}")

    def test_what_is_looked_up_beside_a_row(self) -> None:
        names = {row["Login"]: row["Organisation"] for row in self.book("/api/v1/users/table?lang=en")}
        self.assertIn("Steinlia kommune", names.values())
        for path in ("alert-rules", "deliveries"):
            rows = self.book(f"/api/v1/{path}/table?lang=en")
            self.assertEqual([(row["Channel"], row["Address"]) for row in rows], [("=cmd()", "https://hook.example/x")], path)
        members = {row["Name"]: row["Members"] for row in self.book("/api/v1/portfolios/table?lang=en")}
        self.assertEqual(members, {"Kysten": 3})

    def test_lists_of_several_pages(self) -> None:
        """More than the five hundred that a page has."""
        portfolio = "/api/v1/portfolios"
        for n in range(505):
            self.reader.post(portfolio, {"name": f"Utvalg {n}", "form": "filter", "filter": {}}, expect=201)
        rows = self.book(f"{portfolio}/table?lang=en", self.reader)
        self.assertEqual({row["Name"] for row in rows}, {f"Utvalg {n}" for n in range(505)})
        self.assertEqual(len(rows), 505)

    def test_what_a_reader_does_not_see_is_in_no_file(self) -> None:
        for path in ("/portfolios/all/breakdown/table", "/portfolios/all/history/table", "/portfolios/all/movers/table", "/portfolios/table",
                     "/portfolios/all/concentration/table", f"/comparison/organisations/table?organisation={self.ids[0]}&organisation={self.ids[1]}",
                     "/deliveries/table", "/alert-rules/table", f"/organisations/{self.ids[0]}/suppliers/table"):
            body = self.reader.get(f"/api/v1{path}{'&' if '?' in path else '?'}format=csv&lang=en").body.decode()
            for hidden in ("Nordli", self.ids[2], "Kysten", "hook.example"):
                self.assertNotIn(hidden, body, path)
        for path, status in ((f"/organisations/{self.ids[2]}/suppliers/table", 404), (f"/organisations/{self.ids[1]}/suppliers/table", 403),
                             (f"/portfolios/{self.portfolio}/breakdown/table", 404), ("/users/table", 403), ("/schedule/table", 403), ("/opt-outs/table", 403),
                             (f"/comparison/organisations/table?organisation={self.ids[0]}&organisation={self.ids[2]}", 404),
                             (f"/organisations/{self.ids[0]}/score/figures/table", 404), (f"/organisations/{self.ids[0]}/score/plan/table", 404)):
            self.reader.get(f"/api/v1{path}", expect=status)

    def test_csv_of_a_list(self) -> None:
        answer = self.admin.get(self.filled("{home}/suppliers/table?format=csv&separator=semicolon&bom=yes&lang=nb"))
        self.assertRegex(answer.headers["content-disposition"], r'^attachment; filename="utsyn-suppliers-[\d-]+\.csv"$')
        rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"), newline=""), delimiter=";"))
        self.assertEqual(rows[0][:3], ["Leverandør", "Id", "Kritikalitet"])
        self.assertEqual(rows[1][0], "'" + HOSTILE, "a formula is kept a text")
        self.assertEqual(rows[1][6], "'+47 is no sum")
        for wrong in ("/users/table?format=ods", "/users/table?role=king", "/findings/groups/table?by=colour", "/portfolios/all/concentration/table?kind=weather",
                      "/nation/tiles/table?day=yesterday", "/comparison/organisations/table"):
            self.assertEqual(self.admin.get(f"/api/v1{wrong}", expect=422).problem, "wrong-field", wrong)


class ManyFindings(unittest.TestCase):
    COUNT = 100_000

    def test_a_hundred_thousand(self) -> None:
        with Service() as service:
            admin = service.administrator()
            ids = [admin.post("/api/v1/organisations", {"name": f"Kommune {n}", "kind": "municipality"}, expect=201).json["id"] for n in range(2)]
            with sqlite3.connect(service.db) as store:
                store.executemany(
                    """INSERT INTO finding (organisation, id, asset, "check", outcome, severity, confidence, reason, state, first_seen, last_seen)
                       VALUES (?, ?, ?, 'http.hsts.exists', 'fail', ?, 'confirmed', 'no-header', 'open', 1790000000, 1795000000)""",
                    ((ids[0], f"http.hsts.exists@web:{n:06}.example:443", f"web:{n:06}.example:443", ("medium", "high", "low")[n % 3])
                     for n in range(self.COUNT)))
            store.close()
            before = service.resident_kb()
            for path in (f"/api/v1/organisations/{ids[0]}/findings/table", "/api/v1/findings/table"):
                answer = admin.get(f"{path}?format=csv&lang=en")
                rows = answer.body.decode().split("\r\n")
                self.assertEqual(len(rows), self.COUNT + 2)
                self.assertEqual(len(set(rows)), self.COUNT + 2, "each once")
                self.assertLess(answer.seconds, 30 * SLOWER)
                answer = admin.get(f"{path}?lang=en")
                self.assertLess(answer.seconds, 40 * SLOWER)
                book = openpyxl.load_workbook(io.BytesIO(answer.body), read_only=True)
                self.assertEqual(book.worksheets[0].max_row, self.COUNT + 1)
            if SLOWER == 1:
                self.assertLess(service.resident_kb() - before, 200_000, "in pieces, not all in memory")


if __name__ == "__main__":
    unittest.main()
