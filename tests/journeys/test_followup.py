#!/usr/bin/python3
"""Following up: from a finding in the lab to its end. What people decide, who may decide it, what it does to the score, the
receipt that anyone can check, and the recheck that closes a finding once it is mended."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
import unittest
import urllib.parse
from datetime import datetime, timedelta, timezone
from pathlib import Path

from house import SLOWER, UTSYN, environment, lab_change
from service import Client, Service

HSTS = "http.hsts.exists"


def wait_until(wanted, limit_s: float):
    end = time.monotonic() + limit_s * SLOWER
    while time.monotonic() < end:
        if found := wanted():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {limit_s} s")


def day(from_now: int) -> str:
    return (datetime.now(timezone.utc) + timedelta(days=from_now)).strftime("%Y-%m-%d")


class FollowUp(unittest.TestCase):
    database = "sqlite"

    @classmethod
    def setUpClass(cls) -> None:
        cls.used = set()
        cls.addClassCleanup(lab_change, "reset")
        cls.service = Service(cls.database, measuring=True, arguments=("--public-address", "https://utsyn.example")).__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.admin = cls.service.administrator()
        cls.id = cls.admin.post("/api/v1/organisations", {"name": "Steinlia kommune", "kind": "municipality"}, expect=201).json["id"]
        cls.home = f"/api/v1/organisations/{cls.id}"
        for kind, name in (("domain", "steinlia.example"), ("host", "www.steinlia.example")):
            cls.admin.post(f"{cls.home}/targets", {"kind": kind, "name": name}, expect=201)
        cls.finished(cls.admin, cls.admin.post(f"{cls.home}/recheck", expect=202).json)
        cls.anne = cls.service.user("security", cls.id)
        cls.bjorn = cls.service.user("security", cls.id)

    @classmethod
    def finished(cls, client: Client, job: dict) -> dict:
        def state() -> dict | None:
            now = client.get(f"/api/v1/jobs/{job['id']}").json
            return now if now["state"] in ("done", "failed") else None

        done = wait_until(state, 90)
        if done["state"] != "done":
            raise AssertionError(done["error"])
        return done

    def findings(self, client: Client | None = None, **query: str) -> list[dict]:
        words = urllib.parse.urlencode(query)
        return (client or self.anne).items(f"{self.home}/findings?limit=500&{words}")

    def one(self, **query: str) -> str:
        """The address of an open finding that no other test has touched."""
        for finding in self.findings(state="open", **query):
            if finding["id"] not in self.used:
                self.used.add(finding["id"])
                return self.address(finding["id"])
        raise AssertionError(f"no untouched finding {query}")

    def address(self, finding: str) -> str:
        return f"{self.home}/findings/{urllib.parse.quote(finding, safe='@:')}"

    def test_findings_are_listed_counted_and_explained(self) -> None:
        found = self.findings()
        self.assertGreater(len(found), 10)
        ranks = ["critical", "high", "medium", "low", "info"]
        order = [ranks.index(one["severity"]) for one in found]
        self.assertEqual(order, sorted(order))
        groups = self.anne.get("/api/v1/findings/groups?by=severity").json["items"]
        self.assertEqual(sum(group["findings"] for group in groups), len(found))
        paged = self.anne.items(f"{self.home}/findings?limit=7&sort=oldest")
        self.assertEqual(sorted(one["id"] for one in paged), sorted(one["id"] for one in found))

        detail = self.anne.get(self.address(found[0]["id"]) + "?lang=nn").json
        self.assertTrue(detail["texts"]["why"] and detail["texts"]["remedy"])
        self.assertEqual(detail["verdict"]["outcome"], found[0]["outcome"])
        self.assertTrue(detail["evidence_now"], "a security officer sees the evidence")
        self.assertEqual(detail["timeline"][0]["kind"], "opened")
        self.assertEqual(self.anne.get(self.address("no.such@thing"), expect=404).problem, "not-found")
        self.assertEqual(self.anne.get(f"{self.home}/findings?severity=dreadful", expect=422).json["field"], "severity")

    def test_the_score_is_explained_to_the_last_cent(self) -> None:
        score = self.anne.get(f"{self.home}/score").json
        self.assertEqual(sum(line["cp"] for line in score["lines"]), 10000 - score["score_cp"])
        self.assertGreaterEqual(score["managed_cp"], score["score_cp"])
        self.assertTrue(score["interval_cp"][0] <= score["score_cp"] <= score["interval_cp"][1])
        history = self.anne.get(f"{self.home}/score/history").json["items"]
        since = history[0]["from"]
        change = self.anne.get(f"{self.home}/score/change?since={since}").json
        self.assertEqual(sum(change["steps"].values()), change["after_cp"] - change["before_cp"])
        self.assertEqual(self.anne.get(f"{self.home}/score/change?since=2001-01-01T00:00:00Z", expect=404).problem, "not-scored")
        self.assertEqual(self.anne.get(f"{self.home}/score/change", expect=422).json["field"], "since")

        plan = self.anne.post(f"{self.home}/score/plan", {"budget_minutes": 300}, expect=200).json
        self.assertLessEqual(plan["minutes"], 300)
        self.assertGreaterEqual(plan["score_cp"], plan["score_before_cp"])
        self.assertEqual(plan["minutes"], sum(action["minutes"] for action in plan["actions"] if action["chosen"]))
        target = self.anne.post(f"{self.home}/score/plan", {"target_cp": plan["score_cp"], "by": "finding"}, expect=200).json
        self.assertTrue(target["reachable"])
        self.assertGreaterEqual(target["score_cp"], plan["score_cp"])
        refused = self.anne.post(f"{self.home}/score/plan", {"target_cp": 1, "budget_minutes": 1}, expect=422)
        self.assertEqual(refused.json["field"], "/target_cp")

    def test_a_receipt_is_checked_offline_and_refused_when_altered(self) -> None:
        receipt = self.anne.get(f"{self.home}/score/receipt").json
        self.assertEqual(receipt["receipt"]["measured"], self.anne.get(f"{self.home}/score").json["measured"])
        keys = self.service.nobody().get("/.well-known/utsyn-receipt-keys.json").json
        self.assertEqual(keys, self.service.nobody().get("/api/v1/receipt-keys").json)
        self.assertIn(receipt["signature"]["key"], [key["kid"] for key in keys["keys"]])
        with tempfile.TemporaryDirectory() as folder:
            paper, ring = Path(folder) / "receipt.json", Path(folder) / "keys.json"
            ring.write_text(json.dumps(keys))

            def verify(document: dict, *more: object) -> subprocess.CompletedProcess:
                paper.write_text(json.dumps(document, indent=2))
                # In a network of its own without any way out: offline in earnest.
                return subprocess.run(["unshare", "-n", UTSYN, "score", "verify", paper, *more], capture_output=True, text=True, timeout=60 * SLOWER,
                                      check=False, env=environment())

            good = verify(receipt, "--key", ring)
            self.assertEqual(good.returncode, 0, good.stderr)
            self.assertIn("The receipt is good: Steinlia kommune", good.stdout)
            self.assertIn("Give --key", verify(receipt).stdout)

            better = json.loads(json.dumps(receipt))
            better["receipt"]["output"]["score_cp"] += 100
            refused = verify(better, "--key", ring)
            self.assertEqual(refused.returncode, 1)
            self.assertIn(f"/receipt/output/score_cp: the receipt says {better['receipt']['output']['score_cp']}", refused.stderr)
            self.assertIn("altered after it was signed", refused.stderr)
            kinder = json.loads(json.dumps(receipt))
            kinder["receipt"]["input"]["findings"] = kinder["receipt"]["input"]["findings"][1:]
            self.assertEqual(verify(kinder, "--key", ring).returncode, 1)
            self.assertEqual(verify({}, "--key", ring).returncode, 1)
            ring.write_text("{}")
            self.assertIn("neither a PEM nor", verify(receipt, "--key", ring).stderr)

    def test_an_acceptance_has_an_owner_and_an_end(self) -> None:
        one = self.one(severity="medium")
        before = self.anne.get(f"{self.home}/score").json
        wanted = {"kind": "acceptance", "owner": "Kari Nordmann", "reason": "Replaced in May", "until": day(100)}
        for member, value in (("until", day(400)), ("until", day(-1)), ("until", None), ("owner", ""), ("reason", " "), ("kind", "wish")):
            self.assertEqual(self.anne.post(f"{one}/treatments", {**wanted, member: value}, expect=422).json["field"], f"/{member}")
        made = self.anne.post(f"{one}/treatments", wanted, expect=201).json
        self.assertEqual((made["state_before"], made["state_after"]), ("open", "accepted"))
        after = self.anne.get(f"{self.home}/score").json
        self.assertEqual(after["score_cp"], before["score_cp"], "measured: an acceptance mends nothing")
        self.assertGreaterEqual(after["managed_cp"], before["managed_cp"])
        self.assertEqual(self.bjorn.post(f"{one}/treatments", wanted, expect=409).problem, "already-treated")
        taken = self.anne.delete(f"{one}/treatments/{made['treatment']['id']}", expect=200).json
        self.assertEqual((taken["state_after"], taken["treatment"]["standing"]), ("open", "withdrawn"))
        timeline = [item["kind"] for item in self.anne.get(one).json["timeline"]]
        self.assertEqual(timeline[-2:], ["acceptance", "withdrawn"])

    def test_a_compensation_takes_a_second_person(self) -> None:
        one = self.one(severity="medium")
        asked = self.anne.post(f"{one}/treatments", {"kind": "compensation", "reason": "Only from the office", "until": day(100)}, expect=201).json
        self.assertEqual(asked["state_after"], "open")
        approval = f"{one}/treatments/{asked['treatment']['id']}/approval"
        waiting = self.bjorn.items("/api/v1/treatments?kind=compensation")
        self.assertEqual([item["treatment"]["id"] for item in waiting], [asked["treatment"]["id"]])
        decision = {"decision": "approved", "reason": "Looked at it together"}
        self.assertEqual(self.anne.post(approval, decision, expect=403).problem, "same-person")
        # A token of hers is still she.
        self.assertEqual(self.anne.with_token(["read", "approve"]).post(approval, decision, expect=403).problem, "same-person")
        approved = self.bjorn.post(approval, decision, expect=200).json
        self.assertEqual(approved["state_after"], "compensated")
        self.assertGreaterEqual(approved["effect"]["after_cp"], approved["effect"]["before_cp"])
        self.assertEqual(self.bjorn.post(approval, decision, expect=409).problem, "treatment-over")
        self.assertEqual(self.bjorn.items("/api/v1/treatments?kind=compensation"), [])

    def test_a_dispute_is_answered_by_the_platform(self) -> None:
        one = self.one(severity="medium")
        wanted = {"kind": "dispute", "reason": "Not ours", "evidence": "The name moved to another municipality in May"}
        self.assertEqual(self.anne.post(f"{one}/treatments", {**wanted, "evidence": ""}, expect=422).json["field"], "/evidence")
        asked = self.anne.post(f"{one}/treatments", wanted, expect=201).json
        self.assertEqual(asked["state_after"], "disputed")
        due = datetime.fromisoformat(asked["treatment"]["answer_due"].replace("Z", "+00:00"))
        self.assertTrue(timedelta(days=5) < due - datetime.now(timezone.utc) < timedelta(days=16), "five working days, holidays or not")
        self.assertTrue(self.anne.get(f"{self.home}/score").json["disputed"])
        answer = f"{one}/treatments/{asked['treatment']['id']}/answer"
        self.assertEqual(self.bjorn.post(answer, {"decision": "upheld", "reason": "Yes"}, expect=403).problem, "forbidden")
        rejected = self.admin.post(answer, {"decision": "rejected", "reason": "The registry says otherwise"}, expect=200).json
        self.assertEqual(rejected["state_after"], "open")
        self.assertEqual(self.anne.post(f"{one}/treatments", {**wanted, "evidence": wanted["evidence"].upper()}, expect=409).problem, "same-evidence")
        again = self.anne.post(f"{one}/treatments", {**wanted, "evidence": "A letter from the registry"}, expect=201).json
        upheld = self.admin.post(f"{one}/treatments/{again['treatment']['id']}/answer", {"decision": "upheld", "reason": "So it is"}, expect=200).json
        self.assertEqual(upheld["state_after"], "upheld")
        self.assertGreaterEqual(upheld["effect"]["after_cp"], upheld["effect"]["before_cp"])

    def test_many_at_once_each_with_its_own_outcome(self) -> None:
        me = self.anne.get("/api/v1/me").json
        low = self.findings(severity="low", state="open")
        self.assertGreater(len(low), 1)
        assigned = self.anne.post("/api/v1/findings/actions", {"action": "assign", "filter": {"organisation": [self.id], "severity": ["low"]},
                                                               "work": {"assignee": "me", "due": day(30)}}, expect=200).json
        self.assertEqual((assigned["done"], assigned["refused"]), (len(low), 0))
        mine = self.findings(assignee="me")
        self.assertEqual(sorted(one["id"] for one in mine), sorted(one["id"] for one in low))
        self.assertEqual({(one["due"], one["due_set_by"], one["assignee"]["id"]) for one in mine}, {(day(30), "person", me["id"])})

        items = [{"organisation": self.id, "finding": low[0]["id"]}, {"organisation": self.id, "finding": "no.such@thing"},
                 {"organisation": "elsewhere", "finding": low[0]["id"]}]
        said = self.anne.post("/api/v1/findings/actions", {"action": "comment", "items": items, "text": "Ordered for May"}, expect=200).json
        self.assertEqual([(item["done"], item["problem"]) for item in said["items"]], [(True, None), (False, "not-found"), (False, "not-found")])
        self.assertEqual([comment["text"] for comment in self.anne.get(self.address(low[0]["id"])).json["comments"]], ["Ordered for May"])
        both = {"action": "comment", "items": items, "filter": {}, "text": "x"}
        self.assertEqual(self.anne.post("/api/v1/findings/actions", both, expect=422).json["field"], "/items")

    def test_a_filter_is_kept_with_every_version(self) -> None:
        wanted = {"name": "Ours, overdue", "filter": {"assignee": "me", "overdue": True}}
        saved = self.anne.post("/api/v1/saved-filters", wanted, expect=201).json
        self.assertEqual(saved["filter"]["assignee"], self.anne.get("/api/v1/me").json["id"])
        place = f"/api/v1/saved-filters/{saved['id']}"
        self.assertEqual(self.anne.put(place, {"name": "High", "filter": {"severity": ["high"]}}, expect=200).json["version"], 2)
        self.bjorn.get(place, expect=404)
        self.anne.delete(place, expect=204)
        self.assertEqual(self.anne.items("/api/v1/saved-filters"), [])
        versions = self.anne.get(place).json["versions"]
        self.assertEqual([version["version"] for version in versions], [2, 1])
        self.assertIsNotNone(versions[0]["removed"])

    def test_what_is_not_granted_is_not_there(self) -> None:
        other = self.admin.post("/api/v1/organisations", {"name": "Vidda kommune", "kind": "municipality"}, expect=201).json["id"]
        stranger = self.service.user("security", other)
        self.assertEqual(stranger.items("/api/v1/findings"), [])
        self.assertEqual(stranger.get("/api/v1/findings/groups").json["items"], [])
        self.assertEqual(stranger.items(f"/api/v1/findings?organisation={self.id}"), [])
        one = self.address(self.findings()[0]["id"])
        for place in (one, f"{self.home}/findings", f"{self.home}/score", f"{self.home}/score/receipt"):
            self.assertEqual(stranger.get(place, expect=404).problem, "not-found")
        stranger.post(f"{one}/treatments", {"kind": "acceptance", "reason": "x"}, expect=404)
        stranger.post(f"{one}/recheck", expect=404)
        # The administrator grants the score alone: no line of it, no finding.
        user = stranger.get("/api/v1/me").json["id"]
        self.admin.put(f"/api/v1/users/{user}/grants/{self.id}", {"detail": "score", "reason": "neighbours"})
        score = stranger.get(f"{self.home}/score").json
        self.assertNotIn("lines", score)
        self.assertNotIn("not_seen", score)
        self.assertEqual(stranger.get(f"{self.home}/findings", expect=403).problem, "forbidden")
        self.assertEqual(stranger.items("/api/v1/findings"), [])
        # Findings to read are no findings to decide on.
        self.admin.put(f"/api/v1/users/{user}/grants/{self.id}", {"detail": "findings", "reason": "neighbours"})
        self.assertGreater(len(stranger.items("/api/v1/findings")), 0)
        self.assertEqual(stranger.get(one).json["evidence_now"], [])
        self.assertEqual(stranger.post(f"{one}/comments", {"text": "Hm"}, expect=403).problem, "forbidden")

    def test_a_recheck_closes_what_was_mended(self) -> None:
        finding = f"{HSTS}@www.steinlia.example:443"
        place = self.address(finding)
        self.assertEqual(self.anne.get(place).json["state"], "open")
        events = self.anne.events(query=f"?organisation={self.id}")
        self.addCleanup(events.close)
        # Nothing was mended: it stays open, whatever is wished.
        still = self.finished(self.anne, self.anne.post(f"{place}/recheck", expect=202).json)
        self.assertEqual(self.anne.get(place).json["state"], "open")
        self.assertIn(finding, [one["finding"] for one in still["result"]["findings"]])

        lab_change("fix-hsts")
        self.addCleanup(lab_change, "reset")
        started = time.monotonic()
        job = self.anne.post(f"{place}/recheck", expect=202).json
        events.wait_for(lambda event: event["kind"] == "job-changed" and event["data"]["job"] == job["id"] and event["data"]["state"] == "done", 60)
        self.assertLess(time.monotonic() - started, 60 * SLOWER)
        done = self.finished(self.anne, job)
        moved = {one["finding"]: one for one in done["result"]["findings"]}[finding]
        self.assertEqual(moved["change"], "closed")
        self.assertEqual((moved["before"]["outcome"], moved["after"]["outcome"]), ("fail", "pass"))
        self.assertNotEqual(moved["before"]["evidence"], moved["after"]["evidence"])
        self.assertGreaterEqual(done["result"]["score_after_cp"], done["result"]["score_before_cp"])
        self.assertGreater(self.service.nobody().get("/api/v1/promises").json["rechecks"], 0)
        detail = self.anne.get(place).json
        self.assertEqual(detail["state"], "fixed")
        self.assertEqual(detail["timeline"][-1]["kind"], "closed")
        self.assertNotEqual(detail["evidence_before"], detail["evidence_now"])
        refused = self.anne.post(f"{place}/treatments", {"kind": "acceptance", "owner": "K", "reason": "x", "until": day(9)}, expect=409)
        self.assertEqual(refused.problem, "finding-closed")


class FollowUpOnPostgres(FollowUp):
    database = "postgresql"


if __name__ == "__main__":
    unittest.main()
