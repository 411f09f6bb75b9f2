"""The web interface in a real browser, against the real service that measures the lab: lab/lab netns -- python3 THIS.

Starts `utsyn serve --web build/web/dist`, hands its address and its one-time link to walk.mjs (playwright-core with
Debian's Chromium), and mends the lab when the walk asks for it. Screenshots end in $UTSYN_SHOTS or build/web/shots.
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


class Web(unittest.TestCase):
    def test_the_interface(self) -> None:
        self.assertTrue((DIST / "index.html").is_file(), "the interface is not built; run scripts/web")
        SHOTS.mkdir(parents=True, exist_ok=True)
        with Service(measuring=True, arguments=("--web", str(DIST))) as service:
            environment = dict(os.environ, UTSYN_ADDRESS=f"http://127.0.0.1:{service.port}", UTSYN_LINK=service.link, UTSYN_SHOTS=str(SHOTS))
            walk = subprocess.Popen(["node", str(HERE / "walk.mjs"), *sys.argv[2:]], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, env=environment)
            assert walk.stdout and walk.stdin
            for line in walk.stdout:
                print(line, end="", flush=True)
                if line.startswith("mend: "):
                    lab_change(line.split()[1])
                    walk.stdin.write("mended\n")
                    walk.stdin.flush()
            self.assertEqual(walk.wait(timeout=30), 0, "the lines above say what is wrong")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + ["-v"])
