#!/usr/bin/python3
"""`utsyn measure` of the lab's three organisations: the document, the score that anyone can recompute, the terminal."""

from __future__ import annotations

import contextlib
import fnmatch
import json
import os
import pty
import re
import sqlite3
import subprocess
import tempfile
import unittest
from pathlib import Path

from house import LAB, ORGANISATIONS, UTSYN, check_alive, environment, Ran, measure, utsyn

GRADES = "ABCDF"
VERDICTS = {"pass", "warn", "fail", "unknown", "not_applicable"}
SEVERITIES = {"critical", "high", "medium", "low", "info"}
KINDS = {"domain", "web", "mail", "ns"}

# How the terminal says it: the words of the headline, of coverage, of a remedy, and the decimal mark.
WORDS = {
    "en": ("points, between {n} and {n}, (?:low|medium|high) confidence", "% of the questions answered", "Do: ", r"\."),
    "nb": ("poeng, mellom {n} og {n}, (?:lav|middels|høy) sikkerhet", "% av spørsmålene besvart", "Gjør: ", ","),
    "nn": ("poeng, mellom {n} og {n}, (?:låg|middels|høg) visse", "% av spørsmåla svara på", "Gjer: ", ","),
}
SEVERITY_WORDS = {"en": "critical|high|medium|low|info", "nb": "kritisk|høy|middels|lav|info", "nn": "kritisk|høg|middels|låg|info"}


def pieces(text: str) -> list[tuple[str, str]]:
    """The bytes of every `input` and `score` of a document, as they stand there."""
    found = []
    decode = json.JSONDecoder().raw_decode
    for match in re.finditer(r'\],"input":(?=\{)', text):
        _, end = decode(text, match.end())
        assert text.startswith(',"score":', end), text[end:end + 40]
        start = end + len(',"score":')
        _, after = decode(text, start)
        found.append((text[match.end():end], text[start:after]))
    return found


class Document(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.store = Path(cls.folder.name) / "utsyn.db"
        cls.run_once = measure(ORGANISATIONS, "--json", "--db", cls.store)
        cls.document = cls.run_once.document
        cls.by_id = {entry["id"]: entry for entry in cls.document["organisations"]}

    def test_it_succeeds_and_says_nothing_beside_the_document(self) -> None:
        self.assertEqual((self.run_once.status, self.run_once.err), (0, ""))
        self.assertTrue(self.run_once.out.endswith("}\n"))

    def test_three_organisations_from_exemplary_to_poor(self) -> None:
        self.assertEqual(set(self.by_id), {"fjordvik", "steinlia", "nordsky"})
        scores = {name: entry["score"] for name, entry in self.by_id.items()}
        self.assertIn(scores["fjordvik"]["grade"], "AB")
        self.assertEqual(min(scores, key=lambda name: scores[name]["score_cp"]), "steinlia")
        self.assertEqual(max(scores, key=lambda name: scores[name]["score_cp"]), "fjordvik")
        self.assertGreater(GRADES.index(scores["steinlia"]["grade"]), GRADES.index(scores["fjordvik"]["grade"]))
        self.assertGreater(scores["fjordvik"]["score_cp"] - scores["steinlia"]["score_cp"], 1500)

    def test_the_exemplary_one_has_no_serious_finding(self) -> None:
        serious = [one for one in self.by_id["fjordvik"]["verdicts"]
                   if one["verdict"] == "fail" and one["severity"] in ("critical", "high", "medium")]
        self.assertEqual(serious, [])

    def test_the_document_has_the_shape_of_the_contract(self) -> None:
        document = self.document
        self.assertEqual(list(document), ["utsyn", "as_of", "profile", "organisations"])
        self.assertRegex(document["utsyn"], r"^\d+\.\d+\.\d+$")
        self.assertRegex(document["as_of"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(document["profile"], "core")
        for entry in document["organisations"]:
            self.assertLessEqual({"id", "name", "assets", "verdicts", "input", "score"}, set(entry))
            assets = [asset["id"] for asset in entry["assets"]]
            self.assertEqual(len(assets), len(set(assets)))
            for asset in entry["assets"]:
                self.assertLessEqual({"id", "kind", "addresses", "v", "why"}, set(asset))
                self.assertIn(asset["kind"], KINDS)
                self.assertGreater(asset["v"], 0)
                self.assertTrue(asset["why"])
            seen = set()
            for verdict in entry["verdicts"]:
                self.assertLessEqual({"check", "asset", "verdict", "reason", "severity", "detail", "evidence"}, set(verdict))
                self.assertIn(verdict["verdict"], VERDICTS)
                self.assertIn(verdict["severity"], SEVERITIES)
                self.assertRegex(verdict["reason"], r"^[a-z0-9][a-z0-9-]*$")
                self.assertIn(verdict["asset"], assets)
                self.assertIsInstance(verdict["detail"], dict)
                key = (verdict["check"], verdict["asset"])
                self.assertNotIn(key, seen)
                seen.add(key)
            self.assertEqual(entry["input"]["method"], entry["score"]["method"])

    def test_a_verdict_that_is_not_unknown_rests_on_evidence(self) -> None:
        for entry in self.document["organisations"]:
            bare = [(one["check"], one["asset"]) for one in entry["verdicts"]
                    if one["verdict"] in ("warn", "fail") and not one["evidence"]]
            self.assertEqual(bare, [])

    def test_the_evidence_named_is_in_the_store(self) -> None:
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as database:
            kept = {(organisation, name) for organisation, name in database.execute("SELECT organisation, id FROM evidence")}
        named = {(entry["id"], name) for entry in self.document["organisations"] for one in entry["verdicts"] for name in one["evidence"]}
        self.assertGreater(len(named), 50)
        self.assertEqual(named - kept, set())

    def test_scoring_the_input_again_gives_the_same_bytes(self) -> None:
        found = pieces(self.run_once.out)
        self.assertEqual(len(found), 3)
        for given, answered in found:
            self.assertEqual(utsyn("score", "-", stdin=given).out, answered + "\n")
        lines = utsyn("score", "--jsonl", "-", stdin="".join(given + "\n" for given, _ in found))
        self.assertEqual(lines.out, "".join(answered + "\n" for _, answered in found))

    def test_the_lines_sum_to_what_was_lost(self) -> None:
        for entry in self.document["organisations"]:
            score = entry["score"]
            self.assertEqual(sum(score["lines"].values()), 10_000 - score["score_cp"])
            findings = {finding["id"] for finding in entry["input"]["findings"]}
            self.assertEqual({line for line in score["lines"] if not line.startswith("#")} - findings, set())
            low, high = score["interval_cp"]
            self.assertLessEqual(low, score["score_cp"])
            self.assertLessEqual(score["score_cp"], high)

    def test_every_finding_is_a_bad_verdict_and_the_other_way_round(self) -> None:
        for entry in self.document["organisations"]:
            own = {asset["id"] for asset in entry["assets"] if asset["control"] == "own"}
            bad = {f"{one['check']}@{one['asset']}" for one in entry["verdicts"] if one["verdict"] in ("warn", "fail") and one["asset"] in own}
            self.assertEqual({finding["id"] for finding in entry["input"]["findings"]}, bad)

    def test_measuring_again_finds_the_same(self) -> None:
        again = {entry["id"]: entry for entry in measure(ORGANISATIONS, "--json", "--db", "none").document["organisations"]}
        for name, entry in self.by_id.items():
            first, second = ({(one["check"], one["asset"]): (one["verdict"], one["reason"], one["evidence"]) for one in which["verdicts"]}
                             for which in (entry, again[name]))
            self.assertEqual({key for key in first if first[key] != second.get(key)}, set())

    def test_nothing_is_kept_when_told_so(self) -> None:
        with tempfile.TemporaryDirectory() as home:
            ran = measure("fjordvik.example", "--json", "--db", "none", env={"HOME": home, "XDG_DATA_HOME": home})
            self.assertEqual(ran.status, 0)
            self.assertEqual(list(Path(home).rglob("*")), [])
            ran = measure("fjordvik.example", "--json", env={"HOME": home, "XDG_DATA_HOME": home})
            self.assertEqual(ran.status, 0)
            self.assertTrue((Path(home) / "utsyn" / "utsyn.db").exists())

    def test_only_some_checks(self) -> None:
        document = measure("steinlia.example", "--json", "--db", "none", "--only", "tls.protocol.*").document
        found = {one["check"] for one in document["organisations"][0]["verdicts"]}
        self.assertIn("tls.protocol.tls10", found)
        self.assertTrue(all(fnmatch.fnmatch(check, "tls.protocol.*") for check in found), found)


class Terminal(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.texts = {language: measure(ORGANISATIONS, "--db", "none", "--lang", language) for language in WORDS}

    def test_no_escape_codes_without_a_terminal(self) -> None:
        for ran in self.texts.values():
            self.assertEqual((ran.status, ran.err), (0, ""))
            self.assertNotIn("\x1b", ran.out)

    def test_grade_score_interval_coverage_and_what_to_do(self) -> None:
        for language, (headline, coverage, remedy, mark) in WORDS.items():
            with self.subTest(language):
                text = self.texts[language].out
                number = rf"\d+{mark}\d"
                head = rf"(?m)^  +(?P<grade>[ABCDFU])  +{number} " + headline.format(n=number) + "$"
                self.assertEqual(len(re.findall(head, text)), 3, text)
                for name in ("Fjordvik kommune", "Steinlia kommune", "Nordsky Drift AS"):
                    self.assertRegex(text, rf"(?m)^{name}$")
                self.assertGreaterEqual(text.count(coverage), 3)
                cost = rf"(?m)^ *-\d+{mark}\d\d  (?:{SEVERITY_WORDS[language]}) "
                for organisation in self.organisations(text):
                    shown = len(re.findall(cost, organisation))
                    self.assertLessEqual(shown, 10)
                    self.assertEqual(organisation.count(remedy), shown, organisation)
                self.assertEqual(max(len(re.findall(cost, one)) for one in self.organisations(text)), 10)

    def organisations(self, text: str) -> list[str]:
        found = re.split(r"(?m)^(?=(?:Fjordvik kommune|Steinlia kommune|Nordsky Drift AS)$)", text)[1:]
        self.assertEqual(len(found), 3)
        return found

    def test_every_language_is_complete_and_its_own(self) -> None:
        texts = {language: ran.out for language, ran in self.texts.items()}
        self.assertEqual(len(set(texts.values())), 3)
        for language, text in texts.items():
            for line in text.splitlines():
                self.assertNotRegex(line, r"^ +[a-z]+(?:\.[a-z0-9-]+)+$", f"{language}: a check without a text")
                self.assertNotEqual(line.strip(), "?")
            foreign = [other for other in WORDS if other != language and WORDS[other][2] != WORDS[language][2]]
            for other in foreign:
                self.assertNotIn(WORDS[other][2], text)

    def test_the_language_comes_from_the_environment(self) -> None:
        ran = measure("fjordvik.example", "--db", "none", env={"LC_ALL": "nn_NO.UTF-8"})
        self.assertIn("spørsmåla svara på", ran.out)

    def test_every_check_speaks_three_languages(self) -> None:
        for entry in utsyn("checks", "--json").document:
            for language in ("en", "nb", "nn"):
                self.assertTrue(entry["title"][language].strip(), entry["id"])

    def test_on_a_terminal_there_is_progress_and_colour_but_never_colour_alone(self) -> None:
        shown = self.on_a_terminal("steinlia.example")
        self.assertRegex(shown, r"\[[#.]{24}\] \d+ of \d+ hosts, \d+ connections")
        self.assertRegex(shown, r"\x1b\[[0-9;]+m [A-F] \x1b\[0m")
        plain = self.on_a_terminal("steinlia.example", NO_COLOR="1")
        self.assertNotRegex(plain, r"\x1b\[[0-9;]*m")
        self.assertRegex(plain, r"(?m)^  +[A-F]  +\d+\.\d points")

    def on_a_terminal(self, target: str, **env: str) -> str:
        ours, theirs = pty.openpty()
        process = subprocess.Popen([UTSYN, "measure", target, "--db", "none", "--lang", "en", *LAB], stdin=subprocess.DEVNULL,
                                   stdout=theirs, stderr=theirs, env=environment(TERM="xterm", **env))
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):           # the end of a terminal is an error on Linux
            while part := os.read(ours, 65_536):
                shown += part
        os.close(ours)
        self.assertEqual(process.wait(timeout=60), 0)
        return shown.decode().replace("\r\n", "\n")

    def test_lines_fit_the_page(self) -> None:
        for ran in self.texts.values():
            self.assertEqual([line for line in ran.out.splitlines() if len(line) > 120], [])


class ExitStatus(unittest.TestCase):
    def test_could_not_do_it(self) -> None:
        ran = measure("utgatt.example", "--db", "none", "--json")
        self.assertEqual(ran.status, 1)
        self.assertEqual(ran.document["organisations"], [])
        self.assertIn("utgatt.example", ran.err)

    def test_one_of_two(self) -> None:
        ran = measure("utgatt.example", "nordsky.example", "--db", "none", "--json")
        self.assertEqual(ran.status, 1)
        self.assertEqual([entry["id"] for entry in ran.document["organisations"]], ["nordsky.example"])

    def test_a_result_that_cannot_be_written(self) -> None:
        with open("/dev/full", "w") as full:
            result = subprocess.run([UTSYN, "measure", "nordsky.example", "--db", "none", *LAB], stdout=full, stderr=subprocess.PIPE,
                                    text=True, timeout=120, env=environment())
        check_alive(Ran(result.returncode, "", result.stderr, 0), "measure >/dev/full")
        self.assertEqual(result.returncode, 1)
        self.assertIn("writing the result", result.stderr)


if __name__ == "__main__":
    unittest.main()
