#!/usr/bin/python3
"""What the web interface asks for beside findings and score: the catalogue, the method, people, the curve with its markers,
ages, news, acceptances, and the administrator's pages."""

from __future__ import annotations

import json
import subprocess
import time
import unittest
import urllib.parse
from datetime import datetime, timedelta, timezone
from pathlib import Path

from house import SLOWER, UTSYN, environment, lab_change
from service import Service


def wait_until(wanted, limit_s: float):
    end = time.monotonic() + limit_s * SLOWER
    while time.monotonic() < end:
        if found := wanted():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {limit_s} s")


class Interface(unittest.TestCase):
    database = "sqlite"

    @classmethod
    def setUpClass(cls) -> None:
        cls.addClassCleanup(lab_change, "reset")
        cls.service = Service(cls.database, measuring=True).__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.admin = cls.service.administrator()
        cls.id = cls.admin.post("/api/v1/organisations", {"name": "Steinlia kommune", "kind": "municipality"}, expect=201).json["id"]
        cls.home = f"/api/v1/organisations/{cls.id}"
        for kind, name in (("domain", "steinlia.example"), ("host", "www.steinlia.example")):
            cls.admin.post(f"{cls.home}/targets", {"kind": kind, "name": name}, expect=201)
        cls.measure()
        cls.anne = cls.service.user("security", cls.id)
        cls.leader = cls.service.user("leader", cls.id)

    @classmethod
    def measure(cls) -> dict:
        job = cls.admin.post(f"{cls.home}/recheck", expect=202).json["id"]

        def ended() -> dict | None:
            now = cls.admin.get(f"/api/v1/jobs/{job}").json
            return now if now["state"] in ("done", "failed") else None

        done = wait_until(ended, 90)
        if done["state"] != "done":
            raise AssertionError(done["error"])
        return done

    def test_every_check_and_the_method(self) -> None:
        nobody = self.service.nobody()
        listed = nobody.get("/api/v1/checks?examples=true").json
        told = json.loads(subprocess.run([UTSYN, "checks", "--json"], capture_output=True, check=True, env=environment()).stdout)
        self.assertEqual({one["id"] for one in listed["items"]}, {one["id"] for one in told})
        one = nobody.get(f"/api/v1/checks/{told[0]['id']}").json
        self.assertEqual(one, next(item for item in listed["items"] if item["id"] == one["id"]))
        method = nobody.get("/api/v1/method").json
        self.assertEqual(method["grades"][0], {"grade": "A", "from_cp": 9000})
        self.assertEqual(nobody.post("/api/v1/method/score", {"assets": []}).status, 401)

        # The example is scored by what `utsyn score` scores with.
        example = {"assets": [{"id": "www", "v": 200}, {"id": "mx"}],
                   "findings": [{"id": "f", "asset": "www", "sev": "high", "age": 45}, {"id": "g", "asset": "mx", "sev": "low"}]}
        answer = self.anne.post("/api/v1/method/score", example, expect=200).json
        offline = subprocess.run([UTSYN, "score", "--jsonl", "-"], input=json.dumps(example).encode(), capture_output=True, check=True,
                                 env=environment()).stdout
        self.assertEqual(answer["score"], json.loads(offline))
        self.assertEqual([one["points_mp"] for one in answer["points"]], [13500, 1000])

    def test_people_are_those_of_the_organisation(self) -> None:
        people = self.anne.items(f"{self.home}/people")
        me = self.anne.get("/api/v1/me").json
        self.assertIn({"id": me["id"], "name": me["name"], "home": True}, people)
        self.assertEqual(people, sorted(people, key=lambda one: not one["home"]))
        stranger = self.service.user("security")
        outsider = stranger.get("/api/v1/me").json["id"]
        self.assertNotIn(outsider, [one["id"] for one in self.anne.items(f"{self.home}/people")])
        stranger.get(f"{self.home}/people", expect=404)
        self.leader.get(f"{self.home}/people", expect=403)
        self.assertEqual([one["id"] for one in self.anne.items(f"{self.home}/people?q={urllib.parse.quote(me['name'][:12].upper())}")], [me["id"]])

        # Who has the findings granted may be given one; who has the score alone may not.
        finding = self.anne.items(f"{self.home}/findings?state=open")[0]["id"]
        path = f"{self.home}/findings/{urllib.parse.quote(finding, safe='@:')}"
        grant = f"/api/v1/users/{outsider}/grants/{self.id}"
        self.admin.put(grant, {"detail": "score", "acts": False, "reason": "follows us"}, expect=200)
        self.assertNotIn(outsider, [one["id"] for one in self.anne.items(f"{self.home}/people")])
        self.assertEqual(self.anne.patch(path, {"assignee": outsider}, expect=422).json["field"], "/assignee")
        self.admin.put(grant, {"detail": "findings", "acts": True, "reason": "helps us"}, expect=200)
        self.assertIn(outsider, [one["id"] for one in self.anne.items(f"{self.home}/people")])
        self.assertEqual(self.anne.patch(path, {"assignee": outsider}, expect=200).json["assignee"]["id"], outsider)

    def test_reasons_stand_in_lines_and_plans(self) -> None:
        score = self.anne.get(f"{self.home}/score?lang=nn").json
        lines = [line for line in score["lines"] if line["finding"]]
        self.assertTrue(lines)
        for line in lines:
            self.assertTrue(line["reason_text"], line)
            self.assertNotEqual(line["reason_text"], line["reason"])
        plan = self.anne.post(f"{self.home}/score/plan?lang=nb", {"budget_minutes": 600}, expect=200).json
        for action in plan["actions"]:
            self.assertEqual(sum(one["findings"] for one in action["reasons"]), len(action["findings"]))
            self.assertTrue(all(one["reason_text"] for one in action["reasons"]))
        report = self.leader.get(f"{self.home}/report").json
        for action in report["actions"]:
            self.assertEqual(len(action["finding_ids"]), min(50, action["findings"]))
            self.assertTrue(all(one.startswith(action["check"] + "@") for one in action["finding_ids"]))

    def test_the_curve_has_markers_and_news_tell_of_them(self) -> None:
        before = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        time.sleep(1.1)
        lab_change("fix-hsts")
        self.measure()
        history = self.anne.get(f"{self.home}/score/history?lang=nb").json
        last = history["items"][-1]
        now = self.anne.get(f"{self.home}/score").json
        for name in ("score_cp", "interval_cp", "confidence", "coverage", "method"):
            self.assertEqual(last[name], now[name], name)
        self.assertGreaterEqual(len(history["items"]), 2)
        kinds = {marker["kind"] for marker in history["markers"]}
        self.assertLessEqual({"finding-opened", "finding-closed"}, kinds)
        self.assertTrue(all(marker["text"] and "{" not in marker["text"] for marker in history["markers"]))
        only_score = self.service.user("leader")
        self.admin.put(f"/api/v1/users/{only_score.get('/api/v1/me').json['id']}/grants/{self.id}",
                       {"detail": "score", "acts": False, "reason": "compares"}, expect=200)
        self.assertEqual(only_score.get(f"{self.home}/score/history").json["markers"], [])
        for path in ("/findings/ages", "/news", "/acceptances"):
            only_score.get(self.home + path, expect=403)

        news = self.anne.get(f"{self.home}/news?since={before}&lang=en").json
        counts = {one["kind"]: one["count"] for one in news["counts"]}
        self.assertGreaterEqual(counts["finding-closed"], 1)
        self.assertNotIn("asset-found", counts)
        self.assertEqual(news["measurements"], 1)
        self.assertGreater(news["score_after_cp"], news["score_before_cp"])
        self.assertTrue(self.anne.get(f"{self.home}/news").json["findings"])

        ages = self.anne.get(f"{self.home}/findings/ages").json
        open_now = self.anne.items(f"{self.home}/findings?limit=500")
        self.assertEqual(ages["total"], len(open_now))
        self.assertEqual(ages["bands"][0]["total"], len(open_now))
        self.assertEqual(ages["bands"][0]["high"], sum(one["severity"] == "high" for one in open_now))

    def test_a_supplier_is_added_by_procurement_and_seen_by_its_score(self) -> None:
        buyer = self.service.user("procurement", self.id)
        self.leader.post(f"{self.home}/suppliers", {"supplier": "912345677"}, expect=403)
        number = next(f"{n}{(11 - r) % 11}" for n in range(91200000, 91200099)
                      if (r := sum(int(d) * w for d, w in zip(str(n), (3, 2, 7, 6, 5, 4, 3, 2))) % 11) != 1)
        wrong = buyer.post(f"{self.home}/suppliers", {"supplier": number, "name": "Nordsky Drift AS", "domain": "ikke et domene"}, expect=422)
        self.assertEqual(wrong.json["field"], "/domain")
        vendor = buyer.post(f"{self.home}/suppliers", {"supplier": number, "name": "Nordsky Drift AS", "domain": "nordsky.example", "criticality": 4,
                                                       "note": "Reserve for e-postmottak"}, expect=201).json["supplier"]
        wait_until(lambda: buyer.items(f"{self.home}/suppliers")[0]["score"], 90)
        page = buyer.get(f"{self.home}/suppliers/{vendor}").json
        self.assertEqual((page["name"], page["criticality"], page["note"], page["vouched"], page["seen_at"]),
                         ("Nordsky Drift AS", 4, "Reserve for e-postmottak", False, "score"))
        self.assertIsNotNone(page["score"]["score_cp"])
        self.assertIsNone(page["open"])
        self.assertFalse(page["people"])
        self.assertEqual([one["asset"] for one in page["carries"] if "nordsky" not in one["asset"]], [])
        self.assertGreater(page["carries_total"], 0)
        # The score alone.
        there = f"/api/v1/organisations/{vendor}"
        self.assertEqual(buyer.get(f"{there}/score").json["score_cp"], page["score"]["score_cp"])
        for path in ("/findings", "/assets", "/news", "/targets"):
            buyer.get(there + path, expect=403)
        self.assertNotIn("lines", buyer.get(f"{there}/score").json)
        self.assertEqual([one for one in buyer.items("/api/v1/findings?limit=500") if one["organisation"] == vendor], [])
        buyer.post(f"{there}/recheck", expect=403)
        # Who was named a supplier by its customer alone has no first user of the customer's choosing, and no new domain.
        self.assertIn(buyer.post("/api/v1/invitations", {"role": "supplier", "organisation": vendor}).status, (403, 404))
        buyer.post(f"{self.home}/suppliers", {"supplier": number, "domain": "testfelt.example"}, expect=201)
        self.assertEqual([one["name"] for one in self.admin.items(f"{there}/targets")], ["nordsky.example"])
        # It sees who follows it, and how far.
        seat = self.service.user("supplier", vendor)
        self.assertEqual([(one["name"], one["why"], one["detail"]) for one in seat.items(f"{there}/followers")],
                         [("Steinlia kommune", "customer", "score")])
        self.admin.post(f"{self.home}/suppliers", {"supplier": vendor, "criticality": 4}, expect=201)
        self.assertTrue(buyer.get(f"{self.home}/suppliers/{vendor}").json["vouched"])
        self.assertTrue(buyer.get(f"{self.home}/suppliers/{vendor}").json["people"])
        for contact in buyer.items(f"{there}/contacts"):
            self.assertTrue(contact["contact"])
        # Followed no more, seen no more.
        buyer.delete(f"{self.home}/suppliers/{vendor}", expect=204)
        buyer.get(f"{there}/score", expect=404)
        buyer.get(f"{self.home}/suppliers/{vendor}", expect=404)

    def test_members_are_found_and_tiles_have_a_day(self) -> None:
        grade = self.admin.get(f"{self.home}/score").json["grade"]
        other = "A" if grade != "A" else "F"
        members = "/api/v1/portfolios/all/members"
        self.assertEqual([one["organisation"] for one in self.admin.items(f"{members}?q=STEINL")], [self.id])
        self.assertEqual(self.admin.get(f"{members}?q=steinl&grade={grade},U").json["total"], 1)
        self.assertEqual(self.admin.items(f"{members}?q=steinl&grade={other}"), [])
        self.assertEqual(self.admin.items(f"{members}?q=finnes-ikke"), [])
        self.assertEqual(self.admin.get(f"{members}?grade=X", expect=422).json["field"], "grade")
        self.assertEqual(self.admin.get(f"{members}/table?format=csv&grade=X", expect=422).json["field"], "grade")
        self.assertIn("Steinlia", self.admin.get(f"{members}/table?format=csv&q=steinl").body.decode())
        self.assertNotIn("Steinlia", self.admin.get(f"{members}/table?format=csv&grade={other}").body.decode())
        tiles = {one["organisation"]: one for one in self.admin.get("/api/v1/nation/tiles").json["items"]}
        self.assertEqual(tiles[self.id]["grade"], grade)
        self.assertIsNotNone(tiles[self.id]["measured"])
        before = self.admin.get("/api/v1/nation/tiles?day=2026-01-01").json
        self.assertEqual(before["day"], "2026-01-01")
        self.assertEqual({one["score_cp"] for one in before["items"]}, {None})
        self.assertEqual(self.admin.get("/api/v1/nation/tiles?day=2999-01-01", expect=422).json["field"], "day")
        self.anne.get("/api/v1/nation/tiles", expect=403)

    def test_what_was_accepted(self) -> None:
        finding = self.anne.items(f"{self.home}/findings?state=open&sort=oldest")[-1]["id"]
        path = f"{self.home}/findings/{urllib.parse.quote(finding, safe='@:')}"
        until = (datetime.now(timezone.utc) + timedelta(days=30)).strftime("%Y-%m-%d")
        self.anne.post(f"{path}/treatments", {"kind": "acceptance", "owner": "Kommunedirektøren", "reason": "byttes ut til våren", "until": until},
                       expect=201)
        held = [one for one in self.leader.items(f"{self.home}/acceptances?lang=nb") if one["finding"] == finding]
        self.assertEqual([(one["owner"], one["standing"], one["kind"]) for one in held], [("Kommunedirektøren", "in_effect", "acceptance")])
        self.assertEqual(held[0]["check"], finding.split("@")[0])

    def test_the_installation(self) -> None:
        system = self.admin.get("/api/v1/system").json
        self.assertEqual(system["store"]["kind"], self.database)
        self.assertGreater(system["store"]["size_bytes"], 10_000)
        self.assertGreaterEqual(system["organisations"], 1)
        self.assertTrue(system["measuring"]["here"])
        self.assertFalse(system["stop"]["stopped"])
        self.assertGreater(system["disk_free_bytes"], 0)
        self.assertEqual([feed["present"] for feed in system["feeds"]].count(True), 6 if system["reference_folder"] else 0)
        row = self.admin.items("/api/v1/schedule?q=Steinlia")[0]
        self.assertEqual((row["organisation"], row["last"]["state"], row["failures"]), (self.id, "done", 0))
        self.assertEqual(self.admin.items("/api/v1/schedule?failing=true"), [])
        self.assertEqual(self.admin.items("/api/v1/schedule?q=finnes-ikke"), [])
        for path in ("/api/v1/system", "/api/v1/schedule", "/api/v1/backups"):
            self.anne.get(path, expect=403)

    def test_the_schedule_is_paged(self) -> None:
        made = [self.admin.post("/api/v1/organisations", {"name": f"Liste {n}", "kind": "other"}, expect=201).json["id"] for n in range(3)]
        for n, organisation in enumerate(made):
            self.admin.post(f"/api/v1/organisations/{organisation}/targets", {"kind": "domain", "name": f"liste{n}.invalid"}, expect=201)
        wait_until(lambda: len(self.admin.items("/api/v1/schedule")) >= 4, 30)
        for sort in ("due", "-failures", "name"):
            whole = [one["organisation"] for one in self.admin.items(f"/api/v1/schedule?sort={sort}")]
            paged = [one["organisation"] for one in self.admin.items(f"/api/v1/schedule?sort={sort}&limit=1")]
            self.assertEqual(sorted(paged), sorted(whole), sort)
        names = [one["organisation_name"] for one in self.admin.items("/api/v1/schedule?sort=name")]
        self.assertEqual(names, sorted(names))
        for organisation in made:
            self.admin.delete(f"/api/v1/organisations/{organisation}")

    def test_all_probing_stops_and_goes_on(self) -> None:
        stopped = self.admin.put("/api/v1/system/stop", {"stopped": True, "reason": "vedlikehold"}, expect=200).json
        self.assertEqual((stopped["stopped"], stopped["reason"]), (True, "vedlikehold"))
        self.addCleanup(self.admin.put, "/api/v1/system/stop", {"stopped": False, "reason": "ferdig"})
        connections = self.admin.get("/api/v1/system").json["measuring"]["connections"]
        job = self.admin.post(f"{self.home}/recheck", expect=202).json["id"]
        time.sleep(2)
        self.assertEqual(self.admin.get(f"/api/v1/jobs/{job}").json["state"], "queued")
        self.assertEqual(self.admin.get("/api/v1/system").json["measuring"]["connections"], connections)
        self.assertEqual(self.anne.put("/api/v1/system/stop", {"stopped": False, "reason": "nei"}).status, 403)
        self.assertEqual(self.admin.put("/api/v1/system/stop", {"stopped": False}).status, 422)
        self.admin.put("/api/v1/system/stop", {"stopped": False, "reason": "ferdig"}, expect=200)
        wait_until(lambda: self.admin.get(f"/api/v1/jobs/{job}").json["state"] == "done", 90)
        told = [one["action"] for one in self.admin.items("/api/v1/audit?limit=500")]
        self.assertIn("measuring.stop", told)
        self.assertIn("measuring.go-on", told)

    def test_a_backup_is_made_and_can_be_restored(self) -> None:
        state = self.admin.post("/api/v1/backups", expect=202).json
        self.assertTrue(state["running"])
        done = wait_until(lambda: (lambda now: now if not now["state"]["running"] else None)(self.admin.get("/api/v1/backups").json), 60)
        self.assertIsNone(done["state"]["error"])
        self.assertEqual(done["items"][0]["name"], state["name"])
        self.assertEqual(len(done["items"][0]["sha256"]), 64)
        self.assertEqual(self.admin.get("/api/v1/system").json["backup"]["last"], done["items"][0])
        made = [one for one in self.admin.items("/api/v1/audit?limit=500") if one["action"] == "backup.make"]
        self.assertEqual(made[-1]["detail"]["sha256"], done["items"][0]["sha256"])
        other = self.service.folder / "restored.db"
        restored = subprocess.run([UTSYN, "restore", "--db", str(other), str(Path(done["folder"]) / state["name"])], capture_output=True,
                                  check=False, env=environment())
        self.assertEqual(restored.returncode, 0, restored.stderr)


class InterfaceOnPostgres(Interface):
    database = "postgresql"


if __name__ == "__main__":
    unittest.main()
