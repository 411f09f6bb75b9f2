#!/usr/bin/python3
"""Consents through the running service: who may give one, for which national body, and that an analyst with neither a
grant nor a consent has nothing of anybody by name, by whatever way it asks. Every answer is held against the OpenAPI document."""

from __future__ import annotations

import secrets
import sqlite3
import time
import unittest
import urllib.parse

from service import Client, Service

COUNTIES = ("11", "15", "46")
CHECK = "dns.caa.exists"
NORTH, SOUTH = "Nordtilsynet", "Sørtilsynet"


class Consents(unittest.TestCase):
    """Twenty-four municipalities as measurements have left them, and two national bodies with an analyst each."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.service = Service().__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.admin = cls.service.administrator()
        made = lambda **wanted: cls.admin.post("/api/v1/organisations", wanted, expect=201).json["id"]
        cls.towns = [made(name=f"Oppdiktet kommune {number:02}", kind="municipality", county=COUNTIES[number % 3],
                          kostra="EKG07", population=1000 * (number + 1)) for number in range(24)]
        cls.supplier = made(name="Skytjenester AS", kind="supplier")
        cls.north, cls.south = made(name=NORTH, kind="state", number="123456785"), made(name=SOUTH, kind="state")
        for town in cls.towns:
            cls.admin.post(f"/api/v1/organisations/{town}/suppliers", {"supplier": cls.supplier}, expect=201)
        cls.service.stop()
        database = sqlite3.connect(cls.service.db)
        with database:
            now = int(time.time())
            for number, town in enumerate(cls.towns):
                score = 5000 + number * 150
                database.execute(
                    "INSERT INTO standing (organisation, measured, score_cp, grade, managed_cp, coverage, low_cp, high_cp, gate, assets, critical, high, "
                    "medium, low, overdue_days, checks) VALUES (?, ?, ?, ?, ?, 9500, ?, ?, '', 3, 0, 1, 1, 0, 2, ?)",
                    (town, now, score, "C" if score >= 7000 else "D" if score >= 6000 else "F", score, score, score, CHECK))
                database.execute("INSERT INTO standing_past VALUES (?, ?, ?, 'F', 9500)", (town, now // 86400 - 20, 4000 + number))
                database.execute(
                    'INSERT INTO finding (organisation, id, asset, "check", outcome, severity, confidence, reason, state, first_seen, last_seen, reopened, '
                    "unseen) VALUES (?, ?, ?, ?, 'fail', 'high', 'confirmed', 'absent', 'open', ?, ?, 0, 0)",
                    (town, f"{CHECK}@www{number}.example", f"www{number}.example", CHECK, now - 86400, now))
                database.execute("INSERT INTO dependence VALUES (?, 'host', '192.0.2.7', ?)", (town, now))
        database.close()
        cls.service.start()
        cls.analyst = cls.service.user("analyst", cls.north)
        cls.other = cls.service.user("analyst", cls.south)
        cls.free = cls.service.user("analyst")

    def tearDown(self) -> None:
        """No consent is left for the next test."""
        for town in self.towns:
            path = f"/api/v1/organisations/{town}/consents"
            for one in self.admin.get(path).json["items"]:
                if one["withdrawn"] is None:
                    self.admin.delete(f"{path}/{one['id']}", expect=204)

    def own(self, role: str, town: str) -> Client:
        return self.service.user(role, town, login=f"{role}-{secrets.token_hex(4)}")

    def seen(self, client: Client) -> set[str]:
        return {one["id"] for one in client.items("/api/v1/organisations?limit=500")} - {self.north, self.south}

    def by_name(self, client: Client) -> dict[str, str]:
        """Everything that could tell of a town by name, as it stands in the answers."""
        made = client.post("/api/v1/portfolios", {"name": secrets.token_hex(4), "form": "filter", "filter": {"kinds": ["municipality"]}}, expect=201).json["id"]
        paths = ["/api/v1/organisations?limit=500", "/api/v1/organisations?q=Oppdiktet", "/api/v1/findings?limit=500",
                 "/api/v1/findings/groups?by=organisation", f"/api/v1/findings/groups?by=check", "/api/v1/findings/table?format=csv",
                 "/api/v1/nation/tiles", "/api/v1/nation/tiles/table?format=csv", "/api/v1/nation/export",
                 "/api/v1/nation/export?format=csv&part=organisations", "/api/v1/ownerless-assets", "/api/v1/me"]
        for portfolio in ("all", made):
            of = f"/api/v1/portfolios/{portfolio}"
            paths += [f"{of}/members", f"{of}/movers", f"{of}/issues", f"{of}/actions", f"{of}/concentration?kind=host", f"{of}/concentration?kind=supplier",
                      f"{of}/figures", f"{of}/members/table?format=csv", f"{of}/issues/table?format=csv",
                      f"{of}/concentration/table?format=csv&kind=host", f"{of}/movers/table?format=csv", f"{of}/actions/table?format=csv"]
        answers = {path: client.get(path).body.decode() for path in paths}
        client.delete(f"/api/v1/portfolios/{made}", expect=204)
        return answers

    def assert_nothing(self, client: Client, towns: list[str]) -> None:
        told = self.by_name(client)
        for town in towns:
            for path, body in told.items():
                self.assertNotIn(town, body, path)
                self.assertNotIn(f"Oppdiktet kommune {self.towns.index(town):02}", body, path)
            for path in ("", "/score", "/findings", "/assets", "/peers", "/consents", "/suppliers",
                         "/findings/" + urllib.parse.quote(f"{CHECK}@www{self.towns.index(town)}.example", safe="")):
                self.assertEqual(client.request("GET", f"/api/v1/organisations/{town}{path}", expect=404).problem, "not-found", path)

    def test_with_neither_grant_nor_consent_there_is_nobody_by_name(self) -> None:
        for client in (self.analyst, self.other, self.free):
            self.assert_nothing(client, self.towns)
            told = self.by_name(client)
            for path, body in told.items():
                self.assertNotIn(CHECK, body, path)
                self.assertNotIn(self.supplier, body, path)
            for answer in (client.get("/api/v1/portfolios/all/figures").json, client.get("/api/v1/portfolios/all/concentration?kind=host").json):
                self.assertLessEqual(answer["members"], 1)  # home
            self.assertEqual(client.items("/api/v1/findings"), [])
        # The nation is counted whole all the same.
        picture = self.analyst.get("/api/v1/nation?by=county&kind=municipality").json
        self.assertEqual(picture["total"]["figures"]["rated"], 24)
        self.assertEqual({cell["key"]: cell["members"] for cell in picture["cells"]}, dict.fromkeys(COUNTIES, 8))
        self.assertTrue(all(not cell["suppressed"] for cell in picture["cells"]))
        exported = self.analyst.get("/api/v1/nation/export").json
        self.assertEqual((exported["total"]["figures"]["rated"], exported["organisations"]), (24, []))

    def test_a_consent_is_for_one_body(self) -> None:
        town = self.towns[3]
        leader = self.own("leader", town)
        bodies = leader.items("/api/v1/national-bodies")
        self.assertEqual([(one["name"], one["number"]) for one in bodies], [(NORTH, "123456785"), (SOUTH, None)])
        path = f"/api/v1/organisations/{town}/consents"
        given = leader.post(path, {"scope": "score", "recipient": "123 456 785", "until": "2099-01-01T00:00:00Z"}, expect=201).json
        self.assertEqual((given["for"], given["body"], given["recipient"], given["way"]), ("body", self.north, NORTH, "own"))
        self.assertEqual(given["given_by"], leader.get("/api/v1/me").json["name"])
        self.assertEqual(self.seen(self.analyst), {town})
        self.assertEqual(self.analyst.get("/api/v1/me").json["consented"], [{"organisation": town, "detail": "score"}])
        self.assertEqual(self.analyst.items("/api/v1/findings"), [])
        self.analyst.get(f"/api/v1/organisations/{town}/findings", expect=403)
        self.assertEqual([one["findings"] for one in self.analyst.get("/api/v1/nation/export").json["organisations"]], [None])
        for client in (self.other, self.free):
            self.assert_nothing(client, [town])

        wider = leader.post(path, {"scope": "findings", "recipient": self.north}, expect=201).json
        self.assertEqual([one["organisation"] for one in self.analyst.items("/api/v1/findings")], [town])
        self.assertEqual([one["open_checks"] for one in self.analyst.get("/api/v1/nation/export").json["organisations"]], [[CHECK]])
        self.assertIn("Oppdiktet kommune 03", self.analyst.get("/api/v1/organisations?q=kommune+03").body.decode())
        self.assertEqual(len(self.analyst.get(f"/api/v1/organisations/{town}/consents").json["items"]), 2)
        for client in (self.other, self.free):
            self.assert_nothing(client, [town])
        # Seeing is not doing: nothing is asked again, followed up, or given on.
        finding = urllib.parse.quote(f"{CHECK}@www3.example", safe="")
        for method, what, body in (("POST", "/recheck", {}), ("POST", f"/findings/{finding}/comments", {"text": "x"}),
                                   ("POST", "/consents", {"scope": "findings", "recipient": "any"}), ("DELETE", f"/consents/{wider['id']}", None)):
            self.analyst.request(method, f"/api/v1/organisations/{town}{what}", body, expect=403)

        leader.delete(f"{path}/{wider['id']}", expect=204)
        self.assertEqual(self.analyst.items("/api/v1/findings"), [])
        leader.delete(f"{path}/{given['id']}", expect=204)
        leader.delete(f"{path}/{given['id']}", expect=404)
        self.assert_nothing(self.analyst, [town])
        entries = [one for one in self.admin.items(f"/api/v1/audit?organisation={town}&limit=500") if one["action"].startswith("consent.")]
        self.assertEqual(sorted(one["action"] for one in entries), ["consent.give"] * 2 + ["consent.withdraw"] * 2)
        me = leader.get("/api/v1/me").json
        for entry in entries:
            self.assertEqual(entry["actor"], me["id"])
            self.assertEqual(entry["detail"]["recipient"], NORTH)
            if entry["action"] == "consent.give":
                self.assertEqual((entry["detail"]["way"], entry["detail"]["given_by"]), ("own", me["name"]))

    def test_any_body_is_said_in_so_many_words(self) -> None:
        town = self.towns[4]
        leader = self.own("leader", town)
        path = f"/api/v1/organisations/{town}/consents"
        given = leader.post(path, {"scope": "findings", "recipient": "any"}, expect=201).json
        self.assertEqual((given["for"], given["body"]), ("any", None))
        for client in (self.analyst, self.other, self.free):
            self.assertEqual(self.seen(client), {town})
        # Another role at the body sees nothing by it.
        self.assertEqual(self.seen(self.own("security", self.north)), set())
        # Not before its time, not after it.
        leader.delete(f"{path}/{given['id']}", expect=204)
        leader.post(path, {"scope": "findings", "recipient": "any", "from": "2098-01-01T00:00:00Z", "until": "2099-01-01T00:00:00Z"}, expect=201)
        leader.post(path, {"scope": "findings", "recipient": "any", "from": "2020-01-01T00:00:00Z", "until": "2021-01-01T00:00:00Z"}, expect=201)
        self.assert_nothing(self.analyst, [town])

    def test_who_may_give_and_withdraw(self) -> None:
        town, neighbour = self.towns[5], self.towns[6]
        path, beside = (f"/api/v1/organisations/{one}/consents" for one in (town, neighbour))
        wanted = {"scope": "score", "recipient": self.north}
        given = None
        for role in ("security", "leader", "supplier"):
            person = self.own(role, town)
            given = person.post(path, wanted, expect=201).json
            person.delete(f"{path}/{given['id']}", expect=204)
            person.request("POST", beside, wanted, expect=404)
            user = person.get("/api/v1/me").json["id"]
            # Who works for another organisation, or buys from it, does not consent for it.
            self.admin.put(f"/api/v1/users/{user}/grants/{neighbour}", {"detail": "evidence", "acts": True, "reason": "shared IT"}, expect=200)
            person.request("POST", beside, wanted, expect=403)
            person.request("POST", f"/api/v1/organisations/{self.supplier}/consents", wanted, expect=403)
        given = self.admin.post(path, {**wanted, "given_by": "the municipal director"}, expect=201).json
        self.assertEqual((given["way"], given["given_by"]), ("paper", "the municipal director"))
        for role in ("procurement", "contract", "privacy", "analyst", "auditor"):
            person = self.own(role, town)
            person.request("POST", path, wanted, expect=403)
            person.request("DELETE", f"{path}/{given['id']}", expect=403)
            person.request("GET", "/api/v1/national-bodies", expect=403)
        # What was given on paper is the organisation's to take back.
        self.own("leader", town).delete(f"{path}/{given['id']}", expect=204)

    def test_what_is_wrong_is_named(self) -> None:
        town = self.towns[7]
        leader = self.own("leader", town)
        path = f"/api/v1/organisations/{town}/consents"
        for client, body, field in (
                (leader, {"scope": "score"}, "/recipient"),
                (leader, {"scope": "findings", "recipient": "the directorate"}, "/recipient"),
                (leader, {"scope": "findings", "recipient": self.towns[8]}, "/recipient"),  # hidden, or no body: the same
                (leader, {"scope": "findings", "recipient": "*"}, "/recipient"),
                (leader, {"scope": "score", "recipient": self.north, "given_by": "my director"}, "/given_by"),
                (leader, {"scope": "score", "recipient": self.north, "until": "2020-01-01T00:00:00Z"}, "/until"),
                (self.admin, {"scope": "score", "recipient": self.north}, "/given_by"),
                (self.admin, {"scope": "score", "recipient": town, "given_by": "x"}, "/recipient"),
                (self.admin, {"scope": "score", "recipient": "absent", "given_by": "x"}, "/recipient")):
            self.assertEqual(client.request("POST", path, body, expect=422).json["field"], field, body)
        # Who keeps the register names a body before anybody works there.
        made = self.admin.post(path, {"scope": "score", "recipient": self.supplier, "given_by": "x"}, expect=201).json
        self.assertEqual(made["body"], self.supplier)
        self.admin.delete(f"{path}/{made['id']}", expect=204)
        # For the other scopes there is nobody to name.
        made = leader.post(path, {"scope": "comparison"}, expect=201).json
        self.assertEqual((made["for"], made["body"], made["recipient"]), ("words", None, ""))

    def test_other_readers_are_not_told_for_whom(self) -> None:
        """A consent to one body is no other body's business."""
        town = self.towns[9]
        leader = self.own("leader", town)
        path = f"/api/v1/organisations/{town}/consents"
        given = [leader.post(path, {"scope": "findings", "recipient": body}, expect=201).json for body in (self.north, self.south)]
        self.assertEqual([one["body"] for one in self.analyst.get(path).json["items"]], [self.north])
        self.assertEqual([one["body"] for one in self.other.get(path).json["items"]], [self.south])
        self.assertEqual(len(leader.get(path).json["items"]), 2)
        for one in given:
            leader.delete(f"{path}/{one['id']}", expect=204)

    def test_what_is_known_by_name_is_not_taken_away_from_the_whole(self) -> None:
        """Eight in each county: with four known by name, the rest would be four."""
        given = []
        for town in self.towns[0:24:3][4:]:
            path = f"/api/v1/organisations/{town}/consents"
            given.append((path, self.admin.post(path, {"scope": "findings", "recipient": self.north, "given_by": "x"}, expect=201).json["id"]))
        for by in ("/api/v1/nation?by=county", "/api/v1/nation?by=county&kind=municipality"):
            mine = {cell["key"]: cell["suppressed"] for cell in self.analyst.get(by).json["cells"]}
            self.assertTrue(mine["11"], by)
        self.assertEqual(sum(mine.values()), 2, "and one more, so that the total does not give it")
        theirs = {cell["key"]: cell["suppressed"] for cell in self.other.get(by).json["cells"]}
        self.assertEqual(theirs, dict.fromkeys(COUNTIES, False))
        history = {cell["key"]: cell["points"] for cell in self.analyst.get("/api/v1/nation/history?by=county&kind=municipality").json["cells"]}
        self.assertTrue(history["11"] and all(point["suppressed"] for point in history["11"]))
        exported = self.analyst.get("/api/v1/nation/export").json
        cells = next(one["cells"] for one in exported["breakdowns"] if one["by"] == "county")
        self.assertTrue(next(one["suppressed"] for one in cells if one["key"] == "11"))
        self.assertEqual(len(exported["organisations"]), 4)
        for path, one in given:
            self.admin.delete(f"{path}/{one}", expect=204)


if __name__ == "__main__":
    unittest.main()
