#!/usr/bin/python3
"""Portfolios and the national picture through the running service: lists and filters, sharing, figures over what each
reader sees, small groups, consents and the export. Every answer is held against the OpenAPI document."""

from __future__ import annotations

import csv
import io
import sqlite3
import statistics
import time
import unittest

from house import SLOWER
from service import Client, Service
from test_alerts import measured, wait_until

COUNTIES = ("11", "15", "46")


def standing(number: int) -> dict:
    """What a measurement would have left: fictional, the same each time."""
    score = 5000 + number * 317 % 5000
    return {"score_cp": score, "grade": next(grade for grade, least in (("A", 9000), ("B", 8000), ("C", 7000), ("D", 6000), ("F", 0)) if score >= least),
            "coverage": 9500, "checks": "dns.caa.exists,email.dmarc.policy" if number % 3 else "dns.caa.exists"}


class Portfolios(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.service = Service().__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.admin = cls.service.administrator()
        cls.towns = []
        for number in range(24):
            made = cls.admin.post("/api/v1/organisations", {
                "name": f"Oppdiktet kommune {number:02}", "kind": "municipality", "county": COUNTIES[number * number % 3],
                "kostra": "EKG07" if number < 15 else "EKG08", "population": 1000 * (number + 1), "employees": 10 * (number + 1)}, expect=201)
            cls.towns.append(made.json["id"])
        cls.supplier = cls.admin.post("/api/v1/organisations", {"name": "Skytjenester AS", "kind": "supplier"}, expect=201).json["id"]
        cls.service.stop()
        cls.measure()
        cls.service.start()

    @classmethod
    def measure(cls) -> None:
        database = sqlite3.connect(cls.service.db)
        with database:
            now = int(time.time())
            for number, town in enumerate(cls.towns):
                row = standing(number)
                database.execute(
                    "INSERT INTO standing (organisation, measured, score_cp, grade, managed_cp, coverage, low_cp, high_cp, gate, assets, critical, high, "
                    "medium, low, overdue_days, checks) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 3, 0, 1, 1, 0, ?, ?)",
                    (town, now, row["score_cp"], row["grade"], row["score_cp"], row["coverage"], row["score_cp"], row["score_cp"],
                     "kev" if number == 3 else "", number, row["checks"]))
                for days in (45, 20):
                    database.execute("INSERT INTO standing_past VALUES (?, ?, ?, 'F', 9500)", (town, now // 86400 - days, 4000 + days + number))
        database.close()

    def grant(self, login: str, organisations: list[str], detail: str) -> Client:
        client = self.service.user("procurement", login=login)
        user = client.get("/api/v1/me").json["id"]
        for organisation in organisations:
            self.admin.put(f"/api/v1/users/{user}/grants/{organisation}", {"detail": detail, "reason": "they buy together"}, expect=200)
        client.user_id = user
        return client

    def test_figures_are_those_of_the_scores(self) -> None:
        made = self.admin.post("/api/v1/portfolios", {"name": "Alle kommuner", "form": "filter", "filter": {"kinds": ["municipality"]},
                                                      "weight_by": "inhabitants"}, expect=201).json
        answer = self.admin.get(f"/api/v1/portfolios/{made['id']}/figures").json
        scores = [standing(number)["score_cp"] for number in range(24)]
        figures = answer["figures"]
        self.assertEqual(answer["members"], 24)
        self.assertEqual(figures["mean_cp"], sum(scores) // 24)
        self.assertEqual(figures["median_cp"], int(statistics.median(scores)))
        weights = [1000 * (number + 1) for number in range(24)]
        self.assertEqual(figures["weighted_cp"], sum(score * weight for score, weight in zip(scores, weights)) // sum(weights))
        self.assertEqual(sum(figures["grades"].values()), 24)
        self.assertEqual(figures["gate_share"], 10000 // 24)

        issues = self.admin.get(f"/api/v1/portfolios/{made['id']}/issues").json
        self.assertEqual(issues["most_common"][0]["check"], "dns.caa.exists")
        self.assertEqual(issues["most_common"][0]["organisations"], 24)
        self.assertEqual(issues["most_common"][1]["share"], 10000 * 16 // 24)
        movers = self.admin.get(f"/api/v1/portfolios/{made['id']}/movers?days=30&most=3").json
        self.assertEqual(len(movers["worst"]), 3)
        self.assertEqual(movers["worst"][0]["score_cp"], min(scores))
        self.assertEqual(movers["worsened"], [])
        self.assertGreater(movers["improved"][0]["change_cp"], movers["improved"][2]["change_cp"] - 1)
        history = self.admin.get(f"/api/v1/portfolios/{made['id']}/history").json["points"]
        self.assertTrue(history)
        self.assertTrue(all(point["figures"]["rated"] == 24 for point in history))
        breakdown = self.admin.get(f"/api/v1/portfolios/{made['id']}/breakdown?by=kostra").json
        self.assertEqual({cell["key"]: cell["members"] for cell in breakdown["cells"]}, {"EKG07": 15, "EKG08": 9})
        for kind in ("supplier", "mail-operator", "dns-operator", "registrar", "certificate-authority", "network-operator", "address-prefix", "host", "product"):
            self.admin.get(f"/api/v1/portfolios/{made['id']}/concentration?kind={kind}")
        self.admin.get(f"/api/v1/portfolios/{made['id']}/actions")
        self.admin.patch(f"/api/v1/portfolios/{made['id']}", {"filter": {"largest": {"by": "population", "count": 5}}}, expect=200)
        members = self.admin.items(f"/api/v1/portfolios/{made['id']}/members?sort=-population&limit=2")
        self.assertEqual([member["population"] for member in members], [24000, 23000, 22000, 21000, 20000])

    def test_a_shared_list_shows_each_reader_their_own(self) -> None:
        made = self.admin.post("/api/v1/portfolios", {"name": "Vårt innkjøp", "form": "list", "weight_by": "given",
                                                      "members": [{"organisation": town, "weight": 2} for town in self.towns[:8]]}, expect=201).json
        path = f"/api/v1/portfolios/{made['id']}"
        narrow = self.grant("narrow", self.towns[:3], "score")
        for wanted in ("", "/figures", "/members", "/issues", "/history", "/shares"):
            self.assertEqual(narrow.request("GET", path + wanted, expect=404).problem, "not-found")
        self.admin.put(f"{path}/shares/{narrow.user_id}", {"may_edit": False}, expect=204)
        self.assertEqual([one["id"] for one in narrow.items("/api/v1/portfolios")], [made["id"]])
        self.assertEqual({member["organisation"] for member in narrow.items(f"{path}/members")}, set(self.towns[:3]))
        self.assertTrue(all(member["findings"] is None for member in narrow.items(f"{path}/members")))
        answer = narrow.get(f"{path}/figures").json
        self.assertEqual((answer["members"], answer["suppressed"], answer["figures"]), (3, True, None))
        self.assertEqual(narrow.get(f"{path}/issues").json["measured"], 0)
        self.assertEqual(self.admin.get(f"{path}/figures").json["members"], 8)
        narrow.delete(f"{path}/members/{self.towns[0]}", expect=403)
        narrow.put(f"{path}/members/{self.towns[20]}", {}, expect=404)  # not seen: the same as absent
        narrow.put(f"{path}/members/absent", {}, expect=404)
        self.assertEqual(narrow.request("DELETE", path, expect=403).problem, "not-yours")
        self.admin.delete(f"{path}/members/{self.towns[7]}", expect=204)
        self.assertEqual(self.admin.get(f"{path}/members").json["total"], 7)
        side = self.admin.get(f"/api/v1/comparison?portfolio={made['id']}&portfolio=all&organisation={self.towns[0]}").json
        self.assertEqual([one["members"] for one in side["portfolios"]], [7, 25])
        self.assertEqual(side["organisations"][0]["organisation"], self.towns[0])
        narrow.request("GET", f"/api/v1/comparison?portfolio={made['id']}&organisation={self.towns[20]}", expect=404)
        self.admin.delete(f"{path}/shares/{narrow.user_id}", expect=204)
        narrow.request("GET", path, expect=404)
        self.admin.delete(path, expect=204)
        self.admin.request("GET", path, expect=404)

    def test_wrong_filters_name_the_place(self) -> None:
        for wrong, field in (({"counties": ["0"]}, "/filter/counties/0"), ({"largest": {"by": "score", "count": 1}}, "/filter/largest/by"),
                             ({"colour": "red"}, "/filter/colour"), ({"population": {"least": 2, "most": 1}}, "/filter/population")):
            answer = self.admin.post("/api/v1/portfolio-preview", {"filter": wrong}, expect=422)
            self.assertEqual(answer.json["field"], field)
        for wrong in ({"name": "x", "form": "list", "filter": {}}, {"name": "x", "form": "filter"},
                      {"name": "x", "form": "list", "members": [{"organisation": "absent"}]},
                      {"name": "x", "form": "filter", "filter": {}, "weight_by": "given"}):
            self.admin.post("/api/v1/portfolios", wrong, expect=422)
        self.assertEqual(self.admin.post("/api/v1/portfolio-preview", {"filter": {"counties": ["99"]}}, expect=200).json["members"], 0)
        self.admin.request("GET", "/api/v1/portfolios/all/members?sort=colour", check=False, expect=422)

    def test_peers_need_consent_or_sight(self) -> None:
        town = self.grant("town", self.towns[:1], "evidence")
        path = f"/api/v1/organisations/{self.towns[0]}/peers"
        self.assertTrue(all(group["suppressed"] for group in town.get(path).json["groups"]))
        given = []
        for number in range(1, 7):
            consent = {"scope": "comparison", "recipient": "the others of the group", "given_by": "the municipal director"}
            given.append(self.admin.post(f"/api/v1/organisations/{self.towns[number]}/consents", consent, expect=201).json)
        groups = {group["group"]: group for group in town.get(path).json["groups"]}
        self.assertEqual(groups["national"]["figures"]["n"], 7)
        self.assertEqual(groups["kostra"]["figures"]["n"], 7)
        # Four that consent are too few to hide among.
        for consent in given[:2]:
            self.admin.delete(f"/api/v1/organisations/{consent['organisation']}/consents/{consent['id']}", expect=204)
        self.assertTrue(all(group["suppressed"] for group in town.get(path).json["groups"]))
        ended = self.admin.get(f"/api/v1/organisations/{given[0]['organisation']}/consents").json["items"][0]
        self.assertFalse(ended["in_force"])
        self.assertIsNotNone(ended["withdrawn"])
        town.post(f"/api/v1/organisations/{self.towns[0]}/consents", {"scope": "score", "recipient": "any"}, expect=403)
        for consent in given[2:]:
            self.admin.delete(f"/api/v1/organisations/{consent['organisation']}/consents/{consent['id']}", expect=204)

    def test_the_nation_and_its_export(self) -> None:
        analyst = self.service.user("analyst")
        for by in ("county", "kostra", "sector", "population", "assets", "kind"):
            analyst.get(f"/api/v1/nation?by={by}&kind=municipality")
            analyst.get(f"/api/v1/nation/history?by={by}")
        picture = analyst.get("/api/v1/nation?by=kind").json
        hidden = {cell["key"]: cell["suppressed"] for cell in picture["cells"]}
        self.assertTrue(hidden["supplier"])  # one, not rated
        self.service.user("procurement").request("GET", "/api/v1/nation", expect=403)

        self.assertEqual(analyst.get("/api/v1/nation/export").json["organisations"], [])
        named = f"/api/v1/organisations/{self.towns[9]}/consents"
        consent = self.admin.post(named, {"scope": "findings", "recipient": "any", "given_by": "the municipal director",
                                          "until": "2099-01-01T00:00:00Z"}, expect=201).json
        exported = analyst.get("/api/v1/nation/export").json
        self.assertEqual([one["organisation"] for one in exported["organisations"]], [self.towns[9]])
        self.assertEqual(exported["organisations"][0]["open_checks"], ["dns.caa.exists"])
        self.assertEqual(len(exported["breakdowns"]), 6)
        self.assertEqual(exported["total"]["members"], 25, "everybody is counted")

        text = analyst.get("/api/v1/nation/export?format=csv&separator=semicolon&bom=yes").body
        self.assertTrue(text.startswith(b"\xef\xbb\xbf"))
        self.assertEqual(text.count(b"\r\n"), text.count(b"\n"))
        rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline=""), delimiter=";"))
        self.assertEqual(rows[0]["by"], "total")
        self.assertEqual({row["key"] for row in rows if row["by"] == "kostra"}, {"EKG07", "EKG08", "unknown"})
        text = analyst.get("/api/v1/nation/export?format=csv&part=organisations").body.decode()
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        self.assertEqual([row["name"] for row in rows], ["Oppdiktet kommune 09"])
        self.assertEqual(rows[0]["score_cp"], str(standing(9)["score_cp"]))
        self.admin.delete(f"{named}/{consent['id']}", expect=204)
        self.assertEqual(analyst.get("/api/v1/nation/export").json["organisations"], [])

    def test_what_is_written_is_seen_by_the_next_request(self) -> None:
        before = self.admin.get("/api/v1/portfolios/all/figures").json["members"]
        made = self.admin.post("/api/v1/organisations", {"name": "Nykommen AS", "kind": "other"}, expect=201).json["id"]
        self.assertEqual(self.admin.get("/api/v1/portfolios/all/figures").json["members"], before + 1)
        self.admin.delete(f"/api/v1/organisations/{made}?reason=gone", expect=204)
        self.assertEqual(self.admin.get("/api/v1/portfolios/all/figures").json["members"], before)


class Leaning(unittest.TestCase):
    """What organisations of the lab lean on, as it was measured."""

    def test_what_many_lean_on_is_read_out_of_the_evidence(self) -> None:
        with Service(measuring=True) as service:
            admin = service.administrator()
            for name in ("steinlia", "nordsky"):
                measured(admin, name.capitalize(), f"{name}.example")
            for number in range(3):  # fewer than five are no figures
                admin.post("/api/v1/organisations", {"name": f"Umålt {number}", "kind": "other"}, expect=201)

            def found(kind: str) -> dict[str, int]:
                answer = admin.get(f"/api/v1/portfolios/all/concentration?kind={kind}").json
                return {one["name"]: one["organisations"] for one in answer["most"]}

            wait_until(lambda: found("registrar").get("Navnehuset i Laben AS") == 2, 90 * SLOWER)  # read every minute
            self.assertEqual(found("product")["nginx"], 2)
            self.assertIn("Postfix", found("product"))


if __name__ == "__main__":
    unittest.main()
