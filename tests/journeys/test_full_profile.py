#!/usr/bin/python3
"""The full profile: active questions are asked of nobody who has not proved the domain and consented, they find what they are
for, and the score that everybody is compared on does not know of them."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import tempfile
import time
import unittest
import urllib.parse
from pathlib import Path

from house import LAB_DIR, ROOT, SLOWER, TRUTH, measure, portfolio, utsyn
from service import Service
from test_alerts import Receiver, channel, measured, rule, wait_until

# Every name server of the zone: the resolver asks whichever it likes.
KNOTS = {"testfelt.example": ("range",), "steinlia.example": ("orgs", "range")}
# What simulators were asked that no visitor asks, a line each.
NOTED = LAB_DIR / "simulators" / "active-questions"
PORTS = {"web": "{host}:443", "mail": "mx.{host}:25", "dns": "ns.{host}:53"}


def noted() -> list[str]:
    return NOTED.read_text().splitlines()


def knot(zone: str, *command: str) -> None:
    for server in KNOTS[zone]:
        conf = LAB_DIR / "dns" / server / "knot.conf"
        for part in (["zone-begin", zone], [command[0], zone, *command[1:]], ["zone-commit", zone]):
            subprocess.run(["knotc", "-b", "-c", str(conf), *part], check=True, capture_output=True, timeout=30)


def publish(domain: str, text: str) -> None:
    zone = ".".join(domain.split(".")[-2:])
    knot(zone, "zone-set", f"_utsyn-challenge.{domain}.", "1", "TXT", f'"{text}"')


def unpublish(domain: str) -> None:
    knot(".".join(domain.split(".")[-2:]), "zone-unset", f"_utsyn-challenge.{domain}.")


def token_in(words: str, domain: str) -> str:
    return re.search(rf'_utsyn-challenge\.{re.escape(domain)} "(utsyn-challenge=[^"]+)"', words)[1]


def full_checks() -> set[str]:
    return {one["id"] for one in utsyn("checks", "--json").document if one["intrusiveness"] == "active-needs-consent"}


class CommandLine(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(tempfile.mkdtemp(prefix="utsyn-full-"))
        cls.db = str(cls.folder / "utsyn.db")
        cls.checks = full_checks()
        cls.cases = [one for one in TRUTH["simulators"] if set(one["shows"]) & cls.checks]
        cls.hostile = ["sim-stall", "sim-close-hello", "sim-reset-hello", "sim-endless-warnings", "sim-lie-record-long"]
        hosts = [one["host"] for one in cls.cases if one["kind"] == "web"] + [f"{name}.testfelt.example" for name in cls.hostile]
        zones = [one["host"] for one in cls.cases if one["kind"] != "web"]
        mail = ["sim-mail-421.testfelt.example", "sim-mail-silent.testfelt.example"]
        cls.range = portfolio(cls.folder / "range.json", {
            "id": "range", "domains": ["testfelt.example", *zones, *mail], "hosts": hosts})
        cls.core = cls.run_it("core")
        cls.assert_untouched(cls.core.err)
        refused = cls.run_it("full", expect=1)
        cls.assert_untouched(refused.err)
        publish("testfelt.example", token_in(refused.err, "testfelt.example"))
        # The lab's resolver may know, for 30 s, that there was no such name.
        for _ in range(12):
            cls.full = cls.run_it("full", expect=None)
            if cls.full.status == 0:
                break
            time.sleep(4)
        else:
            raise AssertionError(cls.full.err)
        cls.organisation = cls.full.document["organisations"][0]
        cls.by_place = {(one["check"], one["asset"]): one for one in cls.organisation["verdicts"]}

    @classmethod
    def tearDownClass(cls) -> None:
        unpublish("testfelt.example")

    @classmethod
    def run_it(cls, profile: str, *more: str, expect: int | None = 0):
        ran = measure(cls.range, "--profile", profile, "--db", cls.db, "--json", "--deadline", "30", *more, limit_s=150)
        if expect is not None and ran.status != expect:
            raise AssertionError(f"--profile {profile}: status {ran.status}\n{ran.err}")
        return ran

    @classmethod
    def assert_untouched(cls, words: str) -> None:
        if noted():
            raise AssertionError(f"asked without leave: {noted()[:5]}\n{words}")

    def test_what_was_made_for_it_is_found_with_evidence(self) -> None:
        compared = 0
        for one in self.cases:
            for check, wanted in one["shows"].items():
                if check not in self.checks:
                    continue
                with self.subTest(one["name"], check=check):
                    verdict = self.by_place[(check, PORTS[one["kind"]].format(host=one["host"]))]
                    self.assertEqual(verdict["verdict"], wanted, verdict)
                    self.assertTrue(verdict["evidence"])
                    compared += 1
        self.assertGreaterEqual(compared, 13)
        shown = {verdict["check"] for verdict in self.organisation["verdicts"] if verdict["verdict"] == "fail"} & self.checks
        page = (ROOT / "docs" / "not-producible.md").read_text()
        self.assertEqual(self.checks - shown, {check for check in self.checks if f"| `{check}` |" in page})

    def test_of_what_leaks_only_a_count_is_kept(self) -> None:
        verdict = self.by_place["tls.vuln.heartbleed", "sim-heartbleed.testfelt.example:443"]
        self.assertEqual(verdict["detail"], {"excess_bytes": 1})
        zone = self.by_place["dns.axfr.open", "ns.sim-zone-transfer.testfelt.example:53"]
        with sqlite3.connect(self.db) as db:
            kept = [row[0] for row in db.execute("SELECT data FROM evidence WHERE kind LIKE 'active.%'")]
        self.assertGreater(len(kept), 10)
        self.assertFalse([text for text in kept if "LEAK" in text or "192.0.2" in text])
        self.assertGreaterEqual(zone["detail"]["first_records"], 2)

    def test_hostile_and_silent_servers_are_unknown(self) -> None:
        for name in self.hostile:
            for check in ("tls.vuln.heartbleed", "tls.vuln.ccs", "tls.vuln.robot"):
                with self.subTest(name, check=check):
                    verdict = self.by_place[check, f"{name}.testfelt.example:443"]
                    self.assertIn(verdict["verdict"], ("unknown", "not_applicable"), verdict)
        for check in ("email.smtp.open-relay", "email.smtp.vrfy-expn", "email.starttls.injection"):
            for name in ("sim-mail-421", "sim-mail-silent"):
                self.assertEqual(self.by_place[check, f"mx.{name}.testfelt.example:25"]["verdict"], "unknown")

    def test_the_core_score_knows_nothing_of_it(self) -> None:
        for ran in (self.core, self.full):
            organisation = ran.document["organisations"][0]
            names = [finding["id"] for finding in organisation["input"]["findings"]]
            self.assertEqual([name for name in names if name.split("@")[0] in self.checks], [])
        self.assertNotIn("full", self.core.document["organisations"][0])
        full = self.organisation["full"]
        extra = {one["id"].split("@")[0] for one in full["input"]["findings"]} - {one["id"].split("@")[0] for one in self.organisation["input"]["findings"]}
        self.assertEqual(extra, self.checks - {"tls.reneg.insecure-client"})
        for part in (self.organisation, full):
            self.assertEqual(utsyn("score", "-", stdin=json.dumps(part["input"])).document, part["score"])
        with sqlite3.connect(self.db) as db:
            standing = db.execute("SELECT checks FROM standing WHERE organisation = 'range'").fetchone()[0].split(",")
            profiles = [row[0] for row in db.execute("SELECT profile FROM measurement WHERE organisation = 'range' ORDER BY time")]
        self.assertEqual(set(standing) & self.checks, set())
        self.assertEqual((profiles[0], profiles[-1]), ("core", "full"))

    def test_history_says_the_same(self) -> None:
        again = self.run_it("full", "--as-of", self.organisation["measured"])
        verdicts = {(one["check"], one["asset"]): one["verdict"] for one in again.document["organisations"][0]["verdicts"]}
        for place, verdict in self.by_place.items():
            if place[0] in self.checks:
                self.assertEqual(verdicts.get(place), verdict["verdict"], place)

    def test_a_person_reads_what_to_do(self) -> None:
        before = len(noted())
        ran = measure(self.range, "--profile", "full", "--db", self.db, "--lang", "nn", "--deadline", "30", limit_s=150)
        self.assertEqual(ran.status, 0, ran.err)
        self.assertIn("tls.vuln.heartbleed", ran.out)
        self.assertIn("Tenaren svara på eit hjarteslag", " ".join(ran.out.split()))
        self.assertGreater(len(noted()), before)

    def test_an_opt_out_wins_over_proof(self) -> None:
        before = len(noted())
        relay = portfolio(self.folder / "one.json", {"id": "range", "domains": ["testfelt.example"], "hosts": ["sim-heartbleed.testfelt.example"]})
        ran = measure(relay, "--profile", "full", "--db", self.db, "--json", "--opt-out", "sim-heartbleed.testfelt.example")
        self.assertEqual(ran.status, 0, ran.err)
        verdicts = {one["verdict"] for one in ran.document["organisations"][0]["verdicts"]
                    if one["check"] in self.checks and one["asset"] == "sim-heartbleed.testfelt.example:443"}
        self.assertLessEqual(verdicts, {"unknown"})
        self.assertEqual([line for line in noted()[before:] if line.startswith("sim-heartbleed ")], [])


class Refusals(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.db = str(Path(self.folder.name) / "utsyn.db")

    def test_without_proof_nothing_at_all_is_asked(self) -> None:
        before = noted()
        ran = measure("sim-mail-relay.testfelt.example", "steinlia.example", "--profile", "full", "--db", self.db, "--json")
        self.assertEqual(ran.status, 1)
        self.assertEqual(ran.document["organisations"], [])
        for domain in ("sim-mail-relay.testfelt.example", "steinlia.example"):
            self.assertIn(f"{domain}: --profile full asks active questions", ran.err)
            self.assertIn(f"https://{domain}/.well-known/utsyn-challenge", ran.err)
        self.assertEqual(noted(), before)
        # The token is the organisation's and the domain's: the same the next time, another for others.
        token = token_in(ran.err, "steinlia.example")
        again = measure("steinlia.example", "--profile", "full", "--db", self.db, "--json")
        self.assertEqual(token_in(again.err, "steinlia.example"), token)
        self.assertNotEqual(token_in(ran.err, "sim-mail-relay.testfelt.example"), token)

    def test_a_proof_of_somebody_elses_token_counts_for_nothing(self) -> None:
        publish("steinlia.example", "utsyn-challenge=made-up-by-somebody")
        self.addCleanup(unpublish, "steinlia.example")
        ran = measure("steinlia.example", "--profile", "full", "--db", self.db, "--json")
        self.assertEqual(ran.status, 1)
        self.assertIn("no proof", ran.err)

    def test_the_token_needs_a_store(self) -> None:
        ran = measure("steinlia.example", "--profile", "full", "--db", "none")
        self.assertEqual(ran.status, 2)
        self.assertIn("--db none", ran.err)

    def test_the_stop_switch_wins(self) -> None:
        switch = Path(self.folder.name) / "stop"
        switch.touch()
        ran = measure("steinlia.example", "--profile", "full", "--db", self.db, "--kill-switch", str(switch))
        self.assertEqual(ran.status, 1)
        self.assertIn("could not be looked for", ran.err)


class Healthy(unittest.TestCase):
    def test_sound_servers_pass_and_the_suppliers_are_left_alone(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            db = str(Path(folder) / "utsyn.db")
            options = ("fjordvik.example", "--profile", "full", "--db", db, "--json")
            token = token_in(measure(*options).err, "fjordvik.example").removeprefix("utsyn-challenge=")
            file = LAB_DIR / "www" / "fjordvik.example" / ".well-known" / "utsyn-challenge"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(token + "\n")
            self.addCleanup(file.unlink)
            ran = measure(*options, limit_s=150)
            self.assertEqual(ran.status, 0, ran.err)
            checks = full_checks()
            found = {(one["check"], one["asset"]): one for one in ran.document["organisations"][0]["verdicts"] if one["check"] in checks}
            asked = {asset.split(":")[0] for _, asset in found}
            self.assertTrue(asked)
            self.assertEqual([host for host in asked if not host.endswith("fjordvik.example")], [], "a supplier's servers were asked")
            self.assertEqual({one["verdict"] for one in found.values()} - {"pass", "not_applicable"}, set(), list(found.values()))
            for place in (("dns.axfr.open", "ns1.fjordvik.example:53"), ("tls.vuln.ccs", "www.fjordvik.example:443")):
                self.assertIn(found[place]["verdict"], ("pass", "not_applicable"))
            self.assertEqual({one["verdict"] for (check, _), one in found.items() if check == "email.smtp.open-relay"}, {"pass"})


class WithConsent(unittest.TestCase):
    database = "sqlite"

    @classmethod
    def setUpClass(cls) -> None:
        cls.service = Service(cls.database, measuring=True, arguments=("--allow-channel-net", "127.0.0.1/32")).__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.admin = cls.service.administrator()

    def due(self) -> None:
        """As if a week had gone by."""
        due = int(time.time()) - 5
        self.service.sql(f"UPDATE schedule SET due = {due}, full_due = CASE WHEN full_due IS NULL THEN NULL ELSE {due} END "
                         f"WHERE organisation = '{self.organisation}'")

    def schedule(self) -> dict:
        """As the organisation sees it, which is as the administrator does."""
        own = self.admin.get(f"{self.path}/schedule").json
        row = next(one for one in self.admin.items("/api/v1/schedule") if one["organisation"] == self.organisation)
        self.assertEqual({name: row[name] for name in own}, own)
        return own

    def next_job(self, known: set[str]) -> dict:
        return wait_until(lambda: next((one for one in self.admin.get(f"{self.path}/jobs").json["items"]
                                        if one["id"] not in known and one["state"] in ("done", "failed")), None), 120 * SLOWER)

    def jobs(self) -> set[str]:
        """All there are, when none is waiting: a new proof asks for a measurement too."""
        def settled() -> list[dict] | None:
            jobs = self.admin.get(f"{self.path}/jobs").json["items"]
            return jobs if all(one["state"] in ("done", "failed") for one in jobs) else None
        return {one["id"] for one in wait_until(settled, 120 * SLOWER)}

    def measured_again(self) -> dict:
        known = self.jobs()
        self.due()
        job = self.next_job(known)
        self.assertEqual(job["state"], "done", job["error"])
        self.assertEqual(job["wanted_by"], "schedule")
        return job

    def consent(self) -> dict:
        return self.admin.post(f"{self.path}/consents", {"scope": "active", "recipient": "Utsyn", "given_by": "the head of IT"}, expect=201).json

    def proved(self, domain: str) -> bool:
        return self.admin.post(f"{self.path}/ownership/{domain}/check", expect=200).json["method"] == "dns"


class Scheduled(WithConsent):
    def test_weekly_while_consent_and_proof_hold(self) -> None:
        # A mail server that relays for anybody; few questions, so that measuring it again and again spends no budget.
        domain, server = "sim-mail-relay.testfelt.example", "mx.sim-mail-relay.testfelt.example:25"
        relays = f"email.smtp.open-relay@{server}"
        start = len(noted())
        self.organisation = measured(self.admin, "Testfeltet", domain)
        self.path = f"/api/v1/organisations/{self.organisation}"
        self.assertIsNone(self.schedule()["full_due"])
        asked = self.admin.post(f"{self.path}/ownership", {"domain": domain}, expect=201).json
        publish(domain, asked["dns_text"])
        self.addCleanup(unpublish, domain)
        # The lab's resolver may know, for 30 s, that there was no such name.
        wait_until(lambda: self.proved(domain) or time.sleep(8), 60 * SLOWER)
        self.assertIsNone(self.schedule()["full_due"], "a proof is no consent")
        self.assertEqual(self.measured_again()["profile"], "core")
        self.assertEqual(len(noted()), start)

        consent = self.consent()
        self.assertTrue(consent["in_force"])
        self.assertEqual(self.schedule()["full_due"], self.schedule()["due"])
        job = self.measured_again()
        full = job["result"]["full"]
        self.assertEqual((job["profile"], full["asked"], full["domains"], full["reason"]), ("full", True, [domain], None), job)
        self.assertIn("sim-mail-relay RCPT", noted()[start:])
        opened = [one["finding"] for one in job["result"]["findings"] if one["change"] == "opened"]
        self.assertEqual(opened, [relays])
        self.assertEqual(job["result"]["score_before_cp"], job["result"]["score_after_cp"], "consenting costs nothing")
        self.assertLess(full["score_cp"], job["result"]["score_after_cp"])
        findings = {one["id"]: one for one in self.admin.items(f"{self.path}/findings?limit=200")}
        self.assertEqual((findings[relays]["state"], findings[relays]["severity"]), ("open", "critical"))
        one = f"{self.path}/findings/{urllib.parse.quote(relays, safe='')}"
        self.assertEqual(self.admin.get(one).json["id"], relays)
        planned = self.schedule()["full_due"]
        # Rechecking what only active questions see asks them, of that server alone, and moves no plan.
        recheck = self.admin.post(f"{one}/recheck", expect=202).json["id"]
        done = wait_until(lambda: (job := self.admin.get(f"/api/v1/jobs/{recheck}").json)["state"] in ("done", "failed") and job, 60 * SLOWER)
        self.assertEqual((done["profile"], done["asset"], done["result"]["full"]["asked"]), ("full", server, True), done)
        self.assertEqual([(job["finding"], job["after"]["outcome"]) for job in done["result"]["findings"]], [(relays, "fail")])
        self.assertEqual(self.schedule()["full_due"], planned)
        self.assertGreater(planned, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3 * 86_400)))

        self.service.restart()
        self.assertEqual(self.schedule()["full_due"], planned, "what is planned survives a restart")
        # A core measurement in between neither closes it nor asks.
        before = len(noted())
        known = self.jobs()
        with sqlite3.connect(self.service.db, timeout=30) as db:
            db.execute("UPDATE schedule SET due = ? WHERE organisation = ?", (int(time.time()) - 5, self.organisation))
        self.assertEqual(self.next_job(known)["profile"], "core")
        self.assertEqual(len(noted()), before)
        findings = {one["id"]: one for one in self.admin.items(f"{self.path}/findings?limit=200")}
        self.assertEqual(findings[relays]["state"], "open")

        # The consent is withdrawn: a week later nothing is asked beyond the core.
        self.admin.delete(f"{self.path}/consents/{consent['id']}", expect=204)
        self.assertIsNone(self.schedule()["full_due"])
        self.assertEqual(self.measured_again()["profile"], "core")

        # Given again, but the record is gone when the job begins: looked for then, not found, and written down.
        self.consent()
        unpublish(domain)
        time.sleep(2)
        job = self.measured_again()
        self.assertEqual((job["profile"], job["result"]["full"]), ("full", {"asked": False, "domains": [], "reason": "proof-lost", "score_cp": None}))
        self.assertIsNone(self.schedule()["full_due"])
        self.assertIsNone(self.admin.items(f"{self.path}/ownership")[0]["proved"])
        self.assertEqual(self.measured_again()["profile"], "core")
        self.assertEqual(len(noted()), before, "nothing was asked without leave")
        publish(domain, asked["dns_text"])  # for the clean-up


class KnownExploited(WithConsent):
    database = "postgresql"

    def test_known_exploitation_is_told_at_once(self) -> None:
        domain = "sim-heartbleed.testfelt.example"
        bleeds = f"tls.vuln.heartbleed@{domain}:443"
        listed = {"cve": "CVE-2014-0160", "added": "2022-05-04"}
        receiver = Receiver()
        self.addCleanup(receiver.close)
        self.organisation = self.admin.post("/api/v1/organisations", {"name": "Hjarteslag", "kind": "municipality"}, expect=201).json["id"]
        self.path = f"/api/v1/organisations/{self.organisation}"
        rule(self.admin, "new_critical", channel(self.admin, "webhook", receiver.url), pace="now", organisation=self.organisation)
        self.admin.post(f"{self.path}/targets", {"kind": "domain", "name": domain}, expect=201)
        publish(domain, self.admin.post(f"{self.path}/ownership", {"domain": domain}, expect=201).json["dns_text"])
        self.addCleanup(unpublish, domain)
        wait_until(lambda: self.proved(domain) or time.sleep(8), 60 * SLOWER)
        self.consent()
        self.assertEqual(self.measured_again()["profile"], "full")
        finding = self.admin.get(f"{self.path}/findings/{urllib.parse.quote(bleeds, safe='')}").json
        self.assertEqual((finding["severity"], finding["known_exploited"]), ("critical", listed))
        others = {one["check"] for one in self.admin.items(f"{self.path}/findings?limit=200") if one["known_exploited"]}
        self.assertEqual(others, {"tls.vuln.heartbleed"})
        told = wait_until(lambda: [one for _, body in receiver.came for one in json.loads(body)["data"]["alerts"]
                                   if one["data"]["finding"] == bleeds], 15 * SLOWER)
        self.assertEqual([(one["kind"], one["data"]["known_exploited"]) for one in told], [("new_critical", listed)])


if __name__ == "__main__":
    unittest.main()
