"""What no packaged server can do any more: which simulators the lab starts, and under which names.

The simulators themselves are in lab/simulators/ (roles and parameters in its README).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from .plan import RESOLVER
from .tls import RANGE
from .zone import Zone

PROGRAM = Path(__file__).resolve().parent.parent / "simulators" / "run"
RSA_CERTIFICATE, MAIL_CERTIFICATE = "simulators-rsa", "simulators-mail"


@dataclass(frozen=True)
class Simulator:
    name: str
    role: str
    what: str
    shows: dict[str, str] = field(default_factory=dict)
    params: dict = field(default_factory=dict)
    port: int = 443
    kind: str = "web"                        # web, mail, dns (a zone of its own), resolver
    certificate: str | None = None           # whose files go in as cert_pem and key_pem
    outside_names: tuple[str, ...] = ()      # names beyond the range that resolve to it
    records: dict[str, dict[str, list[str]]] | None = None   # of its zone, by label
    twin: bool = False                       # the simulator after this one answers for the zone too, as ns2
    twin_of: str = ""                        # whose zone this one answers for

    @property
    def host(self) -> str:
        return f"{self.name}.{RANGE}"

    def add_records(self, zone: Zone, address: str) -> None:
        if self.kind == "dns":
            zone.add(self.name, "NS", f"ns.{self.host}.")
            zone.replace_glue(f"ns.{self.host}.", address)
            if self.twin:
                zone.add(self.name, "NS", f"ns2.{self.host}.")
                zone.replace_glue(f"ns2.{self.host}.", str(ip_address(address) + 1))
            return
        zone.add(f"mx.{self.name}" if self.kind == "mail" else self.name, "A", address)
        if self.kind == "mail":
            zone.add(self.name, "MX", f"10 mx.{self.host}.")

    def entry(self, address: str, certificates: Path) -> dict:
        """This simulator's line in the specification that `simulators/run` reads."""
        params = dict(self.params)
        if self.twin_of:
            first = next(one for one in SIMULATORS if one.name == self.twin_of)
            params = {**first.entry(str(ip_address(address) - 1), certificates)["params"], **params}
        if self.records is not None:
            servers = {f"ns.{self.host}": address, **({f"ns2.{self.host}": str(ip_address(address) + 1)} if self.twin else {})}
            params["zones"] = [self.host]
            params["records"] = {self.host: {"SOA": [f"ns.{self.host} drift.{self.host} 1 14400 3600 1209600 300"], "NS": list(servers),
                                             "A": [address], "TXT": ["v=spf1 -all"], **self.records.get("@", {})},
                                 **{server: {"A": [where]} for server, where in servers.items()},
                                 f"www.{self.host}": {"A": [address]},
                                 **{f"{label}.{self.host}": rows for label, rows in self.records.items() if label != "@"}}
        if self.kind == "mail":
            params.setdefault("hostname", f"mx.{self.host}")
        if self.certificate:
            params["cert_pem"] = str(certificates / f"{self.certificate}.pem")
            params["key_pem"] = str(certificates / f"{self.certificate}.key")
        return {"name": self.name, "role": self.role, "address": address, "port": self.port, "params": params}

    def tls_truth(self) -> dict | None:
        """What a hello-level server accepts, for truth.json; None where its role decides."""
        if self.role != "tls_hello" or "suites" not in self.params:
            return None
        protocols: dict[str, dict] = {name: {"offered": False} for name in ("SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3")}
        accepted: list[str] = []
        for version in () if "alert_after_hello" in self.params else self.params["versions"]:
            suites = self.params["suites"].get(version, self.params["suites"].get("*", []))
            protocols[version] = {"offered": True, "ciphers": suites,
                                  "preference": self.params.get("preference", "server") if len(suites) > 1 else None}
            accepted += suites
        # A group is of use only to a suite that agrees a key by it; those of TLS 1.3 are named after no key exchange.
        elliptic = any("_ECDHE_" in suite or "_ECDH_anon_" in suite or "_WITH_" not in suite for suite in accepted)
        groups = self.params.get("groups", ["x25519", "secp256r1"]) if elliptic else []
        if "close_after_hello" in self.params:
            # It agrees and then goes: whether that is an offer is a matter of taste, and it never names a group.
            groups = None
            for version in self.params["versions"]:
                protocols[version]["offered"] = None
        return {"protocols": protocols, "groups": groups,
                "compression": "compression" in self.params, "secure_renegotiation": self.params.get("secure_renegotiation", True)}


# -- TLS and SSL ---------------------------------------------------------------------------

def hello(name: str, what: str, shows: dict[str, str], versions: list[str], suites: list[str] | dict[str, list[str]], **params) -> Simulator:
    by_version = suites if isinstance(suites, dict) else {"*": suites}
    return Simulator(name, "tls_hello", what, shows, {"versions": versions, "suites": by_version, **params}, certificate=RSA_CERTIFICATE)


def tls(name: str, role: str, what: str, shows: dict[str, str] | None = None, **params) -> Simulator:
    return Simulator(name, role, what, shows or {}, params, certificate=RSA_CERTIFICATE)


def peer(name: str, role: str, what: str, shows: dict[str, str] | None = None, **params) -> Simulator:
    """A server that never comes to show a certificate."""
    return Simulator(name, role, what, shows or {}, params)


OLD_VERSIONS = ["SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2"]
GOOD_SUITES = ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]
CBC = ["TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_256_CBC_SHA"]
DHE = ["TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"]
RC4 = ["TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_RC4_128_MD5", "TLS_ECDHE_RSA_WITH_RC4_128_SHA"]
TRIPLE_DES = ["TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"]
EXPORT = ["TLS_RSA_EXPORT_WITH_RC4_40_MD5", "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA"]
EXPORT_DHE = ["TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA"]
LOW = ["TLS_RSA_WITH_DES_CBC_SHA", "TLS_RSA_WITH_IDEA_CBC_SHA", "TLS_RSA_WITH_SEED_CBC_SHA"]
NULLS = ["TLS_RSA_WITH_NULL_SHA", "TLS_RSA_WITH_NULL_MD5"]
ANONYMOUS = ["TLS_DH_anon_WITH_AES_128_CBC_SHA", "TLS_ECDH_anon_WITH_AES_128_CBC_SHA"]
V12, V13 = ["TLSv1.2"], ["TLSv1.2", "TLSv1.3"]
BOTH_SUITES = {"TLSv1.2": GOOD_SUITES, "TLSv1.3": ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"]}

TLS_SIMULATORS = (
    tls("sim-ssl2", "sslv2", "SSL 2.0", {"tls.protocol.ssl2": "fail", "tls.vuln.drown": "fail"}),
    tls("sim-ssl2-zero", "sslv2", "SSL 2.0 that agrees to no cipher, and is still open to abuse", {"tls.protocol.ssl2": "fail"}, zero=True),
    tls("sim-ssl2-text", "ssl_text", "a text answer to an SSL 2.0 hello", {"tls.protocol.ssl2": "pass"}, tls={"versions": V12, "suites": {"*": GOOD_SUITES}}),
    hello("sim-ssl3", "SSL 3.0 to TLS 1.2 with CBC", {"tls.protocol.ssl3": "fail", "tls.vuln.poodle-ssl": "fail"}, OLD_VERSIONS, CBC),
    hello("sim-ssl3-rc4", "SSL 3.0 with RC4 only: no POODLE", {"tls.protocol.ssl3": "fail", "tls.vuln.poodle-ssl": "pass", "tls.cipher.rc4": "fail"}, ["SSLv3"], RC4[:2]),
    hello("sim-rc4", "RC4", {"tls.cipher.rc4": "fail"}, ["TLSv1.0", "TLSv1.1", "TLSv1.2"], RC4 + CBC),
    hello("sim-3des", "triple DES", {"tls.cipher.3des-sweet32": "fail"}, ["TLSv1.0", "TLSv1.1", "TLSv1.2"], TRIPLE_DES + CBC),
    hello("sim-export", "export suites", {"tls.cipher.export": "fail"}, ["SSLv3", "TLSv1.0"], EXPORT + EXPORT_DHE + CBC, dh_bits=512),
    hello("sim-low", "DES, IDEA and SEED", {"tls.cipher.low-des": "fail"}, ["TLSv1.0", "TLSv1.1"], LOW + CBC),
    hello("sim-null", "no encryption at all", {"tls.cipher.null": "fail"}, OLD_VERSIONS, NULLS),
    hello("sim-anonymous", "anonymous suites", {"tls.cipher.anon": "fail"}, ["TLSv1.0", "TLSv1.2"], ANONYMOUS + CBC),
    hello("sim-everything", "everything that was ever wrong, 3DES to export", {"tls.protocol.ssl3": "fail", "tls.cipher.rc4": "fail", "tls.cipher.export": "fail", "tls.cipher.3des-sweet32": "fail", "tls.cipher.low-des": "fail"},
          OLD_VERSIONS, EXPORT + LOW + RC4 + TRIPLE_DES + NULLS + ANONYMOUS + CBC, preference="client"),
    hello("sim-dh-512", "DHE of 512 bits", {"tls.kex.dh-size": "fail"}, V12, DHE, dh_bits=512),
    hello("sim-dh-768", "DHE of 768 bits", {"tls.kex.dh-size": "fail"}, V12, DHE, dh_bits=768),
    hello("sim-dh-composite", "DHE whose modulus is no prime", {"tls.kex.dh-common-prime": "fail"}, V12, DHE, dh_prime="composite"),
    hello("sim-dh-apache", "DHE with the 1024 bits that Apache shipped", {"tls.kex.dh-common-prime": "fail"}, V12, DHE, dh_bits=1024),
    hello("sim-key-reuse", "the same ephemeral key in every handshake", {"tls.kex.key-reuse": "warn"}, V12, DHE + GOOD_SUITES, key_reuse=True),
    hello("sim-weak-curve", "a curve of 160 bits", {"tls.kex.curves": "fail"}, V12, GOOD_SUITES, groups=["secp160r1", "secp256r1"]),
    hello("sim-post-quantum", "the hybrid group X25519MLKEM768", {"tls.kex.pq-hybrid": "info"}, V13, BOTH_SUITES, groups=["X25519MLKEM768", "x25519"]),
    hello("sim-hello-retry", "asks for another share every time", {}, V13, BOTH_SUITES, hrr=True),
    hello("sim-sha1-signature", "signs with SHA-1 whatever the client says", {"tls.kex.sig-hash": "fail"}, V12, GOOD_SUITES, sigalgs=["sha1_rsa"], sig_ignore_client=True),
    hello("sim-compression", "TLS compression", {"tls.compression": "fail"}, V12, CBC, compression="deflate"),
    hello("sim-insecure-renegotiation", "no secure renegotiation", {"tls.reneg.secure": "fail"}, V12, CBC, secure_renegotiation=False),
    hello("sim-no-extended-secret", "neither extended master secret nor encrypt-then-MAC", {"tls.ems": "fail", "tls.encrypt-then-mac": "info"}, V12, CBC, ems=False, etm=False),
    hello("sim-no-fallback-guard", "takes a fallback for a wish", {"tls.fallback-scsv": "fail"}, ["TLSv1.0", "TLSv1.1", "TLSv1.2"], CBC, fallback_scsv=False),
    hello("sim-no-sentinel", "TLS 1.3 without the downgrade marker", {"tls.downgrade-sentinel": "fail"}, V13, BOTH_SUITES, downgrade_sentinel=None),
    hello("sim-sentinel", "TLS 1.3 with the downgrade marker", {"tls.downgrade-sentinel": "pass"}, V13, BOTH_SUITES, downgrade_sentinel="tls12"),
    hello("sim-heartbeat", "the heartbeat extension", {"tls.vuln.heartbeat-ext": "info"}, V12, GOOD_SUITES, heartbeat=True),
    hello("sim-npn", "the old NPN", {"tls.alpn-http2": "warn"}, V12, GOOD_SUITES, npn=["h2", "http/1.1"]),
    hello("sim-alpn-loose", "ignores protocols it does not know", {"tls.alpn-strict": "warn"}, V12, GOOD_SUITES, alpn=["http/1.1"]),
    hello("sim-alpn-strict", "refuses protocols it does not know", {"tls.alpn-strict": "pass"}, V12, GOOD_SUITES, alpn=["http/1.1"], alpn_strict=True),
    hello("sim-version-intolerant", "resets on versions it does not know", {"tls.protocol.version-intolerance": "fail"}, V12, GOOD_SUITES, version_intolerant=True),
    hello("sim-grease-intolerant", "resets on values it does not know", {"tls.protocol.version-intolerance": "fail"}, V12, GOOD_SUITES, grease_intolerant=True),
    hello("sim-size-intolerant", "silent for hellos of 256 to 511 octets", {"tls.protocol.version-intolerance": "fail"}, V12, GOOD_SUITES, intolerant_sizes=[256, 511]),
    hello("sim-few-suites", "resets when more than 127 suites are offered", {}, V12, GOOD_SUITES + CBC, max_suites=127),
    hello("sim-alert", "an alert to every hello", {"tls.available": "fail"}, V12, GOOD_SUITES, alert_after_hello=40),
    hello("sim-hello-only", "a ServerHello and nothing after it", {}, V12, GOOD_SUITES, close_after_hello=True),
    tls("sim-heartbleed", "heartbleed", "answers a heartbeat with more than was sent", {"tls.vuln.heartbleed": "fail"}),
    tls("sim-heartbleed-fixed", "heartbleed_fixed", "offers heartbeat, and is mended", {"tls.vuln.heartbleed": "pass"}),
    tls("sim-heartbleed-ftp", "heartbleed_ftp", "a clear-text error where a heartbeat would be", {"tls.vuln.heartbleed": "pass"}),
    *(tls(f"sim-reneg-{limit}", "reneg", f"grants {limit} renegotiations", {"tls.reneg.client": verdict}, limit=limit)
      for limit, verdict in ((0, "pass"), (1, "info"), (3, "info"), (9, "info"), ("unlimited", "fail"))),
    tls("sim-ccs", "ccs_injection", "takes an early ChangeCipherSpec", {"tls.vuln.ccs": "fail"}),
    tls("sim-ccs-fixed", "ccs_injection", "refuses an early ChangeCipherSpec", {"tls.vuln.ccs": "pass"}, vulnerable=False),
    *(tls(f"sim-ticketbleed-{mode}", "ticketbleed", f"session ids: {mode}", {"tls.vuln.ticketbleed": verdict}, mode=mode)
      for mode, verdict in (("vulnerable", "fail"), ("echo", "pass"), ("windows", "pass"))),
    *(tls(f"sim-robot-{mode}", "robot", f"RSA padding: {mode}", {"tls.vuln.robot": verdict}, mode=mode)
      for mode, verdict in (("weak", "fail"), ("strong", "fail"), ("mixed", "unknown"), ("safe", "pass"))),
    Simulator("sim-opossum", "opossum", "port 80 upgrades to TLS", {"tls.vuln.opossum": "fail"}, port=80),
)

# -- peers that mean no good: each must end in `unknown`, within the deadline ------------------

HOSTILE_SIMULATORS = (
    peer("sim-reset", "reset", "resets every connection"),
    peer("sim-reset-hello", "reset", "resets after the first bytes", when="hello"),
    peer("sim-stall", "stall", "accepts and is silent"),
    peer("sim-close", "close", "closes without a word"),
    tls("sim-drip", "drip", "one byte a second"),
    *(tls(f"sim-lie-{lie.replace('_', '-')}", "lying_length", f"a length that lies: {lie}", lie=lie)
      for lie in ("record_long", "record_huge", "record_zero", "handshake_long", "handshake_short", "extensions", "certificate_list", "session_id")),
    Simulator("sim-huge-certificate", "huge_cert", "a certificate of ten thousand names"),
    *(peer(f"sim-endless-{kind.replace('_', '-')}", "endless_handshake", f"a handshake without end: {kind}", kind=kind)
      for kind in ("fragments", "hello_requests", "warnings")),
    *(peer(f"sim-not-tls-{kind.replace('_', '-')}", "not_tls", f"port 443 speaks {kind}", {"tls.available": "fail"}, kind=kind)
      for kind in ("ssh", "http", "garbage")),
    Simulator("sim-rotate", "rotate", "a load balancer with unequal backends", {"tls.consistency": "unknown"}, {"backends": [
        {"role": "tls_hello", "params": {"versions": V12, "suites": {"*": GOOD_SUITES}}},
        {"role": "tls_hello", "params": {"versions": ["TLSv1.0"], "suites": {"*": CBC}}}]}),
)

# -- the web -----------------------------------------------------------------------------------

HTTP_SIMULATORS = (
    tls("sim-endless-headers", "http_endless_headers", "headers without end"),
    tls("sim-endless-line", "http_endless_headers", "one header line without end", one_line=True),
    tls("sim-redirect-loop", "http_redirect_loop", "redirects in a circle"),
    tls("sim-redirect-chain", "http_redirect_chain", "twenty-five redirects", n=25),
    tls("sim-redirect-downgrade", "http_redirect_chain", "the second hop goes to http", {"http.redirect.no-downgrade": "fail"}, n=4, downgrade=2),
    *(tls(f"sim-bomb-{kind}", "http_bomb", f"a compressed bomb: {kind}", kind=kind) for kind in ("gzip", "nested", "stream", "deflate")),
    *(tls(f"sim-chunk-{kind}", "http_chunk_lies", f"chunks that lie: {kind}", kind=kind) for kind in ("long", "huge", "negative", "nonsense", "endless", "trailer")),
    *(tls(f"sim-length-{kind}", "http_content_length_lies", f"a Content-Length that lies: {kind}", kind=kind)
      for kind in ("long", "stall", "short", "huge", "negative", "double")),
    *(tls(f"sim-garbage-{kind.replace('_', '-')}", "http_garbage", f"no HTTP, or hardly: {kind}", kind=kind)
      for kind in ("binary", "no_status", "bad_status", "http09", "lf_only", "nul")),
    tls("sim-http-drip", "http_drip", "an answer at one byte a second"),
    tls("sim-soft-404", "http_soft404", "200 and the same page for every path", {"http.security-txt": "fail"}),
    tls("sim-bot-defence", "http_bot_403", "403 for everything that is no browser", {"http.csp.exists": "unknown", "http.hsts.exists": "unknown"}, always=True),
    *(tls(f"sim-trace-{framework}", "http_stack_trace", f"debug page: {framework}", {"http.error-stacktrace": "pass" if framework == "benign" else "fail"}, framework=framework)
      for framework in ("django", "laravel", "symfony", "aspnet", "java", "werkzeug", "benign")),
    tls("sim-trace-method", "http_trace_echo", "echoes TRACE", {"http.methods.dangerous": "fail"}),
    tls("sim-trace-method-off", "http_trace_echo", "refuses TRACE", {"http.methods.dangerous": "pass"}, enabled=False),
    *(tls(f"sim-cors-{mode}", "http_cors_reflect", f"origins: {mode}", {"http.cors.wildcard-credentials": verdict}, mode=mode)
      for mode, verdict in (("reflect", "fail"), ("null", "fail"), ("suffix", "fail"), ("prefix", "fail"), ("none", "pass"))),
    Simulator("sim-ntlm", "http_basic_auth", "NTLM over http, and the domain's name with it", {"http.basic-auth-cleartext": "fail"}, {"scheme": "NTLM", "domain": "STEINLIA"}, port=80),
    *(tls(f"sim-inner-{where}", "http_internal_ip", f"an inner address in: {where}", {"http.internal-ip-leak": "pass" if where == "version" else "fail"}, where=where)
      for where in ("location", "header", "version")),
    tls("sim-balancer-cookie", "http_internal_ip", "a load balancer's cookie", {"http.cookie.lb-leak": "fail"}, where="cookie"),
    tls("sim-breach", "http_breach", "a compressed page with a secret", {"http.compression.breach": "warn"}),
    tls("sim-host-header", "http_host_header", "believes X-Forwarded-Host", {"http.host-header": "fail"}),
    tls("sim-open-redirect", "http_open_redirect", "redirects to whatever it is told", {"http.open-redirect": "fail"}),
    tls("sim-server-error", "http_server_error", "500 for everything", {"http.availability": "fail"}),
    Simulator("sim-takeover-github", "http_takeover_page", "a provider's page for a free name", {}, {"provider": "github"}, port=80, outside_names=("utgatt-testfelt.github.io",)),
    Simulator("sim-takeover-parking", "http_takeover_page", "a parking page", {}, {"provider": "parking"}, port=80, outside_names=("parkert-testfelt.github.io",)),
    Simulator("sim-rdap", "rdap", "registration data: known domains, 404 for the others", {}, {"domains": {
        f"{name}.example": {"status": ["active"], "expiration": "2031-01-01T00:00:00Z", "registrar": "Navnehuset i Laben AS"} for name in ("fjordvik", "steinlia", "nordsky", "testfelt")}
        | {"arvefelt.example": {"status": ["active"], "expiration": "2026-01-01T00:00:00Z"}}}, port=80),
)

# -- mail ----------------------------------------------------------------------------------------

def smtp(name: str, role: str, what: str, shows: dict[str, str], certificate: str | None = MAIL_CERTIFICATE, **params) -> Simulator:
    return Simulator(name, role, what, shows, params, 25, "mail", certificate)


UNTESTABLE = {"email.starttls.offered": "unknown"}

MAIL_SIMULATORS = (
    smtp("sim-mail-421", "smtp_421", "too many connections", UNTESTABLE),
    smtp("sim-mail-421-starttls", "smtp_421", "421 to STARTTLS", UNTESTABLE, when="starttls"),
    smtp("sim-mail-greylist", "smtp_450_greylist", "greylisting at the greeting", UNTESTABLE, when="connect"),
    smtp("sim-mail-554", "smtp_554", "does not talk to us", UNTESTABLE),
    smtp("sim-mail-refused", "smtp_starttls_refused", "offers STARTTLS and refuses it", UNTESTABLE),
    smtp("sim-mail-tarpit", "smtp_tarpit", "twenty seconds before each line", UNTESTABLE),
    smtp("sim-mail-auth-clear", "smtp_auth_plain", "takes passwords in the clear", {"email.smtp.auth-plain-cleartext": "fail"}),
    smtp("sim-mail-many-lines", "smtp_multiline", "answers of twenty lines", {"email.starttls.offered": "pass"}),
    smtp("sim-mail-endless", "smtp_endless_lines", "a greeting without end", UNTESTABLE),
    smtp("sim-mail-silent", "smtp_silent", "never greets", UNTESTABLE),
    smtp("sim-mail-text-after", "smtp_text_after_starttls", "clear text where TLS should begin", {"email.starttls.offered": "fail"}),
    smtp("sim-mail-helo", "smtp_helo_only", "HELO only", {"email.starttls.offered": "fail"}, None),
    smtp("sim-mail-none", "smtp_no_starttls", "no STARTTLS", {"email.starttls.offered": "fail"}, None),
    smtp("sim-mail-relay", "smtp_good", "relays for anybody", {"email.smtp.open-relay": "fail"}, relay=True),
    smtp("sim-mail-inject", "smtp_good", "keeps commands sent before TLS", {"email.starttls.injection": "fail"}, inject=True),
    smtp("sim-mail-verify", "smtp_good", "tells who has an account", {"email.smtp.vrfy-expn": "fail"}, vrfy="leak"),
    smtp("sim-mail-drip", "drip", "a greeting at one byte a second", UNTESTABLE, None, protocol="smtp"),
    smtp("sim-mail-reset", "reset", "resets every connection", UNTESTABLE, None),
)

# -- name servers: a zone each, and resolvers (reached by address only) --------------------------

def zone(name: str, role: str, what: str, shows: dict[str, str] | None = None, records: dict | None = None, **params) -> Simulator:
    return Simulator(name, role, what, shows or {}, params, 53, "dns", records={} if records is None else records)


def bare(name: str, role: str, what: str, **params) -> Simulator:
    return Simulator(name, role, what, {}, params, 53, "dns")


def resolver(name: str, role: str, what: str, **params) -> Simulator:
    return Simulator(name, role, what, {}, params, 53, "resolver")


DNS_SIMULATORS = (
    zone("sim-zone-servfail-mx", "dns_servfail", "SERVFAIL for MX only", {"email.mx.exists": "unknown"}, types=["MX"]),
    zone("sim-zone-servfail-txt", "dns_servfail", "SERVFAIL for TXT only", {"email.spf.exists": "unknown", "email.dmarc.exists": "unknown"}, types=["TXT"]),
    zone("sim-zone-servfail", "dns_servfail", "SERVFAIL for everything"),
    zone("sim-zone-truncated-ok", "dns_truncate_ok", "TC over UDP, the answer over TCP", {"email.spf.exists": "pass"}),
    zone("sim-zone-wrong-id", "dns_wrong_id", "answers with another id"),
    zone("sim-zone-forged-first", "dns_wrong_id", "a forged answer, then the right one", then_right=True),
    zone("sim-zone-wrong-question", "dns_wrong_question", "answers another question"),
    zone("sim-zone-slow", "dns_slow", "three seconds for each answer", seconds=3),
    zone("sim-zone-formerr-edns", "dns_formerr_edns", "does not know EDNS", {"dns.server.edns": "fail"}),
    zone("sim-zone-drop-edns", "dns_drop_edns", "silent to EDNS", {}),
    zone("sim-zone-no-tcp", "dns_zone", "no TCP", {"dns.server.edns": "fail"}, tcp=False),
    zone("sim-zone-compact-denial", "dns_zone", "compact denial of existence (RFC 9824)", compact_denial=True),
    zone("sim-zone-ent-nxdomain", "dns_zone", "denies names that only have names below", {"email.dkim.exists": "not_applicable"},
         {"default._domainkey": {"TXT": ["v=DKIM1; p="]}}, ent_nxdomain=True),
    zone("sim-zone-version", "dns_zone", "tells its version", {"dns.server.version-disclosure": "info"}, version="9.11.4-P2-RedHat"),
    zone("sim-zone-transfer", "dns_zone", "gives the zone to anybody", {"dns.axfr.open": "fail"}, axfr=True),
    bare("sim-zone-refused", "dns_refused", "a lame delegation"),
    bare("sim-zone-silent", "dns_silent", "never answers"),
    bare("sim-zone-truncated", "dns_truncate_always", "TC, and no TCP"),
    bare("sim-zone-huge-txt", "dns_huge_txt", "sixty kilobytes of TXT"),
    bare("sim-zone-compression-loop", "dns_compression_loop", "compression pointers without end"),
    bare("sim-zone-garbage", "dns_garbage", "nonsense"),
    bare("sim-zone-open-resolver", "dns_open_resolver", "resolves for anybody"),
    bare("sim-zone-refusing-resolver", "dns_refusing_resolver", "RA and REFUSED: no open resolver"),
    resolver("sim-resolver-liar", "dns_liar", "the same addresses for every name"),
    resolver("sim-resolver-silent", "dns_silent", "never answers"),
    resolver("sim-resolver-servfail", "dns_servfail", "SERVFAIL for everything"),
    resolver("sim-resolver-refused", "dns_refused", "REFUSED for everything"),
    resolver("sim-resolver-garbage", "dns_garbage", "nonsense"),
    resolver("sim-resolver-short", "dns_garbage", "five octets", kind="short"),
    resolver("sim-resolver-counts", "dns_garbage", "promises 65535 records", kind="counts"),
    resolver("sim-resolver-loop", "dns_compression_loop", "compression pointers without end"),
    resolver("sim-resolver-truncated", "dns_truncate_always", "TC, and no TCP"),
    resolver("sim-resolver-wrong-id", "dns_wrong_id", "answers with another id"),
    resolver("sim-resolver-endless-tcp", "dns_endless_tcp", "messages without end over TCP"),
    # At the end, so that no address moves: mailboxes beside a mail exchanger that does not answer.
    Simulator("sim-imap-clear", "imap_plain", "IMAP without TLS", {"tls.starttls.other": "fail", "email.submission.implicit-tls": "fail"}, port=143, kind="mail"),
    resolver("sim-resolver-denier", "dns_denier", "NXDOMAIN for everything"),
    resolver("sim-resolver-empty", "dns_denier", "NOERROR for everything, and nothing in it", code="nodata"),
    resolver("sim-resolver-no-txt", "dns_denier", "an honest resolver but for TXT", types=["TXT"], code="nodata", forward=f"{RESOLVER}:53"),
    resolver("sim-resolver-no-dnskey", "dns_denier", "an honest resolver but for DNSKEY", types=["DNSKEY"], code="nodata", forward=f"{RESOLVER}:53"),
    Simulator("sim-zone-half-edns", "dns_drop_edns", "one of two name servers is silent to EDNS", {"dns.server.edns": "fail"}, {}, 53, "dns", records={}, twin=True),
    Simulator("sim-zone-half-edns-ns2", "dns_zone", "the other one", {}, {}, 53, "resolver", twin_of="sim-zone-half-edns"),
    peer("sim-close-hello", "close", "reads the hello and closes without a word", when="hello"),
)

SIMULATORS = TLS_SIMULATORS + HOSTILE_SIMULATORS + HTTP_SIMULATORS + MAIL_SIMULATORS + DNS_SIMULATORS
