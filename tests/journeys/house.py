"""What the journeys share: the built program run in the lab, with a time limit on everything.

A journey runs inside `lab/lab netns`, with UTSYN (the path of the program) and the lab's UTSYN_LAB_* variables in
the environment; see tests/CMakeLists.txt.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parent.parent.parent

if "UTSYN" not in os.environ or "UTSYN_LAB_DIR" not in os.environ:
    sys.exit("a journey runs in the lab: UTSYN=build/release/utsyn lab/lab netns -- /usr/bin/python3 tests/journeys/test_X.py -v")

UTSYN = os.environ["UTSYN"]
LAB_DIR = Path(os.environ["UTSYN_LAB_DIR"])
ORGANISATIONS = os.environ["UTSYN_LAB_ORGANISATIONS"]
TRUTH = json.loads(Path(os.environ["UTSYN_LAB_TRUTH"]).read_text())

RESOLVER = ["--resolver", os.environ["UTSYN_LAB_RESOLVER"]]
ALLOWED = [part for network in os.environ["UTSYN_LAB_ALLOW_NET"].split(",") for part in ("--allow-net", network)]
DATA = ["--data", os.environ["UTSYN_LAB_DATA"]]
RDAP = ["--rdap", os.environ["UTSYN_LAB_RDAP"]]
TRUST = ["--root-ca", os.environ["UTSYN_LAB_ROOT_CA"], "--dns-anchor", os.environ["UTSYN_LAB_DNS_ANCHOR"]]
LAB = RESOLVER + ALLOWED + TRUST + RDAP

SANITIZED = b"__asan_init" in Path(UTSYN).read_bytes()
# How much longer a sanitized program may take than the one that users get.
SLOWER = 4 if SANITIZED else 1
SANITIZER_WORDS = ("AddressSanitizer", "LeakSanitizer", "runtime error:", "ThreadSanitizer", "SUMMARY: ")


@dataclass
class Ran:
    status: int  # negative: ended by that signal
    out: str
    err: str
    seconds: float

    @property
    def document(self) -> dict:
        return json.loads(self.out)

    @property
    def documents(self) -> list[dict]:
        return [json.loads(line) for line in self.out.splitlines()]


def environment(**more: str) -> dict[str, str]:
    """The caller's environment without what would change the output."""
    kept = {name: value for name, value in os.environ.items() if name not in ("LANG", "LC_ALL", "LC_MESSAGES", "NO_COLOR", "XDG_DATA_HOME")}
    return {**kept, "LC_ALL": "C.UTF-8", **more}


def utsyn(*arguments: str, stdin: str = "", limit_s: float = 120, env: dict[str, str] | None = None) -> Ran:
    """Runs the program; a run that outlives its limit is ended and fails the test, as does a crash."""
    started = time.monotonic()
    result = subprocess.run([UTSYN, *map(str, arguments)], input=stdin, capture_output=True, text=True, errors="replace",
                            timeout=limit_s * SLOWER, env=environment(**(env or {})))
    ran = Ran(result.returncode, result.stdout, result.stderr, time.monotonic() - started)
    check_alive(ran, arguments)
    return ran


def check_alive(ran: Ran, arguments: object) -> None:
    if ran.status < 0:
        raise AssertionError(f"utsyn {arguments}: ended by signal {-ran.status} ({signal.Signals(-ran.status).name})\n{ran.err[-4000:]}")
    for word in SANITIZER_WORDS:
        if word in ran.err:
            raise AssertionError(f"utsyn {arguments}: sanitizer report\n{ran.err[-8000:]}")


def measure(*arguments: str, **options) -> Ran:
    return utsyn("measure", *arguments, *LAB, *DATA, **options)


def lab_change(name: str) -> None:
    subprocess.run([ROOT / "lab" / "lab", "change", "--dir", LAB_DIR, name], check=True, capture_output=True, timeout=60)


def portfolio(path: Path, *organisations: dict) -> str:
    """A portfolio file of organisations {"id", "domains", "hosts"}; its path."""
    path.write_text(json.dumps({"organisations": [{"name": entry["id"], "kind": "other", **entry} for entry in organisations]}))
    return str(path)


def case(name: str) -> dict:
    """A server of truth.json, by its name."""
    return next(entry for entry in TRUTH["tls"] + TRUTH["simulators"] if entry["name"] == name)


def verdicts(organisation: dict) -> dict[tuple[str, str], str]:
    return {(one["check"], one["asset"]): one["verdict"] for one in organisation["verdicts"]}


def most_memory_kb() -> int:
    """The largest resident set of any program run so far."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
