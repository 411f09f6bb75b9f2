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
        self.assertLess(answer.seconds, 20 * SLOWER)
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
