#!/usr/bin/python3
"""The register and the footprint as people use them: organisations from files, suppliers and who follows them, what is
decided about assets and what it does to the score, proof of ownership, and those who do not want to be asked."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import time
import unittest
import zipfile
from pathlib import Path
from urllib.parse import quote

from house import LAB_DIR, ROOT, SLOWER
from service import Service
from test_alerts import measured, wait_until

TESTDATA = Path(os.environ.get("UTSYN_TESTDATA", ROOT.parent / "shared" / "data"))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REASON = "it belongs to the neighbour"
EVIDENCE = "contract 2026/17 with the neighbour"


def check_digit(first: str) -> str | None:
    rest = sum(int(digit) * weight for digit, weight in zip(first, (3, 2, 7, 6, 5, 4, 3, 2))) % 11
    return None if rest == 1 else str((11 - rest) % 11)


def numbers(count: int, start: int = 10000000) -> list[str]:
    """Organisation numbers nobody has: Enhetsregisteret begins with 8 and 9."""
    found: list[str] = []
    while len(found) < count:
        if digit := check_digit(str(start)):
            found.append(f"{start}{digit}")
        start += 1
    return found


def workbook(rows: list[list[object]]) -> bytes:
    """A workbook as a spreadsheet saves it: numbers as numbers, texts shared."""
    texts: list[str] = []

    def cell(column: int, row: int, value: object) -> str:
        name = f"{chr(ord('A') + column)}{row}"
        if isinstance(value, int):
            return f'<c r="{name}"><v>{value}</v></c>'
        texts.append(str(value).replace("&", "&amp;").replace("<", "&lt;"))
        return f'<c r="{name}" t="s"><v>{len(texts) - 1}</v></c>'

    sheet = "".join(f'<row r="{i}">' + "".join(cell(j, i, value) for j, value in enumerate(row) if value != "") + "</row>"
                    for i, row in enumerate(rows, 1))
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", f'<workbook {main} xmlns:r="{relations}"><sheets><sheet name="Ark1" sheetId="1" r:id="rId1"/></sheets></workbook>')
        file.writestr("xl/_rels/workbook.xml.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                      f'<Relationship Id="rId1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
        file.writestr("xl/sharedStrings.xml", f"<sst {main}>" + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>")
        file.writestr("xl/worksheets/sheet1.xml", f"<worksheet {main}><sheetData>{sheet}</sheetData></worksheet>")
    return out.getvalue()


class RegisterOn:
    database = ""

    @classmethod
    def setUpClass(cls) -> None:
        cls.service = Service(database=cls.database).__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.admin = cls.service.administrator()

    def take_in(self, content: bytes, kind: str, where: str = "", **options) -> dict:
        return self.admin.post("/api/v1/imports" + where, raw=content, headers={"Content-Type": kind}, **{"expect": 200, **options}).json

    def test_a_workbook_is_previewed_corrected_and_taken_in_once(self) -> None:
        first, second, third = numbers(3, 20000000)
        rows: list[list[object]] = [["Org.nr.", "Navn", "Type", "Kommunenr", "Innbyggere", "Målform", "Domener", "Leverer til"],
                                    [int(first), "Blåfjell kommune", "Kommune", 301, 15221, "Nynorsk", "blåfjell.example", ""],
                                    [f"{second[:3]} {second[3:6]} {second[6:]}", "Fjord Drift AS", "Leverandør", "", "", "", "fjord-drift.example", first],
                                    [third[:8] + str((int(third[8]) + 1) % 10), "Feil siffer", "Annet", "", "", "", "", ""]]
        preview = self.take_in(workbook(rows), XLSX, "/preview?lang=nb")
        self.assertEqual((preview["committed"], preview["created"], len(preview["faults"])), (False, 2, 1))
        fault = preview["faults"][0]
        self.assertEqual((fault["row"], fault["column"]), (4, "Org.nr."))
        self.assertIn("Slå det opp i Enhetsregisteret", fault["message"])
        self.assertEqual(self.admin.get(f"/api/v1/organisations?q={first}").json["items"], [])
        self.assertFalse(self.take_in(workbook(rows), XLSX)["committed"])
        self.assertEqual(self.admin.get(f"/api/v1/organisations?q={first}").json["items"], [])
        rows[3][0] = int(third)
        done = self.take_in(workbook(rows), XLSX)
        self.assertEqual((done["committed"], done["created"]), (True, 3))
        again = self.take_in(workbook(rows), XLSX)
        self.assertEqual((again["created"], again["changed"], again["unchanged"]), (0, 0, 3))
        town = self.admin.get(f"/api/v1/organisations/{first}").json
        self.assertEqual((town["municipality"], town["county"], town["language"], town["population"]), ("0301", "03", "nn", 15221))
        self.assertEqual([one["id"] for one in self.admin.items(f"/api/v1/organisations/{first}/suppliers")], [second])
        self.assertEqual([one["shown"] for one in self.admin.items(f"/api/v1/organisations/{first}/targets")], ["blåfjell.example"])
        self.assertEqual(self.admin.get("/api/v1/organisations?q=" + quote("blåfj")).json["total"], 1)

    def test_a_key_belongs_to_its_parameters_too(self) -> None:
        (whole,) = numbers(1, 25000000)
        rows, key = f"orgnr,navn\n{whole},Hel AS\n123456789,Feil siffer\n".encode(), {"Content-Type": "text/csv", "Idempotency-Key": "import-of-today"}
        first = self.admin.post("/api/v1/imports?kind=supplier", raw=rows, headers=key, expect=200).json
        self.assertEqual((first["committed"], len(first["faults"])), (False, 1))
        other = self.admin.post("/api/v1/imports?kind=supplier&skip_faulty=true", raw=rows, headers=key, expect=422)
        self.assertEqual(other.problem, "idempotency-key-reused")
        taken = self.admin.post("/api/v1/imports?kind=supplier&skip_faulty=true", raw=rows, headers={**key, "Idempotency-Key": "import-of-today-2"}, expect=200).json
        self.assertEqual((taken["committed"], taken["created"]), (True, 1))

    def test_files_that_are_no_tables_are_refused_in_words(self) -> None:
        for content, word in ((b"", "tom"), (b"PK\x03\x04broken", "skadd"), (b"a\0b", "CSV"), (b'a;"b', "anf\u00f8rselstegn"), (b"farge;form\nr;s\n", "overskrift")):
            answer = self.admin.post("/api/v1/imports?lang=nb", raw=content, headers={"Content-Type": "application/octet-stream"})
            words = answer.json["detail"] if answer.status != 200 else answer.json["faults"][0]["message"]
            self.assertIn(word, words)
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("xl/workbook.xml", b" " * (64 << 20))
        before = self.service.resident_kb()
        answer = self.admin.post("/api/v1/imports", raw=bomb.getvalue(), headers={"Content-Type": XLSX}, expect=422)
        self.assertEqual(answer.problem, "wrong-field")
        self.assertLess(self.service.resident_kb() - before, 60_000 * SLOWER)

    def test_each_reader_finds_its_own_and_nothing_else(self) -> None:
        a, b, supplier = numbers(3, 30000000)
        for number, name, kind in ((a, "Indre Ås kommune", "municipality"), (b, "Ytre Ås kommune", "municipality"), (supplier, "Ås Drift AS", "supplier")):
            self.admin.post("/api/v1/organisations", {"number": number, "name": name, "kind": kind}, expect=201)
        for customer in (a, b):
            self.admin.post(f"/api/v1/organisations/{customer}/suppliers", {"supplier": supplier, "criticality": 4}, expect=201)
        reader, seat = self.service.user("security", a), self.service.user("supplier", supplier)
        listed = reader.get("/api/v1/organisations").json
        # Its own, and its supplier: the score alone (docs/decisions/0006).
        self.assertEqual(({one["id"] for one in listed["items"]}, listed["total"]), ({a, supplier}, 2))
        self.assertEqual(reader.get("/api/v1/organisations?q=" + quote("ås")).json["total"], 2)
        reader.get(f"/api/v1/organisations/{supplier}/findings", expect=403)
        self.assertEqual(reader.get(f"/api/v1/organisations?q={b}").json["items"], [])
        hidden, absent = (reader.get(f"/api/v1/organisations/{one}", expect=404).json for one in (b, "900000000"))
        self.assertEqual({**hidden, "instance": ""}, {**absent, "instance": ""})
        self.assertEqual([one["id"] for one in reader.items(f"/api/v1/organisations/{a}/suppliers")], [supplier])
        reader.get(f"/api/v1/organisations/{b}/suppliers", expect=404)
        self.assertEqual([one["id"] for one in seat.items(f"/api/v1/organisations/{supplier}/customers")], [a, b])
        self.assertEqual({one["score"] for one in seat.items(f"/api/v1/organisations/{supplier}/customers")}, {None})
        for client in (reader, seat):
            self.assertEqual(client.post("/api/v1/organisations", {"name": "Ny"}).status, 403)
            self.assertEqual(client.post("/api/v1/imports", raw=b"navn\nNy\n", headers={"Content-Type": "text/csv"}).status, 403)
            self.assertEqual(client.post("/api/v1/opt-outs", {"pattern": "x.example", "reason": "x"}).status, 403)

    def test_a_customer_takes_over_nobody_that_left(self) -> None:
        home, left = numbers(2, 40000000)
        self.admin.post("/api/v1/organisations", {"number": home, "name": "Kjøper kommune", "kind": "municipality"}, expect=201)
        self.admin.post("/api/v1/organisations", {"number": left, "name": "Borte kommune", "kind": "municipality", "population": 5000}, expect=201)
        self.admin.post(f"/api/v1/organisations/{left}/targets", {"kind": "domain", "name": "borte.example"}, expect=201)
        self.admin.delete(f"/api/v1/organisations/{left}?reason=" + quote("slått sammen"), expect=204)
        before = self.admin.get(f"/api/v1/organisations/{left}").json
        buyer = self.service.user("procurement", home)
        mine = {"supplier": left, "name": "Falskt navn", "domain": "angriper.example"}
        refused = buyer.post(f"/api/v1/organisations/{home}/suppliers?lang=nb", mine, expect=409)
        self.assertIn("tatt ut av registeret", refused.json["detail"])
        buyer.get(f"/api/v1/organisations/{left}", expect=404)
        self.assertEqual(self.admin.get(f"/api/v1/organisations/{left}").json, before)
        self.admin.post(f"/api/v1/organisations/{home}/suppliers", mine, expect=201)
        after = self.admin.get(f"/api/v1/organisations/{left}").json
        self.assertEqual((after["name"], after["kind"], after["population"], after["removed"]), ("Borte kommune", "municipality", 5000, None))
        self.assertEqual([one["shown"] for one in self.admin.items(f"/api/v1/organisations/{left}/targets")], ["borte.example"])

    def test_a_refused_row_leaves_nothing(self) -> None:
        done = self.take_in("navn;domener;verter\nStykkevis AS;stykkevis-as.example;x.annet.example\nUdelt AS;udelt-as.example;www.udelt-as.example\n".encode(), "text/csv", "?skip_faulty=true")
        self.assertEqual((done["created"], len(done["faults"])), (1, 1))
        self.assertEqual(self.admin.get("/api/v1/organisations?q=stykkevis").json["items"], [])
        self.assertEqual(len(self.admin.get("/api/v1/organisations?q=udelt-as").json["items"]), 1)

    def test_two_of_one_name_stay_two(self) -> None:
        file = "Navn;Type;Kommunenummer;Innbyggere\nTvillingøy kommune;kommune;1515;9000\nTvillingøy kommune;kommune;1818;1800\n".encode()
        preview = self.take_in(file, "text/csv", "/preview")
        self.assertEqual((preview["created"], preview["changed"], preview["faults"]), (2, 0, []))
        self.assertEqual(self.take_in(file, "text/csv")["created"], 2)
        self.assertEqual(self.take_in(file, "text/csv")["unchanged"], 2)
        found = {one["municipality"]: (one["id"], one["population"]) for one in self.admin.items("/api/v1/organisations?q=" + quote("tvillingøy"))}
        self.assertEqual({place: people for place, (_, people) in found.items()}, {"1515": 9000, "1818": 1800})
        unclear = self.take_in("Navn;Type\nTvillingøy kommune;kommune\n".encode(), "text/csv", "/preview?lang=nb")
        self.assertEqual([fault["code"] for fault in unclear["faults"]], ["name-ambiguous"])
        for id_, _ in found.values():
            self.assertIn(id_, unclear["faults"][0]["message"])
        twice = self.take_in("Navn;Type\nBare én AS;leverandør\nBare én AS;leverandør\n".encode(), "text/csv", "/preview")
        self.assertEqual((twice["created"], [(fault["row"], fault["code"]) for fault in twice["faults"]]), (1, [(3, "organisation-twice")]))

    def test_the_municipalities_of_norway(self) -> None:
        path = TESTDATA / "norway" / "kommuner_2024.csv"
        if not path.exists():
            self.skipTest(f"{path} is not there; name its folder with UTSYN_TESTDATA")
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
        started = time.monotonic()
        taken = self.take_in(path.read_bytes(), "text/csv", "?kind=municipality")
        self.assertLess(time.monotonic() - started, 10 * SLOWER)
        self.assertEqual((taken["committed"], taken["faults"], taken["created"] + taken["changed"]), (True, [], len(rows)))
        self.assertEqual(self.take_in(path.read_bytes(), "text/csv", "?kind=municipality")["unchanged"], len(rows))
        towns = {one["municipality"]: one for one in self.admin.items("/api/v1/organisations?limit=200&kind=municipality") if one["kostra"]}
        self.assertEqual(len(towns), len(rows))
        for row in rows:
            town = towns[row["kommunenummer"]]
            self.assertEqual((town["name"], town["county"], town["kostra"], town["population"], town["number"] or ""),
                             (row["navn"], row["fylkesnummer"], row["kostragruppe"], int(row["folketall_2024"]), row["orgnr"]))
        county = self.admin.items("/api/v1/organisations?county=46&sort=-population&limit=30")
        self.assertEqual([one["population"] for one in county], sorted((one["population"] for one in county), reverse=True))
        self.assertEqual({one["municipality"] for one in self.admin.items("/api/v1/organisations?q=" + quote("herøy"))}, {"1515", "1818"})


class RegisterOnSqlite(RegisterOn, unittest.TestCase):
    database = "sqlite"


class RegisterOnPostgresql(RegisterOn, unittest.TestCase):
    database = "postgresql"


class Footprint(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.service = Service(measuring=True).__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.admin = cls.service.administrator()
        cls.steinlia = measured(cls.admin, "Steinlia kommune", "steinlia.example")
        cls.path = f"/api/v1/organisations/{cls.steinlia}"

    def assets(self) -> dict[str, dict]:
        return {one["id"]: one for one in self.admin.items(self.path + "/assets?limit=100")}

    def score(self) -> int:
        return self.admin.get(self.path).json["score"]["score_cp"]

    def settle(self) -> list[dict]:
        """Waits until everything that was wanted has been measured."""
        def jobs() -> list[dict]:
            found = self.admin.get(self.path + "/jobs").json["items"]
            return found if all(job["state"] in ("done", "failed") for job in found) else []
        return wait_until(jobs, 90 * SLOWER)

    def test_a_rejected_asset_leaves_the_score_as_foretold_and_may_return(self) -> None:
        asset = "www.steinlia.example:443"
        self.settle()
        before = self.score()
        self.assertEqual(self.assets()[asset]["state"], "proposed")
        place = f"{self.path}/assets/{quote(asset, safe='')}/decision"
        self.assertEqual(self.admin.put(place, {"state": "rejected", "reason": "no"}).status, 422)
        decided = self.admin.put(place, {"state": "rejected", "reason": REASON, "evidence": EVIDENCE}, expect=200).json
        effect = decided["asset"]["decision"]["effect"]
        self.assertEqual(effect["before_cp"], before)
        self.settle()
        self.assertEqual(self.score(), effect["after_cp"])
        rejected = self.assets()[asset]
        self.assertEqual((rejected["state"], rejected["present"]), ("rejected", False))
        self.assertEqual([one["asset"] for one in self.admin.items("/api/v1/ownerless-assets")], [asset])
        self.admin.put(place, {"state": "proposed"}, expect=200)
        self.settle()
        self.assertEqual((self.score(), self.assets()[asset]["present"]), (before, True))
        history = self.admin.get(f"{self.path}/assets/{quote(asset, safe='')}").json
        self.assertEqual([one["state"] for one in history["decisions"]], ["proposed", "rejected"])

    def test_a_supplier_drops_no_bad_domain_by_the_side_door(self) -> None:
        home = measured(self.admin, "Nordsky Drift AS", "nordsky.example")
        supplier = self.service.user("supplier", home)
        path = f"/api/v1/organisations/{home}"
        asset, bad = "tls10-only.testfelt.example:443", "tls10-only.testfelt.example"

        def settled() -> int:
            wait_until(lambda: all(job["state"] in ("done", "failed") for job in self.admin.get(path + "/jobs").json["items"]), 90 * SLOWER)
            return self.admin.get(path).json["score"]["score_cp"]

        def add(name: str) -> None:
            """A supplier's seat asks, the administrator confirms."""
            asked = supplier.post(path + "/targets", {"kind": "domain", "name": name}, expect=201).json
            self.assertEqual(asked["state"], "waiting")
            self.admin.post(f"{path}/targets/domain/{name}/answer", {"confirmed": True, "reason": EVIDENCE}, expect=200)

        good = settled()
        add(bad)
        worse = settled()
        self.assertLess(worse, good)

        def drop(reason: str, evidence: str) -> tuple[int, str]:
            answer = supplier.delete(f"{path}/targets/domain/{bad}?reason={quote(reason)}&evidence={quote(evidence)}")
            return answer.status, answer.json["field"] if answer.status == 422 else ""

        self.assertEqual(drop("x", ""), (422, "reason"))
        self.assertEqual(drop(REASON, ""), (422, "evidence"))
        self.assertEqual(len(supplier.get(path + "/targets").json["items"]), 2)
        self.assertEqual(drop(REASON, EVIDENCE), (204, ""))
        queue = {one["asset"]: one["decision"] for one in self.admin.items("/api/v1/ownerless-assets") if one["organisation"] == home}
        self.assertLessEqual({asset, bad}, set(queue))
        self.assertEqual({one["evidence"] for one in queue.values()}, {EVIDENCE})
        self.assertEqual(queue[bad]["effect"], {"before_cp": worse, "after_cp": settled()})
        logged = next(one for one in self.admin.items("/api/v1/audit?action=target.remove") if one["object"] == bad)
        self.assertEqual(logged["detail"]["effect"], queue[bad]["effect"])
        place = f"{path}/assets/{bad}/decision"
        self.assertEqual(supplier.put(place, {"state": "confirmed"}).status, 409)
        # A slip of the pen, never measured, goes at once; and what comes back is judged again.
        self.admin.put("/api/v1/system/stop", {"stopped": True, "reason": "a slip of the pen"}, expect=200)
        add("nordksy.example")
        supplier.delete(f"{path}/targets/domain/nordksy.example?reason=x", expect=204)
        self.admin.put("/api/v1/system/stop", {"stopped": False, "reason": "done"}, expect=200)
        add(bad)
        self.assertEqual(settled(), worse)
        self.assertEqual([one for one in self.admin.items("/api/v1/ownerless-assets") if one["organisation"] == home], [])

    def test_nobody_elses_domain_is_measured_before_it_is_sure_whose_it_is(self) -> None:
        """A grant is not walked round by adding the domain to one's own organisation."""
        home = self.admin.post("/api/v1/organisations", {"name": "Testdrift AS", "kind": "supplier"}, expect=201).json["id"]
        path = f"/api/v1/organisations/{home}"
        seat, officer = self.service.user("supplier", home), self.service.user("security", home)
        seat.get(self.path, expect=404)

        def states() -> dict[str, str]:
            return {one["name"]: one["state"] for one in seat.items(path + "/targets")}

        def jobs() -> list[dict]:
            return self.admin.get(path + "/jobs").json["items"]

        # The answer is the same for what another has and what nobody has.
        answers = [seat.post(path + "/targets", {"kind": "domain", "name": name}, expect=201).json for name in ("steinlia.example", "ingens.example")]
        for answer in answers:
            for own in ("name", "shown", "added"):
                answer.pop(own)
        self.assertEqual(answers[0], answers[1])
        seat.post(path + "/targets", {"kind": "host", "name": "www.steinlia.example"}, expect=201)
        self.assertEqual(seat.post(path + "/assets", {"host": "ny.steinlia.example", "reason": "where cases are read"}).status, 409)
        officer.post(path + "/targets", {"kind": "domain", "name": "sak.steinlia.example"}, expect=201)
        self.assertEqual(set(states().values()), {"waiting"})
        self.assertEqual(jobs(), [])
        job = seat.post(path + "/recheck")
        if job.status == 202:
            wait_until(lambda: self.admin.get(f"/api/v1/jobs/{job.json['id']}").json["state"] in ("done", "failed"), 90 * SLOWER)
        self.assertEqual(seat.items(path + "/findings"), [])
        self.assertEqual((self.admin.get(path).json["score"], seat.items(path + "/assets")), (None, []))
        self.assertEqual(self.admin.get("/api/v1/organisations?q=ingens.example").json["total"], 0)

        # The administrator sees who else has it, and says no; nobody else answers.
        queue = {one["name"]: [other["name"] for other in one["others"]] for one in self.admin.items("/api/v1/waiting-targets") if one["organisation"] == home}
        self.assertEqual(queue, {"steinlia.example": ["Steinlia kommune"], "www.steinlia.example": ["Steinlia kommune"],
                                 "sak.steinlia.example": ["Steinlia kommune"], "ingens.example": []})
        answer = f"{path}/targets/domain/steinlia.example/answer"
        for user in (seat, officer):
            self.assertEqual(user.post(answer, {"confirmed": True, "reason": EVIDENCE}).status, 403)
            user.get("/api/v1/waiting-targets", expect=403)
        self.admin.post(answer, {"confirmed": False, "reason": REASON}, expect=200)
        refused = next(one for one in seat.items(path + "/targets") if one["name"] == "steinlia.example")
        self.assertEqual((refused["state"], refused["answer"]), ("refused", REASON))

        # An officer's new domain that nobody has is measured at once; a proof lets in what waits.
        self.assertEqual(officer.post(path + "/targets", {"kind": "domain", "name": "helt-ny.example"}, expect=201).json["state"], "in_force")
        seat.post(path + "/targets", {"kind": "domain", "name": "fjordvik.example"}, expect=201)
        asked = seat.post(path + "/ownership", {"domain": "fjordvik.example"}, expect=201).json
        file = LAB_DIR / "www" / "fjordvik.example" / ".well-known" / "utsyn-challenge"
        file.parent.mkdir(parents=True, exist_ok=True)
        self.addCleanup(file.unlink)
        file.write_text(asked["file_text"] + "\n")
        self.assertEqual(seat.post(path + "/ownership/fjordvik.example/check", expect=200).json["method"], "file")
        self.assertEqual(states()["fjordvik.example"], "in_force")
        for name in ("ingens.example", "steinlia.example"):
            seat.delete(f"{path}/targets/domain/{name}?reason=x", expect=204)
        self.assertEqual(states(), {"helt-ny.example": "in_force", "fjordvik.example": "in_force", "sak.steinlia.example": "waiting"})
        actions = [one["action"] for one in self.admin.items(f"/api/v1/audit?organisation={home}")]
        self.assertLessEqual({"target.ask", "target.refuse", "target.withdraw", "target.add"}, set(actions))

    def test_hosts_are_not_spelt_out_by_searching(self) -> None:
        self.admin.post(self.path + "/targets", {"kind": "host", "name": "hemmelig-vpn.steinlia.example"}, expect=201)
        customer = self.admin.post("/api/v1/organisations", {"name": "Kunde kommune", "kind": "municipality"}, expect=201).json["id"]
        reader = self.service.user("procurement", customer)
        grant = f"/api/v1/users/{reader.get('/api/v1/me').json['id']}/grants/{self.steinlia}"

        def found(words: str) -> int:
            listed = reader.get("/api/v1/organisations?q=" + quote(words)).json
            self.assertEqual(listed["total"], len(listed["items"]))
            return listed["total"]

        for detail, sees in (("score", 0), ("findings", 1)):
            self.admin.put(grant, {"detail": detail, "reason": "they deliver to us"}, expect=200)
            self.assertEqual(found("steinlia kommune"), 1)
            for words in ("hem", "hemmelig-vpn.steinlia.example", "steinlia.example", "steinlia hem"):
                self.assertEqual(found(words), sees, (detail, words))
            self.assertEqual(found("hemx"), 0)
        # The domain that the record shows as the website finds it for whoever sees the record.
        self.admin.put(grant, {"detail": "score", "reason": "they deliver to us"}, expect=200)
        self.admin.patch(self.path, {"website": "https://www.steinlia.example"}, expect=200)
        self.assertEqual((found("steinlia.ex"), found("hem")), (1, 0))
        self.admin.patch(self.path, {"website": None}, expect=200)
        self.assertEqual(found("steinlia.ex"), 0)

    def test_a_host_added_by_hand_is_measured(self) -> None:
        made = self.admin.post(self.path + "/assets", {"host": "sak.steinlia.example", "reason": "where cases are read"}, expect=201).json
        self.settle()
        asset = self.assets()[made["id"]]
        self.assertEqual((asset["state"], asset["present"], asset["confidence"]), ("added", True, 100))
        self.assertTrue(asset["addresses"])
        self.assertEqual(self.admin.post(self.path + "/assets", {"host": "www.nordsky.example", "reason": "where cases are read"}).status, 422)

    def test_a_value_is_lowered_by_two(self) -> None:
        place = f"{self.path}/assets/steinlia.example/value"
        value = self.assets()["steinlia.example"]["measured_value"]
        raised = self.admin.put(place, {"value": 400, "reason": "everything hangs on this name"}, expect=200).json
        self.assertEqual((raised["asset"]["value"], raised["asset"]["measured_value"]), (400, value))
        self.settle()
        self.assertIn(f"measured-value:{value}", self.assets()["steinlia.example"]["why"])
        lowered = self.admin.put(place, {"value": value, "reason": "less hangs on it than we thought"}, expect=200).json
        self.assertEqual(lowered["asset"]["value"], 400)
        answer = {"approved": True, "reason": "agreed in the meeting"}
        self.assertEqual(self.admin.post(place + "/answer", answer).status, 403)
        leader = self.service.user("leader", self.steinlia)
        self.assertEqual(leader.put(place, {"value": 200, "reason": "not mine to decide"}).status, 403)
        self.assertEqual(leader.post(place + "/answer", answer, expect=200).json["asset"]["value"], value)
        self.settle()
        self.assertEqual(self.assets()["steinlia.example"]["value"], value)

    def test_ownership_is_proved_by_record_and_by_file(self) -> None:
        asked = self.admin.post(self.path + "/ownership", {"domain": "steinlia.example"}, expect=201).json
        # Both of the domain's name servers get the record: the resolver asks whichever it likes.
        servers = [["knotc", "-b", "-c", str(LAB_DIR / "dns" / name / "knot.conf")] for name in ("orgs", "range")]

        def change(*command: str) -> None:
            for knot in servers:
                for part in (["zone-begin", "steinlia.example"], [command[0], "steinlia.example", *command[1:]], ["zone-commit", "steinlia.example"]):
                    subprocess.run([*knot, *part], check=True, capture_output=True, timeout=30)

        change("zone-set", "_utsyn-challenge", "60", "TXT", f'"{asked["dns_text"]}"')
        self.addCleanup(change, "zone-unset", "_utsyn-challenge")
        proved = self.admin.post(self.path + "/ownership/steinlia.example/check", expect=200).json
        if proved["method"] is None:
            # The lab's resolver may remember for two seconds that there was no such name (RFC 2308; RFC 8198 for its neighbours).
            time.sleep(3)
            proved = self.admin.post(self.path + "/ownership/steinlia.example/check", expect=200).json
        self.assertEqual(proved["method"], "dns", proved["evidence"])
        self.assertGreater(proved["holds_until"], proved["proved"])
        self.assertIn(asked["dns_text"], proved["evidence"]["dns"]["records"])
        reader = self.service.user("auditor")
        self.assertEqual([one["dns_text"] for one in reader.items(self.path + "/ownership")], [None])
        self.settle()
        self.assertIn("proof-of:steinlia.example", self.assets()["www.steinlia.example:443"]["why"])

        fjordvik = measured(self.admin, "Fjordvik kommune", "fjordvik.example")
        own = f"/api/v1/organisations/{fjordvik}/ownership"
        asked = self.admin.post(own, {"domain": "fjordvik.example"}, expect=201).json
        nothing = self.admin.post(own + "/fjordvik.example/check", expect=200).json
        self.assertEqual((nothing["method"], nothing["proved"], nothing["evidence"]["file"]["status"]), (None, None, 404))
        file = LAB_DIR / "www" / "fjordvik.example" / ".well-known" / "utsyn-challenge"
        file.parent.mkdir(parents=True, exist_ok=True)
        self.addCleanup(file.unlink)
        file.write_text("another organisation's token\n")
        self.assertIsNone(self.admin.post(own + "/fjordvik.example/check", expect=200).json["method"])
        file.write_text(asked["file_text"] + "\n")
        self.assertEqual(self.admin.post(own + "/fjordvik.example/check", expect=200).json["method"], "file")

    def test_an_opt_out_wins_over_everything(self) -> None:
        self.admin.post("/api/v1/opt-outs", {"pattern": "Nordsky.example", "reason": "they asked us to"}, expect=201)
        nordsky = self.admin.post("/api/v1/organisations", {"name": "Nordsky Drift AS", "kind": "supplier"}, expect=201).json["id"]
        place = f"/api/v1/organisations/{nordsky}"
        self.admin.post(place + "/targets", {"kind": "domain", "name": "nordsky.example"}, expect=201)
        self.assertEqual([one["opted_out"] for one in self.admin.items(place + "/targets")], [True])

        def ended(job: str) -> dict:
            return wait_until(lambda: (one := self.admin.get(f"/api/v1/jobs/{job}").json)["state"] in ("done", "failed") and one, 90 * SLOWER)
        job = ended(self.admin.post(place + "/recheck", expect=202).json["id"])
        self.assertEqual(job["state"], "failed")
        self.assertIn("nothing to measure", job["error"])
        self.admin.post(place + "/ownership", {"domain": "nordsky.example"}, expect=201)
        self.assertEqual(self.admin.post(place + "/ownership/nordsky.example/check").status, 409)
        self.admin.delete("/api/v1/opt-outs?pattern=nordsky.example&reason=" + quote("they changed their mind"), expect=204)
        self.assertEqual(self.admin.items("/api/v1/opt-outs"), [])
        again = ended(self.admin.post(place + "/recheck", expect=202).json["id"])
        self.assertEqual(again["state"], "done", again["error"])


if __name__ == "__main__":
    unittest.main()
