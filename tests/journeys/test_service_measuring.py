#!/usr/bin/python3
"""The service measures: at once when a domain is given, again when asked, one asset alone within seconds; and a kill at
any moment loses no job and does none twice."""

from __future__ import annotations

import random
import subprocess
import time
import unittest

from house import LAB, SLOWER, UTSYN, Ran, check_alive, environment, measure
from service import Client, Service
from test_alerts import measured, wait_until

DOMAINS = {"Fjordvik kommune": "fjordvik.example", "Steinlia kommune": "steinlia.example", "Nordsky Drift AS": "nordsky.example"}


def finished(client: Client, organisation: str) -> list[dict]:
    jobs = client.get(f"/api/v1/organisations/{organisation}/jobs").json["items"]
    return jobs if jobs and all(job["state"] in ("done", "failed") for job in jobs) else []


class Measuring(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.service = Service(measuring=True).__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.admin = cls.service.administrator()
        cls.steinlia = measured(cls.admin, "Steinlia kommune", "steinlia.example")

    def test_the_next_measurement_is_planned(self) -> None:
        schedule = self.admin.get(f"/api/v1/organisations/{self.steinlia}/schedule").json
        self.assertEqual(schedule["failures"], 0)
        self.assertGreater(schedule["due"], time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 11 * 3600)))

    def test_live_events_tell_how_a_job_goes(self) -> None:
        reader = self.admin.events(query=f"?organisation={self.steinlia}&kinds=job-changed,measured")
        self.addCleanup(reader.close)
        job = self.admin.post(f"/api/v1/organisations/{self.steinlia}/recheck", expect=202).json["id"]
        for state in ("queued", "running", "done"):
            reader.wait_for(lambda event, state=state: event["kind"] == "job-changed" and event["data"]["job"] == job and event["data"]["state"] == state, 60)
        reader.wait_for(lambda event: event["kind"] == "measured")
        done = self.admin.get(f"/api/v1/jobs/{job}").json
        self.assertEqual(done["result"]["score_before_cp"], done["result"]["score_after_cp"])

    def test_one_asset_is_measured_alone_and_the_others_keep_their_time(self) -> None:
        path = f"/api/v1/organisations/{self.steinlia}/assets"
        asset = "www.steinlia.example:443"
        before = {one["id"]: one for one in self.admin.items(f"{path}?limit=100")}
        self.assertIn(asset, before)
        time.sleep(1.1)
        started = time.monotonic()
        job = self.admin.post(f"{path}/{asset.replace(':', '%3A')}/recheck", expect=202).json["id"]
        done = wait_until(lambda: (one := self.admin.get(f"/api/v1/jobs/{job}").json)["state"] in ("done", "failed") and one)
        self.assertEqual(done["state"], "done", done["error"])
        self.assertLess(time.monotonic() - started, 15 * SLOWER)
        self.assertEqual(done["asset"], asset)
        self.assertEqual(done["result"]["score_before_cp"], done["result"]["score_after_cp"])
        self.assertEqual([one["finding"] for one in done["result"]["findings"] if not one["finding"].endswith("@" + asset)], [])
        findings = self.admin.items(f"/api/v1/organisations/{self.steinlia}/findings?limit=200")
        newest = max(one["last_seen"] for one in findings)
        seen = {one["last_seen"] == newest for one in findings if one["asset"] == asset}
        self.assertEqual(seen, {True})
        self.assertNotIn(newest, {one["last_seen"] for one in findings if one["asset"] != asset})
        self.assertEqual({one["id"] for one in self.admin.items(f"{path}?limit=100")}, set(before))

    def test_what_cannot_be_measured_says_why_and_tries_later(self) -> None:
        made = self.admin.post("/api/v1/organisations", {"name": "Borte kommune", "kind": "municipality"}, expect=201).json["id"]
        self.admin.post(f"/api/v1/organisations/{made}/targets", {"kind": "domain", "name": "utgatt.example"}, expect=201)
        job = wait_until(lambda: finished(self.admin, made))[0]
        self.assertEqual(job["state"], "failed")
        self.assertIn("does not exist (NXDOMAIN)", job["error"])
        schedule = self.admin.get(f"/api/v1/organisations/{made}/schedule").json
        self.assertGreaterEqual(schedule["failures"], 1)
        self.assertLess(schedule["due"], time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3 * 3600)))


class Stopped(unittest.TestCase):
    """Who measures by hand into the store of a service heeds the switch by which somebody has stopped all probing."""

    def test_measuring_by_hand_heeds_the_stop_of_the_service(self) -> None:
        for database in ("sqlite", "postgresql"):
            with self.subTest(database), Service(database) as service:
                self.heeded(service, service.administrator())

    def heeded(self, service: Service, admin: Client) -> None:
        def switch(stopped: bool) -> None:
            admin.put("/api/v1/system/stop", {"stopped": stopped, "reason": "nettet bygges om"}, expect=200)

        def stopped_by(words: str) -> None:
            for word in ("measuring is stopped", "Sjef Sjefesen", "nettet bygges om", "PUT /api/v1/system/stop", "run the same command again"):
                self.assertIn(word, words)
        switch(True)
        ran = measure("steinlia.example", "--db", service.db)
        self.assertEqual(ran.status, 1)
        stopped_by(ran.err)
        self.assertLess(ran.seconds, 5 * SLOWER)
        switch(False)
        # And when it is thrown in the middle: nothing is stored of what was half measured.
        process = subprocess.Popen([UTSYN, "measure", "sim-stall.testfelt.example", "--db", service.db, *LAB],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
        time.sleep(2 * SLOWER)
        self.assertIsNone(process.poll())
        switch(True)
        started = time.monotonic()
        out, err = process.communicate(timeout=60)
        check_alive(Ran(process.returncode, out, err, 0), "stop switch")
        self.assertLess(time.monotonic() - started, 6 * SLOWER)
        self.assertEqual(process.returncode, 1, err)
        stopped_by(err)
        self.assertEqual(service.sql("SELECT count(*) FROM measurement"), [["0"]])
        switch(False)


class Kills(unittest.TestCase):
    """Killed while it measures: every job ends once, with a score, after restarts."""

    def kill_while_measuring(self, database: str, kills: int) -> None:
        chance = random.Random(2026)
        with Service(database, measuring=True) as service:
            admin = service.administrator()
            made = {}
            for name, domain in DOMAINS.items():
                made[name] = admin.post("/api/v1/organisations", {"name": name, "kind": "other"}, expect=201).json["id"]
                admin.post(f"/api/v1/organisations/{made[name]}/targets", {"kind": "domain", "name": domain}, expect=201)
            for _ in range(kills):
                time.sleep(chance.uniform(0.05, 1.5))
                service.kill()
                service.start()
            for name, organisation in made.items():
                # A lost job is given out again when its lease has run out; after three losses it is not tried again by itself.
                jobs = wait_until(lambda organisation=organisation: finished(admin, organisation), 150 * SLOWER)
                for job in jobs:
                    if job["state"] == "failed":
                        self.assertRegex(job["error"], "ended 3 times|wanted again since")
                if not any(job["state"] == "done" for job in jobs):
                    admin.post(f"/api/v1/organisations/{organisation}/recheck", expect=202)
                    jobs = wait_until(lambda organisation=organisation: finished(admin, organisation), 150 * SLOWER)
                self.assertIn("done", [job["state"] for job in jobs], (name, jobs))
                found = admin.get(f"/api/v1/organisations/{organisation}").json
                self.assertIsNotNone(found["score"], name)

    def test_sqlite(self) -> None:
        self.kill_while_measuring("sqlite", 4)

    def test_postgresql(self) -> None:
        self.kill_while_measuring("postgresql", 3)


if __name__ == "__main__":
    unittest.main()
