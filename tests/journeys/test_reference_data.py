"""Reference data (--data): what the lab's lists say of its own addresses, keys and names, and what a list that cannot be read does."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from house import LAB, TRUTH, measure, utsyn, verdicts

LISTED = ("dns.rpki.roa-exists", "dns.rpki.valid", "dns.takeover.dangling-ip", "cert.key.compromised", "cert.key.weak-debian",
          "cert.ct.unexpected-issuance")
WORST_LAST = ("not_applicable", "pass", "unknown", "warn", "fail")


def worst(organisation: dict) -> dict[str, str]:
    """Over the assets: the gravest verdict of each check that reads a list."""
    found: dict[str, str] = {}
    for (check, _), verdict in verdicts(organisation).items():
        if check in LISTED:
            found[check] = max(found.get(check, verdict), verdict, key=WORST_LAST.index)
    return found


class ReferenceData(unittest.TestCase):
    maxDiff = None

    def expected(self) -> dict[str, dict[str, str]]:
        wanted: dict[str, dict[str, str]] = {}
        for case in TRUTH["cases"]:
            shows = {check: verdict for check, verdict in case["shows"].items() if check in LISTED}
            if shows:
                wanted.setdefault(case["name"], {}).update(shows)
        return wanted

    def test_verdicts_are_those_of_the_lists(self) -> None:
        wanted = self.expected()
        self.assertGreaterEqual(len(wanted), 9)
        self.assertEqual({check for shows in wanted.values() for check in shows}, set(LISTED))
        ran = measure(*wanted, "--db", "none", "--json")
        self.assertEqual(ran.status, 0, ran.err)
        for organisation in ran.document["organisations"]:
            shows = wanted.pop(organisation["id"])
            found = worst(organisation)
            with self.subTest(organisation["id"]):
                self.assertEqual({check: found.get(check) for check in shows}, shows)
        self.assertEqual(wanted, {})

    def test_without_the_lists_nothing_is_claimed(self) -> None:
        ran = utsyn("measure", "fjordvik.example", *LAB, "--db", "none", "--json")
        self.assertEqual(ran.status, 0, ran.err)
        found = worst(ran.document["organisations"][0])
        self.assertEqual({found[check] for check in LISTED if check != "cert.key.weak-debian"}, {"unknown"})

    def test_a_list_that_cannot_be_read_ends_it_before_anything_is_measured(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            keys = Path(folder) / "keys"
            keys.mkdir()
            (keys / "compromised.txt").write_text("# leaked\n" + "a" * 64 + "\nnot a hash\n")
            configuration = Path(folder) / "utsyn.yaml"
            configuration.write_text(f"data: {folder}\n")
            for options in (["--data", folder], ["--config", str(configuration)]):
                with self.subTest(options[0]):
                    ran = utsyn("measure", "fjordvik.example", *LAB, "--db", "none", *options)
                    self.assertEqual((ran.status, ran.out), (1, ""))
                    self.assertIn(f"{keys}/compromised.txt line 3: not 64 hexadecimal digits", ran.err)
        ran = utsyn("measure", "fjordvik.example", *LAB, "--db", "none", "--data", folder)
        self.assertEqual(ran.status, 1)
        self.assertIn("there is no such folder", ran.err)


if __name__ == "__main__":
    unittest.main()
