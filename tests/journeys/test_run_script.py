#!/usr/bin/python3
"""scripts/run with the built program: scores at once, and then a service with a history that was measured."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from house import LAB_DIR, ROOT, SLOWER, UTSYN, environment, lab_change

sys.path.insert(0, str(ROOT / "scripts"))
from lab_history import ROUNDS, Service  # noqa: E402

LISTEN = "127.0.0.1:18480"


class RunScript(unittest.TestCase):
    def setUp(self) -> None:
        self.addCleanup(lab_change, "reset")
        self.folder = tempfile.TemporaryDirectory(prefix="utsyn-run-")
        self.addCleanup(self.folder.cleanup)
        self.environment = environment(UTSYN_PROGRAM=UTSYN, UTSYN_LAB_DIR=str(LAB_DIR), UTSYN_RUN_FOLDER=self.folder.name, UTSYN_WEB="none",
                                       UTSYN_LISTEN=LISTEN)

    def test_once_ends_after_the_scores(self) -> None:
        ran = subprocess.run([ROOT / "scripts" / "run", "--once"], capture_output=True, text=True, timeout=120 * SLOWER, env=self.environment, check=False)
        self.assertEqual(ran.returncode, 0, ran.stderr[-2000:])
        for name in ("Fjordvik", "Steinlia", "Nordsky"):
            self.assertIn(name, ran.stdout)

    def test_a_service_with_a_history(self) -> None:
        log = open(Path(self.folder.name) / "out", "w+")
        self.addCleanup(log.close)
        script = subprocess.Popen([ROOT / "scripts" / "run"], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=self.environment)

        def text() -> str:
            return Path(log.name).read_text()

        try:
            end = time.monotonic() + 240 * SLOWER
            while "Ctrl-C ends it" not in text() and script.poll() is None and time.monotonic() < end:
                time.sleep(0.3)
            said = text()
            self.assertIn(f"serving at http://{LISTEN}", said, said[-3000:])
            links = dict(re.findall(r"^  (.+?): +(http://\S+/invitation#\S+)$", said, re.M))
            self.assertEqual(len(links), 4, said)

            leader = Service(f"http://{LISTEN}")
            leader.join(next(link for who, link in links.items() if "leader" in who), "lederen", "Leder")
            history = leader.ask("GET", "/api/v1/organisations/fjordvik/score/history")
            scores = [point["score_cp"] for point in history["items"]]
            # A bad day and a good one after it; each point was measured.
            self.assertGreaterEqual(len(scores), 3, scores)
            self.assertLess(min(scores), scores[0])
            self.assertEqual(scores[-1], scores[0])
            self.assertIn("finding-opened", {marker["kind"] for marker in history["markers"]})
            supplier = leader.items("/api/v1/organisations/fjordvik/suppliers")[0]
            self.assertEqual(supplier["id"], "nordsky")
            self.assertIsNotNone(supplier["score"])
            officer = Service(f"http://{LISTEN}")
            officer.join(next(link for who, link in links.items() if "Steinlia" in who), "ansvarlig", "Ansvarlig")
            better = [point["score_cp"] for point in officer.ask("GET", "/api/v1/organisations/steinlia/score/history")["items"]]
            self.assertGreater(better[-1], better[0])
            self.assertGreaterEqual(len(better), len(ROUNDS), better)
            boss = Service(f"http://{LISTEN}")
            boss.join(next(link for who, link in links.items() if "administrator" in who), "sjefen", "Sjef")
            self.assertEqual(len(boss.items("/api/v1/organisations")), 3)
        finally:
            script.send_signal(signal.SIGINT)
            try:
                status = script.wait(timeout=60)
            except subprocess.TimeoutExpired:
                script.kill()
                raise
        self.assertEqual(status, 0, text()[-2000:])
        with self.assertRaises(OSError):
            Service(f"http://{LISTEN}").ask("GET", "/healthz")


if __name__ == "__main__":
    os.chdir(ROOT)
    unittest.main()
