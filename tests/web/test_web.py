"""The web interface in a real browser, against the real service that measures the lab: lab/lab netns -- python3 THIS [WALK...].

Every walk (walks/NAME.mjs, playwright-core with Debian's Chromium) has a service of its own, `utsyn serve --web
build/web/dist`, and is told its address and its one-time link. A walk asks for what no browser can do with a line
`ask: lab CHANGE`, and goes on at the answer. Screenshots end in $UTSYN_SHOTS or build/web/shots.
"""
import contextlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "journeys"))
from house import lab_change  # noqa: E402
from openid import CLIENT, SECRET, RealProvider  # noqa: E402
from service import Service  # noqa: E402
from test_alerts import Receiver  # noqa: E402
from test_full_profile import publish, unpublish  # noqa: E402
from test_report_schedules import HeldPost  # noqa: E402

DIST = Path(os.environ.get("UTSYN_WEB", PROJECT / "build/web/dist"))
SHOTS = Path(os.environ.get("UTSYN_SHOTS", PROJECT / "build/web/shots"))


def pdf_facts(file: Path) -> str:
    """What Poppler says of a PDF, on one line; its pages become pictures beside it, for eyes."""
    def said(*command: str) -> str:
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    info = dict(line.split(":", 1) for line in said("pdfinfo", str(file)).splitlines() if ":" in line)
    fonts = [line.split() for line in said("pdffonts", str(file)).splitlines()[2:]]
    subprocess.run(["pdftoppm", "-r", "70", "-png", str(file), str(file.with_suffix(""))], check=True, timeout=60)
    # From the end of a line of pdffonts: object id (two words), uni, sub, emb.
    return json.dumps({
        "pages": int(info["Pages"]), "tagged": info.get("Tagged", "").strip() == "yes", "title": info.get("Title", "").strip(),
        "language": language_of(file), "fonts": len(fonts), "embedded": sum(line[-5] == "yes" for line in fonts),
        "text": " ".join(said("pdftotext", str(file), "-").split())})


def language_of(file: Path) -> str:
    """The language that the catalogue of the file names."""
    found = re.search(rb"/Lang\s*\(([^)]*)\)", file.read_bytes())
    return found.group(1).decode("ascii", "replace") if found else ""


# As a catalogue has them: the most are of a few checks, on many hosts.
MANY_CHECKS = ("http.hsts.exists", "tls.protocol.tls10", "http.csp.exists", "cert.validity.expires-soon", "email.dmarc.policy", "http.cookie.secure",
               "dns.caa.exists", "tls.cipher.forward-secrecy", "http.redirect.https", "email.spf.policy")


def many_findings(service: Service, organisation: str, count: int) -> str:
    """Findings of an organisation that does not exist, straight into its store: measuring so many would take a day."""
    with sqlite3.connect(service.db, timeout=30) as store:
        store.executemany(
            """INSERT INTO finding (organisation, id, asset, "check", outcome, severity, confidence, reason, state, first_seen, last_seen)
               VALUES (?, ?, ?, ?, 'fail', ?, 'confirmed', 'no-header', 'open', ?, 1795000000)""",
            ((organisation, f"{check}@web:{host:05}.example:443", f"web:{host:05}.example:443", check, ("medium", "high", "low", "info", "critical")[n * 7 % 5],
              1790000000 + n * 37 % 4_000_000)
             for n in range(count) for host, check in [(n // len(MANY_CHECKS), MANY_CHECKS[n % len(MANY_CHECKS)])]))
    store.close()
    return str(count)


def past(service: Service) -> str:
    """Earlier days of the organisations that are there (all fictional), straight into the store; the service reads them when it starts."""
    service.stop()
    with sqlite3.connect(service.db, timeout=30) as store:
        today = int(time.time()) // 86400
        rows = store.execute("SELECT organisation, score_cp, coverage FROM standing ORDER BY organisation").fetchall()
        for number, (organisation, score, coverage) in enumerate(rows):
            for back in [*range(1, 92, 2), *range(98, 365, 7)]:
                then = max(0, min(10_000, score - back * (number % 5 - 1) * 6 + (back * 37 + number * 101) % 160 - 80))
                grade = next(letter for letter, least in (("A", 9000), ("B", 8000), ("C", 7000), ("D", 6000), ("F", 0)) if then >= least)
                store.execute("INSERT OR REPLACE INTO standing_past VALUES (?, ?, ?, ?, ?)", (organisation, today - back, then, grade, coverage))
                if back <= 60:  # kept later than scores were: before that nothing is known
                    since = today - back - number % 7 * 5 - (60 - back) // 6 if number % 3 else 0
                    store.execute("INSERT OR REPLACE INTO trouble_past VALUES (?, ?, ?, ?)", (organisation, today - back, int((number + back) % 6 == 0), since))
    store.close()
    service.start()
    return str(len(rows))


def answer(question: str, service: Service, ends: contextlib.ExitStack) -> str:
    """Does what a walk asked for; what it starts ends with the walk."""
    what, _, how = question.partition(" ")
    if what == "lab":
        lab_change(how)
        return "done"
    if what == "prove":
        # What the owner would publish in the zone.
        domain, text = how.split()
        publish(domain, text)
        ends.callback(unpublish, domain)
        return "done"
    if what == "findings":
        organisation, count = how.split()
        return many_findings(service, organisation, int(count))
    if what == "past":
        return past(service)
    if what == "pdf":
        return pdf_facts(Path(how))
    if what == "openid":
        # A real OpenID provider that knows this service as a client; POST /control {"account": ...} says who comes next.
        provider = RealProvider(f"http://127.0.0.1:{service.port}/api/v1/login/callback")
        ends.callback(provider.close)
        return json.dumps({"issuer": provider.issuer, "client": CLIENT, "secret": SECRET})
    if what == "hook":
        # Where a webhook may go: answers with these statuses first, then 200.
        receiver = Receiver(*map(int, how.split()))
        ends.callback(receiver.close)
        return receiver.url
    raise AssertionError(f"a walk asked for something unknown: {question}")


# What the service of a walk is told beside the rest.
ARGUMENTS = {"access": ("--oidc-loopback",), "admin": ("--oidc-loopback",), "alerts": ("--allow-channel-net", "127.0.0.1/32")}


def take(walk: Path) -> None:
    # The walk of alerts sends letters, which are taken and thrown away.
    post = HeldPost(hold=False)
    mail = ("--smtp", f"smtp://127.0.0.1:{post.port}", "--smtp-plain") if walk.stem == "alerts" else ()
    with contextlib.closing(post), contextlib.ExitStack() as ends, Service(measuring=True, arguments=("--web", str(DIST), *mail, *ARGUMENTS.get(walk.stem, ()))) as service:
        environment = dict(os.environ, UTSYN_ADDRESS=f"http://127.0.0.1:{service.port}", UTSYN_LINK=service.link, UTSYN_SHOTS=str(SHOTS))
        walker = subprocess.Popen(["node", str(walk)], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, env=environment)
        assert walker.stdout and walker.stdin
        for line in walker.stdout:
            print(line, end="", flush=True)
            if line.startswith("ask: "):
                walker.stdin.write(answer(line[len("ask: "):].strip(), service, ends) + "\n")
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
