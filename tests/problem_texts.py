#!/usr/bin/env python3
"""Every kind of problem that the source names has a title in nb, nn and en (data/texts/problems.json).
A kind stands as `.type = "kind"`, as the second value of fail({...}) and Denied{...}, or as a return value in a table."""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAMED = [re.compile(r'\.type = "([a-z-]+)"'), re.compile(r'(?:fail|deny)\(\{\s*\d{3},\s*"([a-z-]+)"'),
         re.compile(r'(?:Denied\{|return \{|Problem\{)\s*\d{3},\s*"([a-z-]+)"')]


def faults():
    titles = json.loads((ROOT / "data" / "texts" / "problems.json").read_text())
    for kind, words in titles.items():
        if set(words) != {"nb", "nn", "en"} or not all(words.values()):
            yield f"data/texts/problems.json: {kind} is not in all three languages"
    used = {}
    for path in sorted((ROOT / "src").rglob("*.cpp")):
        if path.stem.endswith(("_test", "_fuzz")):
            continue
        text = path.read_text()
        for pattern in NAMED:
            for kind in pattern.findall(text):
                used.setdefault(kind, path.relative_to(ROOT))
    if len(used) < 40:
        yield f"only {len(used)} kinds of problems were found"
    for kind, path in used.items():
        if kind not in titles:
            yield f"{path}: the problem {kind} has no title in data/texts/problems.json"


found = list(faults())
print("\n".join(found) or "every problem has its title")
sys.exit(1 if found else 0)
