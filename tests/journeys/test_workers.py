#!/usr/bin/python3
"""A service that only serves, and workers that measure, as processes of their own on one PostgreSQL: what is measured
there shows here, what goes by time goes by here, the switch reaches the workers, and a worker's death loses no job."""

from __future__ import annotations

import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from house import DATA, LAB, SANITIZER_WORDS, SLOWER, UTSYN, environment
from service import Client, Service
from test_alerts import measured, wait_until

A_MINUTE = 75 * SLOWER  # how long what is looked at once a minute may take


class Worker:
    """`utsyn worker` on the database of a service."""

    def __init__(self, service: Service) -> None:
        self.words = Path(tempfile.mkstemp(prefix="utsyn-worker-")[1])
        with open(self.words, "ab") as errors:
            self.process = subprocess.Popen([UTSYN, "worker", "--db", service.db, *LAB, *DATA], stdin=subprocess.DEVNULL,
                                            stdout=errors, stderr=errors, env=environment())

    def __enter__(self) -> Worker:
        return self

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=40 * SLOWER)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError("utsyn worker did not end within 40 s of SIGTERM") from None
        words = self.words.read_text(errors="replace")
        self.words.unlink()
        if self.process.returncode not in (0, -signal.SIGKILL) or any(word in words for word in SANITIZER_WORDS):
            raise AssertionError(f"utsyn worker ended with {self.process.returncode}:\n{words[-8000:]}")


def registered(client: Client, name: str, domain: str) -> str:
    made = client.post("/api/v1/organisations", {"name": name, "kind": "municipality"}, expect=201).json["id"]
    client.post(f"/api/v1/organisations/{made}/targets", {"kind": "domain", "name": domain}, expect=201)
    return made


def newest_job(client: Client, organisation: str, *states: str) -> dict | None:
    job = client.get(f"/api/v1/organisations/{organisation}/jobs").json["items"][0]
    return job if job["state"] in states else None


class ServingAndMeasuring(unittest.TestCase):
    def test_what_a_worker_measured_shows_in_a_service_that_only_serves(self) -> None:
        with Service("postgresql") as service:
            admin = service.administrator()
            with Worker(service):
                home = measured(admin, "Steinlia kommune", "steinlia.example")
            for number in range(4):  # fewer than five are no figures
                admin.post("/api/v1/organisations", {"name": f"Umålt {number}", "kind": "other"}, expect=201)

            def registrars() -> dict[str, int]:
                most = admin.get("/api/v1/portfolios/all/concentration?kind=registrar").json["most"]
                return {one["name"]: one["organisations"] for one in most}

            wait_until(lambda: registrars().get("Navnehuset i Laben AS") == 1, 30 * SLOWER)
            # The history is kept every six hours: as if the last time was long ago.
            service.sql("UPDATE setting SET value = '0' WHERE name = 'portfolio.history-kept'")
            kept = wait_until(lambda: service.sql(f"SELECT score_cp FROM standing_past WHERE organisation = '{home}'"), 30 * SLOWER)
            score = admin.get(f"/api/v1/organisations/{home}").json["score"]["score_cp"]
            self.assertEqual(kept, [[str(score)]])
            self.swept_once_by_two_services(service, admin, home)

    def swept_once_by_two_services(self, service: Service, admin: Client, home: str) -> None:
        """Nobody measures now. Two services look at what goes by time; each thing happens once."""
        anne = service.user("security", home)
        disputed, accepted = anne.items(f"/api/v1/organisations/{home}/findings?limit=100&severity=medium&state=open")[:2]
        at = f"/api/v1/organisations/{home}/findings"
        asked = anne.post(f"{at}/{disputed['id']}/treatments", {"kind": "dispute", "reason": "Not ours", "evidence": "It moved in May"},
                          expect=201).json["treatment"]
        until = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 3 * 86400))
        period = anne.post(f"{at}/{accepted['id']}/treatments", {"kind": "acceptance", "owner": "Anne", "reason": "For now", "until": until},
                           expect=201).json["treatment"]
        # As if the days had gone by.
        service.sql(f"UPDATE treatment SET answer = created, changes = created WHERE id = '{asked['id']}'")
        service.sql(f"UPDATE treatment SET until_time = created, changes = created WHERE id = '{period['id']}'")

        def told() -> list[list[str]]:
            return service.sql("SELECT action, object, count(*) FROM audit WHERE action IN ('finding.dispute-overdue', 'finding.period-ended') "
                               "GROUP BY action, object ORDER BY action")

        once = [["finding.dispute-overdue", disputed["id"], "1"], ["finding.period-ended", accepted["id"], "1"]]
        with Service("postgresql", beside=service) as other:
            wait_until(lambda: told() == once, A_MINUTE)
            self.assertEqual(admin.get(f"{at}/{disputed['id']}").json["state"], "dispute_overdue")
            self.assertEqual(admin.get(f"{at}/{accepted['id']}").json["state"], "open")
            # Both have looked again by then.
            service.sql("UPDATE setting SET value = '0' WHERE name = 'portfolio.history-kept'")
            wait_until(lambda: service.sql("SELECT 1 FROM setting WHERE name = 'portfolio.history-kept' AND value <> '0'"), 30 * SLOWER)
            other.restart()
            time.sleep(3)
            self.assertEqual(told(), once)
            changed = service.sql("SELECT count(*) FROM event WHERE kind = 'treatment-changed' AND data LIKE '%\"by\":\"system\"%'")
            self.assertEqual(changed, [["2"]])
            self.assertEqual(service.sql(f"SELECT count(*) FROM standing_past WHERE organisation = '{home}'"), [["1"]])


class DeathAndSwitch(unittest.TestCase):
    def test_a_job_of_a_killed_worker_is_taken_up_by_another_and_the_switch_stops_that_one(self) -> None:
        with Service("postgresql") as service:
            admin = service.administrator()
            home = registered(admin, "Steinlia kommune", "steinlia.example")
            with Worker(service) as first:
                wait_until(lambda: newest_job(admin, home, "running"), 30 * SLOWER)
                first.kill()
            self.assertTrue(newest_job(admin, home, "running"), "the queue does not know yet")
            with Worker(service):
                done = wait_until(lambda: newest_job(admin, home, "done", "failed"), 120 * SLOWER)
                self.assertEqual(done["state"], "done", done["error"])
                self.assertEqual(service.sql(f"SELECT attempts FROM job WHERE id = '{done['id']}'"), [["2"]])
                self.assertEqual(service.sql(f"SELECT count(*) FROM measurement WHERE organisation = '{home}'"), [["1"]])

                slow = registered(admin, "Treg kommune", "sim-stall.testfelt.example")
                running = wait_until(lambda: newest_job(admin, slow, "running"), 30 * SLOWER)
                admin.put("/api/v1/system/stop", {"stopped": True, "reason": "nettet bygges om"}, expect=200)
                wait_until(lambda: newest_job(admin, slow, "queued"), 20 * SLOWER)
                time.sleep(2)
                self.assertEqual(newest_job(admin, slow, "queued")["id"], running["id"])
                self.assertEqual(service.sql(f"SELECT attempts FROM job WHERE id = '{running['id']}'"), [["0"]])
                self.assertEqual(service.sql(f"SELECT count(*) FROM measurement WHERE organisation = '{slow}'"), [["0"]])
                admin.put("/api/v1/system/stop", {"stopped": False, "reason": "ferdig"}, expect=200)
                again = wait_until(lambda: newest_job(admin, slow, "running", "done", "failed"), 20 * SLOWER)
                self.assertEqual(again["id"], running["id"])
                # It was taken up anew, whatever came of it: what was put back had no attempt to its name.
                self.assertEqual(service.sql(f"SELECT attempts FROM job WHERE id = '{running['id']}'"), [["1"]])


if __name__ == "__main__":
    unittest.main()
