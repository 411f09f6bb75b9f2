#!/usr/bin/python3
"""Every case of the lab shows what it was made for, and every check that no server of the lab can bring to a warning
or a fail is listed in docs/not-producible.md with the reason, and no other."""

from __future__ import annotations

import re
import tempfile
import unittest
from collections import defaultdict
from pathlib import Path

from house import ORGANISATIONS, ROOT, TRUTH, measure, portfolio, utsyn

# "info" in the truth: there is something to see, which weighs little or nothing; the colour is the check's own.
TELLS = {"info": {"pass", "warn", "fail", "not_applicable"}}
# Names that lead nowhere are hosts of the range; as domains of an organisation they would rightly be refused.
ONLY_HOSTS = {"takeover-unregistered.testfelt.example", "takeover-cloud.testfelt.example", "alias-loop.testfelt.example"}
RUNS = 4     # a process has a budget of connections for each address, and many cases live at the same one


class Cases(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls) -> None:
        catalogue = utsyn("checks", "--json").document
        # Those of the full profile have a journey of their own: test_full_profile.py.
        cls.active = {entry["id"] for entry in catalogue if entry["intrusiveness"] == "active-needs-consent"}
        cls.known = {entry["id"] for entry in catalogue} - cls.active
        cls.cases = [(entry["name"], entry["shows"], entry["what"]) for entry in TRUTH["cases"]]
        cls.cases += [(entry["host"], entry["shows"], entry["what"]) for entry in TRUTH["simulators"] if entry["kind"] != "resolver"]
        names = list(dict.fromkeys(name for name, _, _ in cls.cases if name not in ONLY_HOSTS))
        cls.by_domain: dict[str, list[dict]] = defaultdict(list)
        cls.errors = ""
        with tempfile.TemporaryDirectory() as folder:
            for run in range(RUNS):
                entries = [{"id": name, "domains": [name]} for name in names[run::RUNS]]
                if run == 0:
                    entries.append({"id": "range", "domains": ["testfelt.example"], "hosts": sorted(ONLY_HOSTS)})
                cls.take(measure(portfolio(Path(folder) / f"cases-{run}.json", *entries), "--db", "none", "--json", "--deadline", "20", limit_s=120))
            cls.take(measure(ORGANISATIONS, "--db", "none", "--json"))

    @classmethod
    def take(cls, ran) -> None:
        cls.errors += ran.err
        for organisation in ran.document["organisations"]:
            cls.by_domain[organisation["id"]] += organisation["verdicts"]

    def verdicts_of(self, name: str) -> list[dict]:
        if name in ONLY_HOSTS:
            return [one for one in self.by_domain["range"] if one["asset"] == f"{name}:443"]
        return self.by_domain[name]

    def test_each_case_shows_what_it_was_made_for(self) -> None:
        compared = 0
        for name, shows, what in self.cases:
            for check, wanted in shows.items():
                if check not in self.known:      # needs the owner's consent, or more than is asked yet
                    continue
                with self.subTest(name, check=check, what=what):
                    found = {one["verdict"] for one in self.verdicts_of(name) if one["check"] == check}
                    self.assertTrue(found & TELLS.get(wanted, {wanted}), f"wanted {wanted}, found " + ", ".join(
                        f"{one['verdict']} ({one['reason']}) for {one['asset']}" for one in self.verdicts_of(name) if one["check"] == check))
                    compared += 1
        print(f"\n  {compared} expectations of {len(self.cases)} cases compared", flush=True)
        self.assertGreater(compared, 250)

    def test_what_the_lab_cannot_show_is_listed_with_its_reason(self) -> None:
        shown = {one["check"] for verdicts in self.by_domain.values() for one in verdicts if one["verdict"] in ("warn", "fail")}
        page = (ROOT / "docs" / "not-producible.md").read_text()
        listed = dict(re.findall(r"(?m)^\| `([a-z0-9.-]+)` \| (.+) \|$", page))
        self.assertEqual(sorted(self.known - shown - set(listed)), [], "never warned or failed, and not listed")
        self.assertEqual(sorted(set(listed) & shown), [], "listed, but the lab shows it")
        self.assertEqual(sorted(set(listed) - self.known - self.active), [], "listed, but there is no such check")
        for check, reason in listed.items():
            self.assertGreater(len(reason), 20, check)


if __name__ == "__main__":
    unittest.main()
