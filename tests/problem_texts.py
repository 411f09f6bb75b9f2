#!/usr/bin/env python3
"""Every kind of problem that the source names has a title in nb, nn and en (data/texts/problems.json).
A kind stands as `.type = "kind"`, as the second value of fail({...}) and Denied{...}, or as a return value in a table.
Every sentence in src/api, which is what a problem says to do next, is translated in data/texts/details.json. A sentence
is a text that begins with a letter or a blank {} and ends with a full stop; what is put together from pieces is not seen."""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAMED = [re.compile(r'\.type = "([a-z-]+)"'), re.compile(r'(?:fail|deny)\(\{\s*\d{3},\s*"([a-z-]+)"'),
         re.compile(r'(?:Denied\{|return \{|Problem\{)\s*\d{3},\s*"([a-z-]+)"')]


TEXT = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
TEXTS = re.compile(r'"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*')


def untold_sentences():
    details = json.loads((ROOT / "data" / "texts" / "details.json").read_text())
    told = [re.compile(".*".join(map(re.escape, words["en"].split("{}"))), re.DOTALL) for words in details.values()]
    seen = 0
    for path in sorted((ROOT / "src" / "api").glob("*.cpp")):
        if path.stem.endswith(("_test", "_fuzz")):
            continue
        source = re.sub(r"^\s*//.*$", "", path.read_text(), flags=re.MULTILINE)
        source = re.sub(r'R"\(.*?\)"', '""', source, flags=re.DOTALL)
        for found in TEXTS.finditer(source):
            text = "".join(TEXT.findall(found.group(0))).replace('\\"', '"')
            sentence = re.sub(r"\{[^}]*\}", "{}", text)
            if not re.match(r"[A-Za-z{].*[A-Za-z].*\.$", sentence, re.DOTALL) or " " not in text:
                continue
            seen += 1
            if not any(pattern.fullmatch(one) for pattern in told for one in (text, sentence)):
                yield f"{path.relative_to(ROOT)}: not in data/texts/details.json: {text}"
    if seen < 150:
        yield f"only {seen} sentences were found"


def faults():
    yield from untold_sentences()
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
