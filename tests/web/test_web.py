"""The web interface in a real browser, against the real service that measures the lab: lab/lab netns -- python3 THIS [WALK...].

Every walk (walks/NAME.mjs, playwright-core with Debian's Chromium) has a service of its own, `utsyn serve --web
build/web/dist`, and is told its address and its one-time link. A walk asks for what no browser can do with a line
`ask: lab CHANGE`, and goes on at the answer. Screenshots end in $UTSYN_SHOTS or build/web/shots.
"""
import os
import subprocess
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "journeys"))
from house import lab_change  # noqa: E402
from service import Service  # noqa: E402

DIST = Path(os.environ.get("UTSYN_WEB", PROJECT / "build/web/dist"))
SHOTS = Path(os.environ.get("UTSYN_SHOTS", PROJECT / "build/web/shots"))


def answer(question: str, service: Service) -> str:
    """Does what a walk asked for."""
    what, _, how = question.partition(" ")
    if what == "lab":
        lab_change(how)
        return "done"
    raise AssertionError(f"a walk asked for something unknown: {question}")


def take(walk: Path) -> None:
    with Service(measuring=True, arguments=("--web", str(DIST))) as service:
        environment = dict(os.environ, UTSYN_ADDRESS=f"http://127.0.0.1:{service.port}", UTSYN_LINK=service.link, UTSYN_SHOTS=str(SHOTS))
        walker = subprocess.Popen(["node", str(walk)], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, env=environment)
        assert walker.stdout and walker.stdin
        for line in walker.stdout:
            print(line, end="", flush=True)
            if line.startswith("ask: "):
                walker.stdin.write(answer(line[len("ask: "):].strip(), service) + "\n")
                walker.stdin.flush()
        assert walker.wait(timeout=30) == 0, f"{walk.stem}: the lines above say what is wrong"


class Web(unittest.TestCase):
    def setUp(self) -> None:
        self.assertTrue((DIST / "index.html").is_file(), "the interface is not built; run scripts/web")
        SHOTS.mkdir(parents=True, exist_ok=True)


for path in sorted((HERE / "walks").glob("*.mjs")):
    setattr(Web, f"test_{path.stem}", lambda self, path=path: take(path))

if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *(f"Web.test_{name}" for name in sys.argv[1:])])
