#!/usr/bin/python3
"""The history of a portfolio's issues through the running service: a measurement closes a finding, and the count of the
day falls while that of the days before stays."""

from __future__ import annotations

import sqlite3
import time
import unittest

from house import SLOWER
from service import Client, Service
from test_alerts import measured, wait_until

DAY = 86400
AGO = 12  # days since the finding of each was opened


class IssueHistory(unittest.TestCase):
    def test_a_finding_that_is_closed_counts_until_then(self) -> None:
        with Service(measuring=True) as service:
            admin = service.administrator()
            town = measured(admin, "Steinlia", "steinlia.example")
            others = [admin.post("/api/v1/organisations", {"name": f"Oppdiktet {number}", "kind": "municipality"}, expect=201).json["id"] for number in range(5)]
            service.stop()
            check = self.seed(service.db, town, others)
            service.start()
            path = "/api/v1/portfolios/all/issues/history?most=100"
            before = self.counts(admin, path, check)
            today, kept = sorted(before)[-1], sorted(before)[:-1]
            self.assertEqual(len(kept), 20)
            self.assertEqual([before[day][0] for day in kept], [0] * 8 + [6] * AGO)
            self.assertEqual(before[today], (6, 10000))

            # Half of it is there for one who sees the findings of four, the scores of the others: too few to be told.
            narrow = service.user("procurement", login="narrow")
            reader = narrow.get("/api/v1/me").json["id"]
            for one in others[:4]:
                admin.put(f"/api/v1/users/{reader}/grants/{one}", {"detail": "findings", "reason": "they buy together"}, expect=200)
            admin.put(f"/api/v1/users/{reader}/grants/{town}", {"detail": "score", "reason": "they buy together"}, expect=200)
            hidden = narrow.get(path).json
            self.assertEqual((hidden["issues"], {day["suppressed"] for day in hidden["days"]}), ([], {True}))
            admin.put(f"/api/v1/users/{reader}/grants/{others[4]}", {"detail": "findings", "reason": "they buy together"}, expect=200)
            self.assertEqual({count for count, _ in self.counts(narrow, path, check).values()}, {0, 5})

            # It was never wrong there: the next measurement says so.
            jobs = f"/api/v1/organisations/{town}/jobs"
            known = {job["id"] for job in admin.get(jobs).json["items"]}
            admin.post(f"/api/v1/organisations/{town}/recheck", {}, expect=202)
            wait_until(lambda: all(job["state"] == "done" for job in admin.get(jobs).json["items"] if job["id"] not in known), 90 * SLOWER)
            after = self.counts(admin, path, check)
            self.assertEqual(after[today], (5, 10000 * 5 // 6))
            self.assertEqual([after[day] for day in kept], [before[day] for day in kept])

            issues = {one["check"]: one["organisations"] for one in admin.get("/api/v1/portfolios/all/issues?most=100").json["most_common"]}
            last = {one["check"]: one["organisations"][-1] for one in admin.get(path).json["issues"] if one["organisations"][-1]}
            self.assertEqual(issues, last)
            table = admin.request("GET", "/api/v1/portfolios/all/issues/history/table?format=csv&lang=en", expect=200)
            self.assertIn(f"\n{check},", table.body.decode())

    def counts(self, client: Client, path: str, check: str) -> dict[str, tuple[int, int]]:
        answer = client.get(path).json
        one = next(one for one in answer["issues"] if one["check"] == check)
        return {day["day"]: (one["organisations"][at], one["share"][at]) for at, day in enumerate(answer["days"]) if not day["suppressed"]}

    def seed(self, path: str, town: str, others: list[str]) -> str:
        """Twenty days that were kept of each, and twelve days ago a finding at each: at the measured one of something that passes."""
        database = sqlite3.connect(path)
        with database:
            now = int(time.time())
            check, asset = database.execute(
                'SELECT "check", min(asset) FROM verdict v WHERE organisation = ? AND severity <> \'info\' AND NOT EXISTS (SELECT 1 FROM verdict w '
                'WHERE w.organisation = v.organisation AND w."check" = v."check" AND w.outcome <> \'pass\') GROUP BY "check" HAVING count(*) = 1 '
                'ORDER BY "check" LIMIT 1', (town,)).fetchone()
            for other in others:
                database.execute(
                    "INSERT INTO standing (organisation, measured, score_cp, grade, managed_cp, coverage, low_cp, high_cp, gate, assets, critical, high, "
                    "medium, low, overdue_days, checks) VALUES (?, ?, 5000, 'F', 5000, 9500, 5000, 5000, '', 3, 0, 1, 0, 0, 0, ?)", (other, now, check))
            database.execute("UPDATE standing SET checks = ltrim(checks || ',' || ?, ',') WHERE organisation = ?", (check, town))
            for one in [town, *others]:
                database.execute("DELETE FROM standing_past WHERE organisation = ?", (one,))
                for days in range(1, 21):
                    database.execute("INSERT INTO standing_past VALUES (?, ?, 5000, 'F', 9500)", (one, now // DAY - days))
                database.execute(
                    'INSERT INTO finding (organisation, id, asset, "check", outcome, severity, confidence, reason, state, first_seen, last_seen) '
                    "VALUES (?, ?, ?, ?, 'fail', 'high', 'confirmed', 'r', 'open', ?, ?)", (one, f"{check}@{asset}", asset, check, now - AGO * DAY, now))
        database.close()
        return check


if __name__ == "__main__":
    unittest.main()
