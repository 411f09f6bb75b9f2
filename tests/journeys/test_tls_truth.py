#!/usr/bin/python3
"""What `utsyn probe tls` and `utsyn probe smtp` find equals what the lab's servers were configured with.

truth.json is computed from the configuration, never by looking. Versions, suites, groups and certificates must be
equal; of the rest, a null of the program (it had no way to ask) is accepted, a wrong value never.
"""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from house import LAB, TRUTH, utsyn

# What a single question decides, by the same name in the truth and in the document. Null where it cannot be asked:
# renegotiation and compression of a server that speaks TLS 1.3 only, the fallback guard of one that has but one version.
BEHAVIOURS = ("secure_renegotiation", "client_renegotiation", "compression", "fallback_scsv", "sni_required", "alpn_strict", "ocsp_stapled")
# The program offers these two; nginx would also take names that no client sends.
ALPN = {"h2", "http/1.1"}


def as_set(names: list[str] | None) -> set[str] | None:
    return None if names is None else set(names)


def differences(truth: dict, found: dict, *, exact_order: bool, groups: bool = True) -> list[str]:
    out = []
    for version, configured in truth["protocols"].items():
        seen = found["protocols"][version]
        # A truth of null: both answers can be defended.
        if configured["offered"] is not None and seen["offered"] is not configured["offered"]:
            out.append(f"{version}: offered {seen['offered']}, configured {configured['offered']}")
        if not configured["offered"] or not seen["offered"]:
            continue
        if sorted(configured["ciphers"]) != sorted(seen["ciphers"]):
            out.append(f"{version}: not found {sorted(set(configured['ciphers']) - set(seen['ciphers']))}, "
                       f"found beside {sorted(set(seen['ciphers']) - set(configured['ciphers']))}")
        if not seen["complete"]:
            out.append(f"{version}: said not to be complete")
        if exact_order and configured["preference"] != seen["preference"]:
            out.append(f"{version}: preference {seen['preference']}, configured {configured['preference']}")
        # A hello holds 127 suites: the order is the server's own among those that were offered together, so only
        # its favourite is certain.
        if exact_order and configured["preference"] == "server" and configured["ciphers"][0] != seen["ciphers"][0]:
            out.append(f"{version}: prefers {seen['ciphers'][0]}, configured {configured['ciphers'][0]}")
    # A truth of null: it never names a group, and the program must not pretend to know. Where no suite uses a group,
    # there was perhaps no way to ask.
    if groups and as_set(found["groups"]) != as_set(truth["groups"]) and (found["groups"], truth["groups"]) != (None, []):
        out.append(f"groups: {found['groups']}, configured {truth['groups']}")
    if "certificates" in truth:
        chains: dict[str, list[str]] = {}
        for certificate in found["certificates"]:
            chains.setdefault(certificate["chain"], []).append(certificate["sha256"])
        # What is shown to those who name no host may be another site's.
        seen = {tuple(chain) for when, chain in chains.items() if when != "no-sni"}
        configured = {tuple(chain["sha256"]) for chain in truth["certificates"]}
        if seen != configured:
            out.append(f"certificates: {seen}, configured {configured}")
    if truth.get("alpn") and found.get("alpn") and set(truth["alpn"]) & ALPN != set(found["alpn"]):
        out.append(f"alpn: {found['alpn']}, configured {truth['alpn']}")
    for name in BEHAVIOURS:
        if name in truth and found.get(name) is not None and found[name] != truth[name]:
            out.append(f"{name}: {found[name]}, configured {truth[name]}")
    return out


def suites_and_refusals(truth: dict) -> int:
    """k + 1 for each version: what an exact enumeration needs."""
    return sum(len(version.get("ciphers", [])) + 1 for version in truth["protocols"].values())


def probe(kind: str, targets: list[str], *options: str) -> list[dict]:
    with tempfile.TemporaryDirectory() as folder:
        names = Path(folder) / "targets"
        names.write_text("\n".join(targets) + "\n")
        ran = utsyn("probe", kind, "--targets", names, "--json", *options, *LAB, limit_s=110)
    assert ran.status == 0, ran.err
    return ran.documents


class TlsTruth(unittest.TestCase):
    maxDiff = None

    def compare(self, servers: list[dict], documents: list[dict], **options: bool) -> None:
        self.assertEqual(len(servers), len(documents))
        for server, found in zip(servers, documents):
            with self.subTest(server["name"], host=server["host"], ip=server["ip"]):
                self.assertEqual(found["ip"], server["ip"])
                self.assertEqual(differences(server.get("tls") or server, found, **options), [])

    def test_every_web_server_shows_what_it_was_configured_with(self) -> None:
        servers = [entry for entry in TRUTH["tls"] if entry["starttls"] is None and "*" not in entry["host"]]
        self.assertGreaterEqual(sum(entry["kind"] == "profile" for entry in servers), 8)
        by_name = [entry for entry in servers if entry["host"] != "unequal.testfelt.example"]
        documents = probe("tls", [f"{entry['host']}:{entry['port']}" for entry in by_name])
        self.compare(by_name, documents, exact_order=True)
        self.check_connections(by_name, documents)
        # A name with two addresses, each asked by itself.
        for entry in servers:
            if entry["host"] == "unequal.testfelt.example":
                self.compare([entry], probe("tls", [entry["host"]], "--ip", entry["ip"]), exact_order=True)

    def check_connections(self, servers: list[dict], documents: list[dict]) -> None:
        """At most 1.3 (k + 1) connections for the enumeration.

        `connections` counts every connection to the endpoint: the enumeration, and beside it some thirty single
        questions (groups, order, certificates, behaviours) that every server is asked alike. The line through all
        servers tells them apart: its slope is what one more suite costs, its foot what the rest costs.
        """
        points = [(suites_and_refusals(entry), found["connections"]) for entry, found in zip(servers, documents)]
        mean_x = sum(x for x, _ in points) / len(points)
        mean_y = sum(y for _, y in points) / len(points)
        slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
        foot = mean_y - slope * mean_x
        print(f"\n  {len(points)} servers: {slope:.2f} connections a suite, {foot:.0f} for all other questions; "
              f"together {sum(y for _, y in points)} for {sum(x for x, _ in points)} of an exact enumeration", flush=True)
        self.assertLessEqual(slope, 1.3)
        self.assertLessEqual(foot, 40)
        for entry, (needed, spent) in zip(servers, points):
            with self.subTest(entry["name"]):
                self.assertLessEqual(spent, 1.3 * needed + 40)

    def test_every_simulator_shows_what_it_plays(self) -> None:
        # Of no interest here: those that tell nothing exact about suites, because a role of its own decides.
        servers = [entry for entry in TRUTH["simulators"] if entry["tls"]]
        self.assertGreater(len(servers), 20)
        documents = probe("tls", [f"{entry['host']}:{entry['port']}" for entry in servers])
        self.compare(servers, documents, exact_order=True)

    def test_every_mail_server_shows_what_it_was_configured_with(self) -> None:
        servers = [entry for entry in TRUTH["tls"] if entry["starttls"] == "smtp"]
        self.assertGreater(len(servers), 10)
        documents = [document["tls"] for document in probe("smtp", [entry["host"] for entry in servers])]
        for entry, found in zip(servers, documents):
            with self.subTest(entry["name"]):
                # Mail servers count connections: they are asked class by class (an order is not learnt by that),
                # and not for their groups.
                self.assertEqual(differences(entry, found, exact_order=False, groups=False), [])
                self.assertLessEqual(found["connections"], 1.3 * suites_and_refusals(entry) + 40)

    def test_sslv2_is_found_by_its_own_hello(self) -> None:
        for name, offered in (("sim-ssl2", True), ("sim-ssl2-zero", True), ("sim-ssl2-text", False)):
            with self.subTest(name):
                host = next(entry["host"] for entry in TRUTH["simulators"] if entry["name"] == name)
                (found,) = probe("tls", [host])
                self.assertIs(found["protocols"]["SSLv2"]["offered"], offered)


if __name__ == "__main__":
    unittest.main()
