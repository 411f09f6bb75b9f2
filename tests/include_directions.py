#!/usr/bin/env python3
"""A folder under src/ uses only folders above it (docs/architecture.md); probe and checks do not know each other, and
checks, score and wire have no I/O."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent / "src"
ORDER = ["base", "wire", "evidence", "vuln", "probe", "checks", "score", "store", "access", "footprint", "engine",
         "followup", "portfolio", "requirements", "procurement", "privacy", "tasks", "costs", "threats", "report", "api",
         "app"]
STRANGERS = {("probe", "checks"), ("checks", "probe")}
PURE = {"base", "wire", "evidence", "checks", "score"}
IO_HEADERS = re.compile(r'#include <(sys/socket\.h|netdb\.h|fstream|iostream|filesystem|boost/asio.*|boost/beast.*|unistd\.h|'
                        r'sqlite3\.h|thread|netinet/.*)>')


def faults():
    seen = 0
    for path in sorted(ROOT.rglob("*")):
        if path.suffix not in (".h", ".cpp"):
            continue
        seen += 1
        room = path.relative_to(ROOT).parts[0]
        where = path.relative_to(ROOT.parent)
        if room not in ORDER:
            yield f"{where}: src/{room} is not a room of the house (docs/architecture.md)"
            continue
        text = path.read_text()
        for used in re.findall(r'#include "([^"]+)"', text):
            other = used.split("/")[0]
            if other not in ORDER:
                yield f"{where}: includes \"{used}\", which names no room"
            elif ORDER.index(other) > ORDER.index(room):
                yield f"{where}: {room} may not use {other}, which comes after it"
            elif (room, other) in STRANGERS:
                yield f"{where}: {room} and {other} do not know each other"
        if room in PURE and not path.stem.endswith(("_test", "_fuzz")):
            for header in IO_HEADERS.findall(text):
                yield f"{where}: {room} has no I/O, yet includes <{header}>"
    if seen < 50:
        yield f"only {seen} files were found under {ROOT}"


found = list(faults())
print("\n".join(found) or "include directions hold")
sys.exit(1 if found else 0)
