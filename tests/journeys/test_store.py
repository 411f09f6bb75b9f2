#!/usr/bin/python3
"""The store over time: nothing new without a change, a fix closes its finding, history answers as it did then,
and what goes wrong with a file or a disk is said with the next action."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from house import ALLOWED, LAB, ORGANISATIONS, SANITIZED, TRUST, UTSYN, Ran
from house import case, check_alive, environment, lab_change, measure, portfolio, utsyn, verdicts
from service import POSTGRESQL, Postgres, postgres

TABLES = ("organisation", "measurement", "asset", "evidence", "observation", "verdict", "finding", "finding_event", "score")


def counts(store: Path) -> dict[str, int]:
    with sqlite3.connect(store) as database:
        return {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}


def rows(store: Path, query: str, *values: object) -> list[tuple]:
    with sqlite3.connect(store) as database:
        return database.execute(query, values).fetchall()


def rows_in_postgresql(address: str, query: str) -> list[tuple]:
    """The rows as text."""
    ran = subprocess.run([POSTGRESQL / "psql", "-X", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", address, "-c", query],
                         capture_output=True, text=True, timeout=60, check=True)
    return [tuple(line.split("\t")) for line in ran.stdout.splitlines()]


def tail(text: str) -> str:
    """The bytes from `input` to the end of the document of one organisation."""
    return text[text.rindex('],"input":{'):]


class InAFolder(unittest.TestCase):
    maxDiff = None

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.store = self.folder / "utsyn.db"


class Time(InAFolder):
    def tearDown(self) -> None:
        lab_change("reset")

    def test_measuring_twice_without_change_adds_nothing(self) -> None:
        first = measure(ORGANISATIONS, "--json", "--db", self.store)
        self.assertEqual((first.status, first.err), (0, ""))
        before = counts(self.store)
        self.assertGreater(before["evidence"], 100)
        time.sleep(1.1)                                   # the store counts seconds
        second = measure(ORGANISATIONS, "--json", "--db", self.store)
        self.assertEqual((second.status, second.err), (0, ""))
        new = rows(self.store, "SELECT kind, subject, substr(data, 1, 1500) FROM evidence WHERE first_seen > (SELECT min(time) FROM measurement) "
                               "AND first_seen IN (SELECT max(time) FROM measurement GROUP BY organisation)")
        after = counts(self.store)
        self.assertEqual({**after, "measurement": 0}, {**before, "measurement": 0}, new)
        self.assertEqual(after["measurement"], 2 * before["measurement"])
        for entry in second.document["organisations"]:
            self.assertEqual(entry["changes"], [])
            self.assertEqual(rows(self.store, "SELECT count(*) FROM evidence WHERE organisation = ? AND last_seen < "
                                              "(SELECT max(time) FROM measurement WHERE organisation = ?)", entry["id"], entry["id"]), [(0,)])

    def test_a_fix_closes_its_finding_and_the_past_stays_as_it_was(self) -> None:
        finding = "email.dmarc.exists@steinlia.example"
        first = measure("steinlia.example", "--json", "--db", self.store)
        (before,) = first.document["organisations"]
        self.assertIn({"finding": finding, "change": "opened"}, [{"finding": one["finding"], "change": one["change"]} for one in before["changes"]])
        time.sleep(1.1)
        between = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        time.sleep(1.1)
        lab_change("fix-dmarc")
        second = measure("steinlia.example", "--json", "--db", self.store)
        (after,) = second.document["organisations"]
        closed = {one["finding"] for one in after["changes"] if one["change"] == "closed"}
        self.assertIn(finding, closed)
        self.assertEqual(verdicts(after)[("email.dmarc.exists", "steinlia.example")], "pass")
        self.assertNotIn(finding, {one["id"] for one in after["input"]["findings"]})
        self.assertGreater(after["score"]["score_cp"], before["score"]["score_cp"])

        past = measure("steinlia.example", "--json", "--db", self.store, "--as-of", between)
        self.assertEqual(past.status, 0, past.err)
        self.assertEqual(tail(past.out), tail(first.out))
        self.assertEqual(verdicts(past.document["organisations"][0]), verdicts(before))
        now = measure("steinlia.example", "--json", "--db", self.store, "--as-of", second.document["as_of"])
        self.assertEqual(tail(now.out), tail(second.out))
        self.assertEqual(counts(self.store)["measurement"], 2, "rescoring is not measuring")

        # And it comes back when the fault does, under its own name.
        time.sleep(1.1)
        lab_change("reset")
        again = measure("steinlia.example", "--json", "--db", self.store).document["organisations"][0]
        self.assertIn(finding, {one["finding"] for one in again["changes"] if one["change"] == "reopened"})
        self.assertEqual(again["score"]["score_cp"], before["score"]["score_cp"])

    def test_findings_of_what_has_left_the_footprint_close(self) -> None:
        """A host that is no longer named takes its findings along, once the whole organisation was measured; a look
        at some checks, or a domain that cannot be looked up, closes nothing."""
        def listed(*hosts: str) -> str:
            time.sleep(1.1)                               # the store counts seconds
            return portfolio(self.folder / "portfolio.json", {"id": "steinlia", "domains": ["steinlia.example"], "hosts": hosts})

        def measured(hosts: list[str], *options: str) -> Ran:
            return measure(listed(*hosts), "--json", "--db", self.store, *options)

        def closed(ran: Ran) -> set[str]:
            self.assertEqual(ran.status, 0, ran.err)
            return {one["finding"] for one in ran.document["organisations"][0]["changes"] if one["change"] == "closed"}

        host = "sak.steinlia.example:443"
        first = measured(["sak.steinlia.example"]).document["organisations"][0]
        own = {one["finding"] for one in first["changes"] if one["finding"].endswith("@" + host)}
        self.assertGreater(len(own), 3)
        self.assertEqual(closed(measured(["sak.steinlia.example"])), set())
        self.assertEqual(closed(measured([], "--only", "email.*")), set())
        unanswered = utsyn("measure", listed(), "--json", "--db", self.store, "--resolver", case("sim-resolver-servfail")["ip"], *ALLOWED, *TRUST)
        self.assertEqual(unanswered.status, 1)
        self.assertEqual(closed(measured([])), own)
        self.assertEqual({reason for (reason,) in rows(self.store, "SELECT reason FROM finding_event WHERE change = 'closed'")}, {"left-footprint"})
        # And they come back with the host.
        again = measured(["sak.steinlia.example"]).document["organisations"][0]
        self.assertEqual({one["finding"] for one in again["changes"] if one["change"] == "reopened"}, own)

    def test_the_terminal_says_what_was_fixed(self) -> None:
        self.assertNotIn("since last time", measure("steinlia.example", "--db", self.store, "--lang", "en").out)
        lab_change("fix-tls")
        time.sleep(1.1)
        text = " ".join(measure("steinlia.example", "--db", self.store, "--lang", "en").out.split())
        self.assertRegex(text, r"Fixed since last time: .*tls\.protocol\.tls10")

    def test_before_the_first_measurement_there_is_nothing(self) -> None:
        measure("nordsky.example", "--db", self.store)
        ran = measure("nordsky.example", "--json", "--db", self.store, "--as-of", "2020-01-01T00:00:00Z")
        self.assertEqual(ran.status, 1)
        self.assertIn("nothing had been measured by 2020-01-01T00:00:00Z", ran.err)
        self.assertEqual(measure("nordsky.example", "--db", self.store, "--as-of", "yesterday").status, 2)
        self.assertEqual(measure("nordsky.example", "--db", "none", "--as-of", "2020-01-01T00:00:00Z").status, 2)


# A measurement is there as a whole or not at all, with its score, its standing and its news.
HALVES = (
    """SELECT m.organisation, m.time FROM measurement m WHERE NOT EXISTS
       (SELECT 1 FROM score s WHERE s.organisation = m.organisation AND m.time BETWEEN s.first_seen AND s.last_seen)""",
    """SELECT organisation FROM measurement m GROUP BY organisation HAVING max(time) <>
       (SELECT measured FROM standing s WHERE s.organisation = m.organisation)""",
    """SELECT organisation FROM measurement m GROUP BY organisation HAVING count(*) <>
       (SELECT count(*) FROM event e WHERE e.organisation = m.organisation AND e.kind = 'measured')""",
    "SELECT max(number) FROM event HAVING max(number) <> count(*)")


class Killed(InAFolder):
    """Fifty random moments over both databases. The moments of single saves are in src/store/store_test.cpp."""

    def kill_and_look(self, store: str, query, whole_check, attempts: int, kill) -> None:
        seed = int(time.time())
        chance = random.Random(seed)
        whole = measure(ORGANISATIONS, "--db", store)
        self.assertEqual((whole.status, whole.err), (0, ""))
        finished = set(query("SELECT organisation, time FROM measurement"))
        for attempt in range(attempts):
            with self.subTest(seed=seed, attempt=attempt):
                process = subprocess.Popen([UTSYN, "measure", ORGANISATIONS, "--db", store, *LAB], stdout=subprocess.DEVNULL,
                                           stderr=subprocess.DEVNULL, env=environment())
                # Most of the time goes by before the first save; most of the kills should not.
                time.sleep(whole.seconds * chance.choice((chance.uniform(0.02, 1.1), chance.uniform(0.6, 1.05))))
                kill(process)
                process.wait(timeout=60)
                whole_check()
                now = set(query("SELECT organisation, time FROM measurement"))
                self.assertLessEqual(finished, now)
                finished = now
                for halves in HALVES:
                    self.assertEqual(query(halves), [])
        again = measure(ORGANISATIONS, "--json", "--db", store)
        self.assertEqual((again.status, again.err), (0, ""))
        self.assertEqual(len(again.document["organisations"]), 3)

    def test_kill_at_any_moment_leaves_a_store_that_opens(self) -> None:
        def whole() -> None:
            self.assertEqual(rows(self.store, "PRAGMA integrity_check"), [("ok",)])
            self.assertEqual(rows(self.store, "PRAGMA foreign_key_check"), [])
        self.kill_and_look(str(self.store), lambda query: rows(self.store, query), whole, 25, lambda process: process.kill())

    def test_kill_at_any_moment_with_postgresql(self) -> None:
        address = postgres().create()
        self.kill_and_look(address, lambda query: rows_in_postgresql(address, query), lambda: None, 25, lambda process: process.kill())

    def test_postgresql_itself_killed(self) -> None:
        server = Postgres()                               # with fsync, as in service
        self.addCleanup(server.end)
        address = server.create()

        def restart() -> None:
            server.process.wait(timeout=30)
            # The processes it leaves behind end when they notice; only then does it start again.
            for _ in range(50):
                try:
                    return server.start()
                except AssertionError:
                    time.sleep(0.2)
            self.fail("PostgreSQL did not come back")
        self.kill_and_look(address, lambda query: rows_in_postgresql(address, query), restart, 3, lambda _: server.process.kill())

    def test_an_interrupted_run_says_so_and_stores_nothing_half(self) -> None:
        process = subprocess.Popen([UTSYN, "measure", "sim-stall.testfelt.example", "--db", str(self.store), *LAB],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
        time.sleep(4 if SANITIZED else 2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        check_alive(Ran(process.returncode, out, err, 0), "interrupted")
        self.assertEqual(process.returncode, 1)
        self.assertIn("Run the same command again", err)
        self.assertEqual(counts(self.store)["measurement"], 0)


class Trouble(InAFolder):
    """Exit status 1, the step and the next action on standard error, never half a result in the store."""

    def refused(self, store: Path | str, *words: str) -> Ran:
        ran = measure("nordsky.example", "--db", store)
        self.assertEqual(ran.status, 1, ran.err)
        self.assertEqual(len(ran.err.strip().splitlines()), 1, ran.err)
        self.assertTrue(ran.err.startswith("utsyn: "), ran.err)
        for word in words:
            self.assertIn(word, ran.err)
        return ran

    def test_locked_by_another_process(self) -> None:
        self.assertEqual(measure("nordsky.example", "--db", self.store).status, 0)
        before = counts(self.store)
        holder = sqlite3.connect(self.store, isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        try:
            ran = self.refused(self.store, str(self.store), "storing the measurement", "locked", "wait for it or end it, then try again")
            self.assertLess(ran.seconds, 30)
        finally:
            holder.execute("ROLLBACK")
            holder.close()
        self.assertEqual(counts(self.store), before)
        self.assertEqual(measure("nordsky.example", "--db", self.store).status, 0)

    def test_from_a_newer_version(self) -> None:
        self.assertEqual(measure("nordsky.example", "--db", self.store).status, 0)
        with sqlite3.connect(self.store) as database:
            database.execute("PRAGMA user_version = 999")
        database.close()
        before = self.store.read_bytes()
        self.refused(self.store, "opening the store", "999", "newer")
        self.assertEqual(self.store.read_bytes(), before)

    def test_not_a_database(self) -> None:
        self.store.write_text("This is a shopping list, not a database.\n" * 100)
        self.refused(self.store, "opening the store", "not", "another --db")
        self.assertTrue(self.store.read_text().startswith("This is a shopping list"))

    def test_a_database_of_another_program(self) -> None:
        with sqlite3.connect(self.store) as database:
            database.execute("CREATE TABLE holiday (day TEXT)")
        database.close()
        self.refused(self.store, "opening the store", "another program", "another --db")

    def test_a_folder_for_a_file(self) -> None:
        self.refused(self.folder, "opening the store", "another --db")

    def test_a_folder_that_cannot_be_made(self) -> None:
        (self.folder / "file").write_text("")
        self.refused(self.folder / "file" / "deeper" / "utsyn.db", "folder", "another --db")

    def mounted(self, options: str) -> Path:
        """A file system of its own in memory; the namespace of the lab keeps it from everybody else."""
        place = self.folder / f"mounted-{options}"
        place.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "utsyn-test", place], check=True, capture_output=True)
        self.addCleanup(subprocess.run, ["umount", "-l", place], check=True)
        return place

    def test_a_folder_that_may_not_be_written_to(self) -> None:
        place = self.mounted("size=1m,ro")
        self.refused(place / "utsyn.db", "opening the store", "another --db")

    def test_a_store_that_may_not_be_written_to(self) -> None:
        self.assertEqual(measure("nordsky.example", "--db", self.store).status, 0)
        place = self.mounted("size=16m")
        shutil.copy(self.store, place / "utsyn.db")
        subprocess.run(["mount", "-o", "remount,ro", place], check=True)
        self.refused(place / "utsyn.db", "store", "--db")

    def test_a_full_disk(self) -> None:
        for size in ("16k", "100k", "256k", "400k"):
            with self.subTest(size):
                place = self.mounted(f"size={size}")
                store = place / "utsyn.db"
                self.refused(store, "disk", "free some space")
                # With space again the same command does it.
                subprocess.run(["mount", "-o", "remount,size=16m", place], check=True)
                self.assertEqual(measure("nordsky.example", "--db", store).status, 0)
                self.assertEqual(rows(store, "PRAGMA integrity_check"), [("ok",)])


class PostgreSQL(InAFolder):
    """What a store in a file does, on the other database."""

    def tearDown(self) -> None:
        lab_change("reset")

    def test_measuring_twice_and_a_fix(self) -> None:
        address = postgres().create()
        counted = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in TABLES)
        finding = "email.dmarc.exists@steinlia.example"
        first = measure("steinlia.example", "--json", "--db", address)
        self.assertEqual((first.status, first.err), (0, ""))
        before = dict(rows_in_postgresql(address, counted))
        time.sleep(1.1)
        self.assertEqual(measure("steinlia.example", "--json", "--db", address).document["organisations"][0]["changes"], [])
        after = dict(rows_in_postgresql(address, counted))
        self.assertEqual({**after, "measurement": "1"}, before)
        between = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        time.sleep(1.1)
        lab_change("fix-dmarc")
        second = measure("steinlia.example", "--json", "--db", address)
        self.assertIn(finding, {one["finding"] for one in second.document["organisations"][0]["changes"] if one["change"] == "closed"})
        self.assertEqual(rows_in_postgresql(address, f"SELECT state FROM finding WHERE id = '{finding}'"), [("fixed",)])
        past = measure("steinlia.example", "--json", "--db", address, "--as-of", between)
        self.assertEqual((past.status, past.err), (0, ""))
        self.assertEqual(tail(past.out), tail(first.out))

    def test_trouble_is_said_without_the_password(self) -> None:
        empty = postgres().create()
        rows_in_postgresql(empty, "CREATE TABLE holiday (day TEXT)")
        newer = postgres().create()
        self.assertEqual(measure("nordsky.example", "--db", newer).status, 0)
        rows_in_postgresql(newer, "UPDATE utsyn_schema SET version = 999")
        for address, words in (("postgresql://kari:hemmelig@127.0.0.1:1/utsyn", ("kari@127.0.0.1:1/utsyn", "server runs")),
                               ("postgresql://kari:hemmelig@[::1/utsyn", ("cannot be read", "postgresql://user@host")),
                               (empty + "?password=hemmelig", ("another program", "another --db")),
                               (newer + "?password=hemmelig", ("newer", "999", "Upgrade"))):
            with self.subTest(address):
                ran = measure("nordsky.example", "--db", address)
                self.assertEqual(ran.status, 1, ran.err)
                self.assertEqual(len(ran.err.strip().splitlines()), 1, ran.err)
                for word in ("opening the store", *words):
                    self.assertIn(word, ran.err)
                self.assertNotIn("hemmelig", ran.err + ran.out)


class Backup(InAFolder):
    def test_from_sqlite_to_postgresql_and_back(self) -> None:
        first = measure("nordsky.example", "--json", "--db", self.store)
        self.assertEqual(first.status, 0, first.err)
        moment = first.document["as_of"]
        address = postgres().create()
        again = self.folder / "again.db"
        for source, target, name in ((self.store, address, "one"), (address, again, "two")):
            made = utsyn("backup", "--db", source, self.folder / name)
            self.assertEqual(made.status, 0, made.err)
            self.assertRegex(made.out, r"backed up: \d+ rows of .*, SHA-256 [0-9a-f]{64}")
            self.assertIn("evidence: ", made.err)
            restored = utsyn("restore", "--db", target, self.folder / name)
            self.assertEqual(restored.status, 0, restored.err)
            told = measure("nordsky.example", "--json", "--db", target, "--as-of", moment)
            self.assertEqual(told.status, 0, told.err)
            self.assertEqual(tail(told.out), tail(first.out))
        self.assertEqual(counts(again), counts(self.store))
        self.assertEqual((self.folder / "one").stat().st_mode & 0o777, 0o600)

    def test_what_cannot_be_done_is_said(self) -> None:
        self.assertEqual(measure("nordsky.example", "--db", self.store).status, 0)
        file = self.folder / "backup"
        self.assertEqual(utsyn("backup", "--db", self.store, file).status, 0)
        good = file.read_bytes()
        new = self.folder / "new.db"
        cut = self.folder / "cut"
        cut.write_bytes(good[:-7])
        altered = self.folder / "altered"
        altered.write_bytes(good[:200] + bytes([good[200] ^ 4]) + good[201:])
        for arguments, status, words in ((("backup", "--db", self.store, file), 1, "another name"),
                                         (("backup", "--db", new, self.folder / "b"), 1, "no store"),
                                         (("backup", "--db", self.store, self.folder / "no" / "b"), 1, "folder"),
                                         (("restore", "--db", self.store, file), 1, "not empty"),
                                         (("restore", "--db", new, cut), 1, "cut off or was altered"),
                                         (("restore", "--db", new, altered), 1, "cut off or was altered"),
                                         (("restore", "--db", new, self.store), 1, "no backup"),
                                         (("restore", "--db", new, self.folder / "absent"), 1, "Check the path"),
                                         (("restore", file), 2, "--db")):
            with self.subTest(arguments):
                ran = utsyn(*arguments)
                self.assertEqual(ran.status, status, ran.err)
                self.assertIn(words, ran.err)
                self.assertFalse(new.exists())
        self.assertEqual(file.read_bytes(), good)


if __name__ == "__main__":
    unittest.main()
