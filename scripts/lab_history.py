#!/usr/bin/python3
"""Gives the lab's organisations a history, through the service as a person would: scripts/run calls it.

    scripts/lab_history.py --address http://127.0.0.1:8480 --invitation LINK --lab-dir DIR [--rounds N]

Measures all of them, puts fixes and faults into the running lab, and measures again, so that every point of the curves is a
measurement that took place. Tells the register who delivers to whom, makes a list of them all, and prints one-time links for an
administrator, a security officer and a leader. Nothing is written past the API. Run again, it adds points to what there is.
"""

from __future__ import annotations

import argparse
import http.client
import json
import secrets
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

LAB = Path(__file__).resolve().parent.parent / "lab" / "lab"
MUNICIPALITIES = ("fjordvik", "steinlia")
SUPPLIER = "nordsky"
# What lab/README.md says that it does for each of them.
DELIVERS = {"fjordvik": (4, "Navnetjeneste (sekundær)"), "steinlia": (4, "Navnetjeneste, avsenderadresser og reserve for e-postmottak")}
# What happens between the measurements. A person in Steinlia puts things right; Fjordvik has a bad day and gets over it.
ROUNDS = (
    ("Steinlia sends HSTS and goes from http to https", ("fix-hsts", "fix-redirect")),
    ("Steinlia publishes SPF and DMARC; Fjordvik loses its HSTS", ("fix-spf", "fix-dmarc", "break-hsts")),
    ("Steinlia renews a certificate; Fjordvik sends HSTS again",
     ("reset", "fix-hsts", "fix-redirect", "fix-spf", "fix-dmarc", "fix-cert")),
)
LIMIT_S = 120


class Failed(Exception):
    pass


class Service:
    """One person's session with the service."""

    def __init__(self, address: str) -> None:
        self.place = urllib.parse.urlsplit(address)
        self.cookies: dict[str, str] = {}
        self.csrf = ""

    def ask(self, method: str, path: str, body: object = None, expect: tuple[int, ...] = (200, 201, 202, 204)) -> dict:
        kind = http.client.HTTPSConnection if self.place.scheme == "https" else http.client.HTTPConnection
        connection = kind(self.place.hostname, self.place.port, timeout=60)
        headers = {"Content-Type": "application/json", "X-CSRF-Token": self.csrf,
                   "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        content = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        connection.close()
        if answer.status not in expect:
            raise Failed(f"{method} {path}: {answer.status} {content[:500].decode(errors='replace')}")
        return {"status": answer.status, **json.loads(content)} if content else {"status": answer.status}

    def items(self, path: str) -> list[dict]:
        out: list[dict] = []
        cursor = None
        while True:
            page = self.ask("GET", path + (("&" if "?" in path else "?") + f"cursor={cursor}" if cursor else ""))
            out += page["items"]
            cursor = page["next"]
            if not cursor:
                return out

    def join(self, link: str, login: str, name: str) -> None:
        """Accepts an invitation, with a password that nobody keeps."""
        token = link.split("#", 1)[1]
        answer = self.ask("POST", "/api/v1/invitation/accept",
                          {"token": token, "login": login, "name": name, "password": secrets.token_urlsafe(30)})
        self.csrf = answer["csrf"] or ""


def say(words: str) -> None:
    print(words, flush=True)


def change(folder: str, name: str) -> None:
    done = subprocess.run([LAB, "change", "--dir", folder, name], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise Failed(f"lab change {name}: {done.stderr.strip()}")


def measure_all(service: Service, organisations: list[str]) -> None:
    jobs = {one: service.ask("POST", f"/api/v1/organisations/{one}/recheck")["id"] for one in organisations}
    end = time.monotonic() + LIMIT_S
    while jobs:
        for organisation, job in list(jobs.items()):
            now = service.ask("GET", f"/api/v1/jobs/{job}")
            if now["state"] == "failed":
                raise Failed(f"measuring {organisation}: {now['error']}")
            if now["state"] == "done":
                del jobs[organisation]
        if time.monotonic() > end:
            raise Failed(f"not measured within {LIMIT_S} s: {', '.join(jobs)}")
        time.sleep(0.2)
    for organisation in organisations:
        score = service.ask("GET", f"/api/v1/organisations/{organisation}/score")
        points = len(service.ask("GET", f"/api/v1/organisations/{organisation}/score/history")["items"])
        say(f"  {organisation:10} {score['shown']:>5} {score['grade']}   ({points} in the history)")


def tell_who_delivers(service: Service) -> None:
    for customer, (criticality, note) in DELIVERS.items():
        service.ask("POST", f"/api/v1/organisations/{customer}/suppliers", {"supplier": SUPPLIER, "criticality": criticality, "note": note})


def make_list(service: Service) -> None:
    if not any(one["name"] == "Hele laben" for one in service.items("/api/v1/portfolios")):
        service.ask("POST", "/api/v1/portfolios", {"name": "Hele laben", "form": "filter", "filter": {}})


def invite(service: Service, role: str, organisation: str | None, words: str) -> None:
    invitation: dict = {"role": role}
    if organisation:
        invitation["organisation"] = organisation
    say(f"  {words + ':':44} {service.ask('POST', '/api/v1/invitations', invitation)['link']}")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--address", required=True)
    options.add_argument("--invitation", required=True, help="one-time link of an administrator, from utsyn user add")
    options.add_argument("--lab-dir", required=True)
    options.add_argument("--rounds", type=int, default=len(ROUNDS))
    given = options.parse_args()
    service = Service(given.address)
    try:
        service.join(given.invitation, f"lab-{secrets.token_hex(4)}", "Laboratoriet")
        organisations = [*MUNICIPALITIES, SUPPLIER]
        tell_who_delivers(service)
        make_list(service)
        change(given.lab_dir, "reset")
        for number, (words, changes) in enumerate((("as the lab is at its start", ()), *ROUNDS[:given.rounds]), 1):
            say(f"measurement {number}: {words}")
            for name in changes:
                change(given.lab_dir, name)
            # The lab's resolver remembers for two seconds what did not exist.
            time.sleep(3)
            measure_all(service, organisations)
        say("\nEach of these opens the service once, as:")
        invite(service, "administrator", None, "an administrator, who sees all")
        invite(service, "security", "steinlia", "the security officer of Steinlia kommune")
        invite(service, "leader", "fjordvik", "the leader of Fjordvik kommune")
        invite(service, "supplier", SUPPLIER, "Nordsky Drift AS, supplier of both")
    except (Failed, OSError, subprocess.TimeoutExpired) as failure:
        print(f"lab_history: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
