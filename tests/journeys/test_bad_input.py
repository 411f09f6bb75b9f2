#!/usr/bin/python3
"""Bad input gets a clear answer: wrong words on the command line, names that are none, resolvers that lie or are
silent, hosts that stall, drip, lie and flood. Nothing crashes, outlives its deadline, grows without bound, touches
what it must not, or turns "could not look" into a fail."""

from __future__ import annotations

import json
import socket
import subprocess
import tempfile
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from house import ALLOWED, LAB, RDAP, RESOLVER, SANITIZED, SLOWER, TRUST, UTSYN, Ran, TRUTH
from house import case, check_alive, environment, measure, most_memory_kb, portfolio, utsyn, verdicts

DEADLINE_S = 10
MARGIN_S = 4 * SLOWER           # starting, reading the trust store, printing; sanitizers make all of it slower
WITHOUT_ALLOWANCE = RESOLVER + TRUST + RDAP


class Listener:
    """Counts who comes, and says nothing."""

    def __init__(self, address: str, port: int, kind: socket.SocketKind = socket.SOCK_STREAM) -> None:
        self.visits = 0
        self.socket = socket.socket(socket.AF_INET, kind)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((address, port))
        self.socket.settimeout(0.2)
        if kind == socket.SOCK_STREAM:
            self.socket.listen()
        self.open = True
        self.thread = threading.Thread(target=self._count, daemon=True)
        self.thread.start()

    def _count(self) -> None:
        while self.open:
            try:
                if self.socket.type == socket.SOCK_STREAM:
                    self.socket.accept()[0].close()
                else:
                    self.socket.recvfrom(4096)
                self.visits += 1
            except TimeoutError:
                continue
            except OSError:
                return

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        self.open = False
        self.thread.join(timeout=5)
        self.socket.close()


def at_once(work, items: list, lanes: int = 6) -> list:
    with ThreadPoolExecutor(lanes) as pool:
        return list(pool.map(work, items))


def bad_verdicts(organisation: dict, *areas: str) -> list[str]:
    return [f"{one['verdict']} {one['check']} ({one['reason']}) {one['asset']}" for one in organisation["verdicts"]
            if one["verdict"] in ("fail", "warn") and one["check"].split(".")[0] in areas]


class Temporary(unittest.TestCase):
    maxDiff = None

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, name: str, text: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(path)

    def refused(self, ran: Ran, status: int, *words: str) -> None:
        self.assertEqual(ran.status, status, ran.err)
        self.assertEqual(ran.out, "")
        self.assertTrue(ran.err.startswith("utsyn: "), ran.err)
        self.assertLess(len(ran.err), 1500)
        for word in words:
            self.assertIn(word, ran.err)


class CommandLine(Temporary):
    def test_wrong_use_is_status_2_and_a_line_that_helps(self) -> None:
        for arguments, word in (
            ([], "subcommand"),
            (["nonsense"], "nonsense"),
            (["measure"], "TARGET"),
            (["measure", "nordsky.example", "--nope"], "--nope"),
            (["measure", "nordsky.example", "--deadline", "soon"], "--deadline"),
            (["measure", "nordsky.example", "--deadline", "0"], "--deadline"),
            (["measure", "nordsky.example", "--threads", "-1"], "--threads"),
            (["measure", "nordsky.example", "--profile", "wild"], "--profile"),
            (["measure", "nordsky.example", "--db", "none", "--profile", "full"], "leave out --db none"),
            (["measure", "nordsky.example", "--lang", "de"], "--lang"),
            (["measure", "nordsky.example", "--db", "none", "--allow-net", "banana"], "--allow-net banana: not a network; write it as"),
            (["measure", "nordsky.example", "--db", "none", "--allow-net", "127.0.0.0/33"], "--allow-net"),
            (["measure", "nordsky.example", "--db", "none", "--resolver", "banana"], "--resolver banana: not an address; write it as"),
            (["measure", "nordsky.example", "--db", "none", "--resolver", "127.0.0.1:99999"], "--resolver"),
            (["probe", "telepathy", "nordsky.example"], "telepathy"),
            (["probe", "tls", *LAB], "TARGET"),
            (["probe", "tls", "nordsky.example", "--ip", "nonsense", *LAB], "--ip nonsense: not an address; write it as"),
            (["probe", "smtp", "nordsky.example", "--ip", "127.0.0.1:443", *LAB], "--ip 127.0.0.1:443: not an address"),
            (["score"], "FILE"),
            (["score", "-", "--jsonn"], "--jsonn"),
        ):
            with self.subTest(arguments):
                self.refused(utsyn(*arguments), 2, word)

    def test_help_and_version_are_no_mistake(self) -> None:
        for arguments in (["--help"], ["measure", "--help"], ["--version"]):
            ran = utsyn(*arguments)
            self.assertEqual((ran.status, ran.err), (0, ""))
            self.assertIn("utsyn", ran.out.lower())

    def test_what_cannot_be_done_is_status_1(self) -> None:
        for arguments, word in (
            (["measure", str(self.folder / "missing.json")], "reading the portfolio: cannot open"),
            (["measure", "nordsky.example", "--db", "none", "--opt-out-file", str(self.folder / "missing")], "Nothing was measured"),
            (["measure", "nordsky.example", "--db", "none", "--root-ca", str(self.folder / "missing")], "there is no such file"),
            (["measure", "nordsky.example", "--db", "none", "--config", str(self.folder / "missing")], "reading the configuration"),
            (["probe", "tls", "--targets", str(self.folder / "missing"), *LAB], "reading the targets"),
            (["score", str(self.folder / "missing")], "reading the document"),
            (["checks", "tls.no-such-check"], "tls.no-such-check"),
        ):
            with self.subTest(arguments):
                self.refused(utsyn(*arguments), 1, word)

    def test_portfolio_files(self) -> None:
        for text, word in (
            ("", "not a portfolio"),
            ("{", "not a portfolio"),
            ("[]", "not a portfolio"),
            ('{"organisations": {}}', "not a portfolio"),
            ('{"organisations": [1]}', "organisation 1: 'id' is missing"),
            ('{"organisations": [{"name": "x"}]}', "organisation 1: 'id' is missing"),
            ('{"organisations": [{"id": "x"}]}', "'domains' is missing or empty"),
            ('{"organisations": [{"id": "x", "domains": "fjordvik.example"}]}', "must be a list"),
            ('{"organisations": [{"id": "x", "domains": [7]}]}', "organisation 1, domains 7"),
            ('{"organisations": [{"id": "x", "domains": ["a..b"]}]}', "organisation 1, domains"),
            ('{"organisations": [{"id": "x", "domains": ["fjordvik.example"], "hosts": ["10.0.0.1"]}]}', "hosts"),
            ("[" * 100_000, "not a portfolio"),
            (b"\xff\xfe\x00\x00" * 50, "not a portfolio"),
        ):
            with self.subTest(text[:60]):
                self.refused(measure(self.file("portfolio.json", text), "--db", "none"), 2, word)

    def test_configuration_files(self) -> None:
        for text, word in (("resolvr: 127.0.0.1\n", "line 1: there is no setting 'resolvr'"), ("db: none\nthreads: many\n", "line 2"),
                           ("a: [1, 2\n", "line"), ("lang: nb\n\tx: 1\n", "line 2")):
            with self.subTest(text):
                self.refused(measure("nordsky.example", "--config", self.file("utsyn.yaml", text)), 2, word)
        good = self.file("utsyn.yaml", "db: none\nlang: nn\nonly: dns.*\n")
        ran = measure("nordsky.example", "--config", good)
        self.assertEqual(ran.status, 0, ran.err)
        self.assertIn("spørsmåla", ran.out)

    def test_documents_to_score(self) -> None:
        for text in ("", "{", "[]", "null", '{"id": 7}', '{"method": "utsyn-9.9"}', "[" * 100_000, '{"id": "a", "assets": [{"id": "x", "v": 1e99}]}', "\x00"):
            with self.subTest(text[:40]):
                ran = utsyn("score", "-", stdin=text)
                self.assertEqual((ran.status, ran.out), (1, ""))
                self.assertIn("reading the document", ran.err)
        lines = utsyn("score", "--jsonl", "-", stdin='{"id":"a"\n{"id":"b","assets":[{"id":"x"}],"coverage":10000}\n')
        self.assertEqual(lines.status, 1)
        self.assertEqual(len(lines.out.splitlines()), 2)
        self.assertIn("error", lines.documents[0])
        self.assertEqual(lines.documents[1]["id"], "b")


class Names(Temporary):
    def test_what_is_no_name_is_wrong_use(self) -> None:
        for name in ("", "fjordvik", "a..example", ".example", "fjord vik.example", "fjordvik_.exa!mple", "x" * 64 + ".example", ("y" * 60 + ".") * 5 + "no",
                     "192.0.2.1", "2001:db8::1", "☃.example", "a\nb.example", "a\x1b[31m.example",
                     "../../etc/passwd.no", "https://fjordvik.example/", "user@fjordvik.example", "*.fjordvik.example", "%00.example", "a" * 100_000):
            with self.subTest(name[:60]):
                ran = measure(name, "--db", "none")
                self.refused(ran, 2)
                self.assertNotIn("\x1b", ran.err)
                self.assertEqual(len(ran.err.splitlines()), 1, ran.err)

    def test_an_option_in_the_place_of_a_name(self) -> None:
        self.refused(measure("--", "-rf.example", "--db", "none"), 2)

    def test_names_with_letters_outside_ascii(self) -> None:
        for typed in ("blåbær.testfelt.example", "BLÅBÆR.Testfelt.Example.", "xn--blbr-roah.testfelt.example"):
            with self.subTest(typed):
                ran = measure(typed, "--db", "none", "--json", "--only", "cert.name.*")
                self.assertEqual(ran.status, 0, ran.err)
                (found,) = ran.document["organisations"]
                self.assertEqual(found["id"], "xn--blbr-roah.testfelt.example")
                self.assertIn(("cert.name.match", "pass"), {(one["check"], one["verdict"]) for one in found["verdicts"]})
        self.assertIn("blåbær.testfelt.example", measure("blåbær.testfelt.example", "--db", "none", "--only", "cert.name.*").out)

    def test_names_that_lead_nowhere(self) -> None:
        for name, words in (("utgatt.example", ["utgatt.example: looking up the domain", "does not exist (NXDOMAIN)", "Check the spelling"]),
                            ("no-such-name.fjordvik.example", ["NXDOMAIN"]),
                            ("xn--999999999.example", ["NXDOMAIN"]),     # no IDN, but DNS might know it
                            ("sim-zone-servfail.testfelt.example", ["looking up the domain", "SERVFAIL", "--resolver"]),
                            ("sim-zone-silent.testfelt.example", ["looking up the domain", "Nothing was judged"]),
                            ("sim-zone-garbage.testfelt.example", ["looking up the domain", "Nothing was judged"]),
                            ("sim-zone-compression-loop.testfelt.example", ["looking up the domain", "Nothing was judged"])):
            with self.subTest(name):
                ran = measure(name, "--db", "none", "--json", "--deadline", DEADLINE_S)
                self.assertEqual(ran.status, 1)
                self.assertEqual(ran.document["organisations"], [])
                for word in words:
                    self.assertIn(word, ran.err)

    def test_one_bad_question_spoils_no_other(self) -> None:
        for name, check in (("sim-zone-servfail-mx", "email.mx.exists"), ("sim-zone-servfail-txt", "email.spf.exists"), ("sim-zone-servfail-txt", "email.dmarc.exists")):
            with self.subTest(name, check=check):
                ran = measure(f"{name}.testfelt.example", "--db", "none", "--json", "--deadline", DEADLINE_S)
                (found,) = ran.document["organisations"]
                verdict = {one["check"]: one["verdict"] for one in found["verdicts"] if one["asset"] == found["id"]}
                self.assertEqual(verdict[check], "unknown")
                self.assertEqual(verdict["dns.delegation.ns-count"], "fail")     # it has one server, and that was seen


class Resolvers(Temporary):
    def test_a_resolver_that_does_not_help_ends_the_matter(self) -> None:
        words = {"silent": "it did not answer", "servfail": "SERVFAIL", "refused": "it refused the question", "garbage": "", "short": "", "counts": "",
                 "loop": "", "truncated": "", "wrong-id": "",
                 "denier": "a name that must exist, and it denied it", "empty": "a name that must exist, and it denied it",
                 "endless-tcp": "a name that must exist, and it denied it"}

        def ask(name: str) -> Ran:
            return utsyn("measure", "fjordvik.example", "--db", "none", "--json", "--deadline", DEADLINE_S, "--resolver",
                         case(f"sim-resolver-{name}")["ip"], *ALLOWED, *TRUST)

        for name, ran in zip(words, at_once(ask, list(words))):
            with self.subTest(name):
                self.assertEqual(ran.status, 1, ran.out)
                self.assertEqual(ran.document["organisations"], [])
                self.assertIn("fjordvik.example: looking up the domain: asked the resolver", ran.err)
                self.assertIn(words[name], ran.err)
                self.assertIn("name another resolver with --resolver", ran.err)
                self.assertLess(ran.seconds, DEADLINE_S + MARGIN_S)

    def test_nothing_listens_at_the_resolver(self) -> None:
        ran = utsyn("measure", "fjordvik.example", "--db", "none", "--deadline", DEADLINE_S, "--resolver", "127.53.250.53", *ALLOWED, *TRUST)
        self.refused(ran, 1, "looking up the domain", "--resolver")

    def test_a_resolver_that_lies_sends_us_nowhere(self) -> None:
        """Every name is said to be at 127.0.0.1 and 10.0.0.1: addresses inside are not contacted, and nobody fails for it."""
        subprocess.run(["ip", "address", "add", "10.0.0.1/32", "dev", "lo"], check=True, capture_output=True)
        self.addCleanup(subprocess.run, ["ip", "address", "del", "10.0.0.1/32", "dev", "lo"], check=True)
        listeners = [Listener(address, port) for address in ("127.0.0.1", "10.0.0.1") for port in (25, 80, 443)]
        try:
            ran = utsyn("measure", "fjordvik.example", "--db", "none", "--json", "--deadline", DEADLINE_S, "--resolver",
                        case("sim-resolver-liar")["ip"], *TRUST)
            self.assertEqual([one.visits for one in listeners], [0] * len(listeners))
        finally:
            for one in listeners:
                one.__exit__()
        self.assertEqual(ran.status, 1)
        self.assertEqual(ran.document["organisations"], [])
        self.assertIn("asked the resolver for a name that cannot exist", ran.err)

    def test_a_resolver_that_denies_some_types_is_seen_through(self) -> None:
        """It hides TXT or DNSKEY: nobody fails for it, for the domain's own servers have what it denies."""
        def ask(resolver: list[str]) -> dict[tuple[str, str], str]:
            ran = utsyn("measure", "fjordvik.example", "--db", "none", "--json", *resolver, *ALLOWED, *TRUST, *RDAP)
            self.assertEqual(ran.status, 0, ran.err)
            return verdicts(ran.document["organisations"][0])

        names = ["no-txt", "no-dnskey"]
        honest, *others = at_once(ask, [RESOLVER, *(["--resolver", case(f"sim-resolver-{name}")["ip"]] for name in names)], 3)
        self.assertEqual([honest["email.spf.exists", "fjordvik.example"], honest["email.dmarc.exists", "fjordvik.example"]], ["pass", "pass"])
        for name, found in zip(names, others):
            with self.subTest(name):
                self.assertEqual({key: (honest.get(key), verdict) for key, verdict in found.items()
                                  if verdict in ("fail", "warn") and honest.get(key) != verdict}, {})
        for check in ("email.spf.exists", "email.dmarc.exists"):
            self.assertEqual(others[0][check, "fjordvik.example"], "unknown")


class OutOfScope(Temporary):
    def test_private_addresses_are_not_contacted_and_nobody_fails(self) -> None:
        ran = utsyn("measure", "fjordvik.example", "--db", "none", "--json", *WITHOUT_ALLOWANCE)
        self.assertEqual(ran.status, 0, ran.err)
        (found,) = ran.document["organisations"]
        self.assertEqual(bad_verdicts(found, "tls", "cert", "http"), [])
        web = {one["check"]: one for one in found["verdicts"] if one["asset"] == "www.fjordvik.example:443"}
        self.assertEqual((web["tls.protocol.tls10"]["verdict"], web["tls.protocol.tls10"]["reason"]), ("unknown", "out-of-scope"))
        self.assertEqual({one["verdict"] for name, one in web.items() if name.startswith("http.")} - {"unknown", "not_applicable"}, set())

    def test_an_address_given_by_hand_is_guarded_too(self) -> None:
        with Listener("127.53.250.9", 443) as listener:
            for kind in ("tls", "smtp"):
                ran = utsyn("probe", kind, "fjordvik.example:443", "--ip", "127.53.250.9", "--json", *WITHOUT_ALLOWANCE)
                self.assertEqual(ran.status, 0, ran.err)
                self.assertIn("out_of_scope", ran.out)
            ran = utsyn("probe", "tls", "127.53.250.9", "--json", *WITHOUT_ALLOWANCE)
            self.assertIn("out_of_scope", ran.out)
            self.assertEqual(listener.visits, 0)
            utsyn("probe", "tls", "127.53.250.9", "--json", "--deadline", DEADLINE_S, *LAB)
            self.assertGreater(listener.visits, 0, "the listener hears nothing, so it proves nothing")

    def test_a_redirect_does_not_lead_inside(self) -> None:
        server = case("redirect-other-host")
        ran = utsyn("probe", "http", server["host"], "--json", *RESOLVER, *TRUST, "--allow-net", f"{server['ip']}/32")
        self.assertEqual(ran.status, 0, ran.err)
        hops = ran.document["site"]["plain"]["hops"]
        self.assertGreater(len(hops), 1)
        self.assertEqual(hops[-1]["answer"], {"unseen": "out_of_scope"})

    def test_the_opt_out_list_wins_over_everything(self) -> None:
        with Listener("127.53.250.9", 443) as listener:
            for option in ("127.53.250.9", "127.53.250.0/24", "fjordvik.example", "*.example"):
                with self.subTest(option):
                    ran = utsyn("probe", "tls", "fjordvik.example", "--ip", "127.53.250.9", "--opt-out", option, *LAB)
                    self.assertIn("opted_out", ran.out)
            listed = self.file("opt-out", "# who asked us not to\n\n127.53.250.9   # by letter\n")
            self.assertIn("opted_out", utsyn("probe", "tls", "fjordvik.example", "--ip", "127.53.250.9", "--opt-out-file", listed, *LAB).out)
            self.assertEqual(listener.visits, 0)
        with Listener("127.53.250.53", 53, socket.SOCK_DGRAM) as resolver:
            ran = utsyn("measure", "fjordvik.example", "--db", "none", "--resolver", "127.53.250.53", "--opt-out", "fjordvik.example", *ALLOWED, *TRUST)
            self.refused(ran, 1, "fjordvik.example", "opt-out list")
            self.assertEqual(resolver.visits, 0)

    def test_the_kill_switch_sends_nothing(self) -> None:
        switch = self.file("stop", "")
        with Listener("127.53.250.53", 53, socket.SOCK_DGRAM) as resolver, Listener("127.53.250.9", 443) as server:
            options = ["--resolver", "127.53.250.53", "--kill-switch", switch, *ALLOWED, *TRUST]
            self.refused(utsyn("measure", "fjordvik.example", "--db", "none", *options), 1)
            utsyn("probe", "tls", "fjordvik.example", "--ip", "127.53.250.9", *options)
            utsyn("probe", "dns", "fjordvik.example", *options)
            utsyn("probe", "http", "fjordvik.example", *options)
            self.assertEqual((resolver.visits, server.visits), (0, 0))

    def test_the_kill_switch_ends_a_run(self) -> None:
        switch = self.folder / "stop"
        process = subprocess.Popen([UTSYN, "measure", "sim-stall.testfelt.example", "--db", "none", "--kill-switch", str(switch), *LAB],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
        time.sleep(2 * SLOWER)
        self.assertIsNone(process.poll())
        switch.touch()
        started = time.monotonic()
        out, err = process.communicate(timeout=60)
        check_alive(Ran(process.returncode, out, err, 0), "kill switch")
        self.assertLess(time.monotonic() - started, 5 * SLOWER)
        self.assertEqual(process.returncode, 1, err)


HOSTILE = {"reset", "stall", "close", "drip", "lying_length", "huge_cert", "endless_handshake", "not_tls", "rotate", "http_endless_headers",
           "http_redirect_loop", "http_redirect_chain", "http_bomb", "http_chunk_lies", "http_content_length_lies", "http_garbage", "http_drip",
           "http_bot_403", "http_server_error"}

# What may stand against a hostile server: facts that were seen whole before the hostility began. The name has no
# IPv6 address; the simulators speak TLS with Python's settings; a head that came to its end lacked these fields.
FACTS = {"dns.ipv6.web", "dns.ipv6.reachable"}
OF_THE_HANDSHAKE = {"cert.wildcard", "tls.cipher.guideline-level", "tls.cipher.no-fs", "tls.kex.sig-hash", "tls.protocol.tls10", "tls.protocol.tls11",
                    "tls.protocol.tls13", "tls.reneg.client", "tls.cipher.cbc", "tls.session.ticket-lifetime", "cert.validity.expiring"}
OF_THE_HEAD = {"http.hsts.exists", "http.csp.exists", "http.csp.frame-ancestors", "http.xcto", "http.permissions-policy", "http.coop-coep-corp",
               "http.referrer-policy", "http.security-txt"}
BY_ROLE = {
    "http_bomb": OF_THE_HEAD, "http_content_length_lies": OF_THE_HEAD, "http_chunk_lies": OF_THE_HEAD,
    "http_garbage": {"http.hsts.exists", "http.security-txt"},                  # lines that end in LF alone can be read
    "http_redirect_loop": {"http.hsts.exists"},
    "http_redirect_chain": {"http.hsts.exists", "http.redirect.no-downgrade"},  # one of them does go back to http
    "http_server_error": {"http.availability"},
    "not_tls": {"tls.available"},                                               # something answers there, and it is no TLS
    "rotate": {"cert.name.match", "cert.trust.chain", "cert.trust.self-signed"},
    "huge_cert": {"cert.name.match", "cert.trust.chain", "cert.trust.self-signed", "cert.san.scope"},
}
# These are hostile before anything was seen: not even the facts of a handshake are known.
SILENT = {"reset", "stall", "close", "drip", "not_tls", "lying_length", "endless_handshake"}


class Hostile(Temporary):
    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.servers = [entry for entry in TRUTH["simulators"] if entry["role"] in HOSTILE and entry["kind"] == "web" and entry["port"] == 443]
        listed = portfolio(Path(folder.name) / "hostile.json", {"id": "hostile", "domains": ["testfelt.example"], "hosts": [entry["host"] for entry in cls.servers]})
        cls.ran = measure(listed, "--db", "none", "--json", "--deadline", DEADLINE_S, limit_s=90)

    def test_all_of_them_together_keep_the_deadline(self) -> None:
        self.assertGreater(len(self.servers), 40)
        self.assertEqual((self.ran.status, self.ran.err), (0, ""))
        # The domain has its own deadline, then all hosts at once have theirs.
        self.assertLess(self.ran.seconds, 2 * DEADLINE_S + MARGIN_S)

    def test_none_of_them_costs_much_memory(self) -> None:
        self.assertLess(most_memory_kb(), 1_600_000 if SANITIZED else 400_000)

    def test_hostility_is_not_a_fail(self) -> None:
        (found,) = self.ran.document["organisations"]
        for server in self.servers:
            with self.subTest(server["name"]):
                own = [one for one in found["verdicts"] if one["asset"] == f"{server['host']}:443"]
                self.assertGreater(len(own), 30)
                allowed = FACTS | BY_ROLE.get(server["role"], set()) | (set() if server["role"] in SILENT else OF_THE_HANDSHAKE)
                self.assertEqual([f"{one['verdict']} {one['check']} ({one['reason']})" for one in own
                                  if one["verdict"] in ("fail", "warn") and one["check"] not in allowed], [])
                if server["role"] in SILENT - {"not_tls"}:
                    unknown = {one["check"] for one in own if one["verdict"] == "unknown"}
                    self.assertLessEqual({"tls.protocol.tls10", "tls.cipher.rc4", "http.csp.exists", "http.hsts.exists"}, unknown)

    def test_a_certificate_of_ten_thousand_names_is_read(self) -> None:
        ran = utsyn("probe", "tls", case("sim-huge-certificate")["host"], "--json", "--deadline", DEADLINE_S, *LAB)
        self.assertEqual(ran.status, 0, ran.err)
        self.assertEqual(len(ran.document["certificates"][0]["names"]), 1_000)       # as many as are shown; all are compared

    def test_each_probe_keeps_its_deadline_by_itself(self) -> None:
        questions = [("tls", name) for name in ("sim-stall", "sim-drip", "sim-endless-fragments", "sim-endless-hello-requests", "sim-lie-record-long", "sim-lie-record-zero")]
        questions += [("http", name) for name in ("sim-http-drip", "sim-endless-headers", "sim-endless-line", "sim-bomb-stream", "sim-chunk-endless", "sim-length-stall")]
        questions += [("smtp", name) for name in ("sim-mail-tarpit", "sim-mail-silent", "sim-mail-drip", "sim-mail-endless")]
        questions += [("dns", name) for name in ("sim-zone-silent", "sim-zone-slow", "sim-zone-huge-txt")]

        def ask(question: tuple[str, str]) -> Ran:
            kind, name = question
            host = case(name)["host"]
            return utsyn("probe", kind, f"mx.{host}" if kind == "smtp" else host, "--json", "--deadline", DEADLINE_S, *LAB)

        for question, ran in zip(questions, at_once(ask, questions, 10)):
            with self.subTest(question):
                self.assertEqual(ran.status, 0, ran.err)
                self.assertLess(ran.seconds, DEADLINE_S + MARGIN_S)
                json.loads(ran.out)

    def test_mail_servers_that_cannot_be_asked_are_unknown(self) -> None:
        servers = [entry for entry in TRUTH["simulators"] if entry["kind"] == "mail" and entry["shows"].get("email.starttls.offered") == "unknown"]
        self.assertGreater(len(servers), 5)
        ran = measure(portfolio(self.folder / "mail.json", *({"id": entry["name"], "domains": [entry["host"]]} for entry in servers)),
                      "--db", "none", "--json", "--deadline", DEADLINE_S, limit_s=90)
        self.assertEqual(ran.status, 0, ran.err)
        self.assertLess(ran.seconds, 2 * DEADLINE_S + MARGIN_S)
        for organisation in ran.document["organisations"]:
            with self.subTest(organisation["id"]):
                found = {one["check"]: one["verdict"] for one in organisation["verdicts"] if one["asset"].endswith(":25")}
                self.assertEqual(found["email.starttls.offered"], "unknown")
                self.assertEqual({check for check, verdict in found.items() if verdict == "fail" and check.startswith("email.starttls")}, set())

    def test_hosts_that_are_not_there(self) -> None:
        # Nothing listens; and, in a network that has only loopback, no way leads there.
        for address, reason in (("127.53.250.1", "refused"), ("93.184.216.34", "unreachable"), ("2606:2800:220:1::1", "unreachable")):
            with self.subTest(address):
                ran = utsyn("probe", "tls", "fjordvik.example", "--ip", address, "--json", "--deadline", DEADLINE_S, *LAB)
                self.assertEqual(ran.status, 0, ran.err)
                self.assertIsNone(ran.document["available"])
                self.assertEqual(ran.document["unseen"]["available"], reason)


if __name__ == "__main__":
    unittest.main()
