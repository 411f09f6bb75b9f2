"""How a server is set up for TLS, and the servers of the range that differ in it.

`Tls` is what the configuration is rendered from and what truth.py reasons from, so the two
cannot part.  OpenSSL 3.0 of Debian: security level 2 unless the cipher string says otherwise;
TLS 1.0 and 1.1 need level 0, since their handshake signs MD5 and SHA-1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from .ca import Certificate

RANGE = "testfelt.example"

AEAD = "ECDHE+AESGCM:ECDHE+CHACHA20"
INTERMEDIATE = ("ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
                "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
                "DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305")
EVERYTHING = "ALL:!aNULL:@SECLEVEL=0"
SUITES_13 = ("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256")
ALL_SUITES_13 = SUITES_13 + ("TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256")

TLS10, TLS11, TLS12, TLS13 = "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"
ALL_VERSIONS = (TLS10, TLS11, TLS12, TLS13)


@dataclass(frozen=True)
class Tls:
    certificates: tuple[str, ...]
    protocols: tuple[str, ...] = (TLS12, TLS13)
    ciphers: str = AEAD
    suites13: tuple[str, ...] = SUITES_13
    groups: str | None = None              # OpenSSL's names; None is its default list
    prefer_server: bool = True
    dh: str | None = None                  # a name of primes.py
    http2: bool = False
    chacha_first: bool = False             # ChaCha20 wins when the client puts it first
    staple: bool = False
    signatures: str | None = None          # what the server signs with
    client_certificate: str | None = None  # "optional" or "on"
    early_data: bool = False
    session_timeout: str = "1d"
    reject_unknown_names: bool = False


@dataclass(frozen=True)
class Profile:
    """A server of the range: one name, one address, one way of doing TLS."""

    name: str
    what: str
    keys: tuple[str, ...] = ("p256",)
    tls: dict = field(default_factory=dict)
    shows: dict[str, str] = field(default_factory=dict)
    also_named: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        return f"{self.name}.{RANGE}"

    def certificates(self) -> list[Certificate]:
        shared = {"rsa2048": "range-rsa2048", "rsa3072": "range-rsa3072"}
        hosts = (self.host, *(f"{name}.{RANGE}" for name in self.also_named))
        return [Certificate(f"{self.name}-{key}", hosts, key, shared_key=shared.get(key)) for key in self.keys]

    def settings(self) -> Tls:
        return Tls(tuple(certificate.name for certificate in self.certificates()), **self.tls)


RSA = ("rsa2048",)
BOTH = ("p256", "rsa2048")
OLD_CBC = "ECDHE+AES+SHA:ECDHE+AES+SHA256:ECDHE+AES+SHA384:DHE+AES+SHA:AES128-SHA:AES256-SHA:AES128-SHA256:AES256-SHA256"

PROFILES = (
    Profile("tls13-only", "TLS 1.3 and nothing else", tls={"protocols": (TLS13,)},
            shows={"tls.protocol.tls13": "pass", "tls.ems": "not_applicable", "tls.reneg.secure": "not_applicable"}),
    Profile("modern", "TLS 1.2 and 1.3, AEAD with ECDHE only, elliptic certificate", tls={"http2": True},
            shows={"tls.cipher.aead": "pass", "tls.cipher.no-fs": "pass", "tls.cipher.cbc": "pass", "tls.alpn-http2": "info"}),
    Profile("intermediate", "the middle road: two certificates, ECDHE and DHE, AEAD", keys=BOTH,
            tls={"ciphers": INTERMEDIATE, "dh": "ffdhe2048", "prefer_server": False},
            shows={"tls.cipher.aead": "pass"}),
    Profile("tls12-only", "TLS 1.2 and nothing newer", keys=RSA, tls={"protocols": (TLS12,)},
            shows={"tls.protocol.tls13": "warn", "tls.protocol.tls12": "info"}),
    Profile("old-cbc", "TLS 1.2 with CBC suites only", keys=RSA,
            tls={"protocols": (TLS12,), "ciphers": OLD_CBC, "dh": "ffdhe2048"},
            shows={"tls.cipher.cbc": "fail", "tls.cipher.aead": "fail", "tls.vuln.lucky13": "info"}),
    Profile("tls10-only", "TLS 1.0 and nothing newer", keys=RSA,
            tls={"protocols": (TLS10,), "ciphers": "HIGH:!aNULL:@SECLEVEL=0"},
            shows={"tls.protocol.tls10": "fail", "tls.protocol.tls12": "fail", "tls.protocol.tls13": "warn", "tls.vuln.beast": "info"}),
    Profile("tls11-only", "TLS 1.1 and nothing else", keys=RSA,
            tls={"protocols": (TLS11,), "ciphers": "HIGH:!aNULL:@SECLEVEL=0"},
            shows={"tls.protocol.tls11": "fail"}),
    Profile("rsa-key-exchange", "TLS 1.2 with static RSA key exchange: no forward secrecy", keys=RSA,
            tls={"protocols": (TLS12,), "ciphers": "kRSA+AESGCM:kRSA+AES"},
            shows={"tls.cipher.no-fs": "fail", "tls.cipher.aead": "fail"}),
    Profile("everything-old", "TLS 1.0 to 1.3, every suite OpenSSL has for an RSA key", keys=RSA,
            tls={"protocols": ALL_VERSIONS, "ciphers": EVERYTHING, "suites13": ALL_SUITES_13, "dh": "oakley1024", "prefer_server": False},
            shows={"tls.protocol.tls10": "fail", "tls.protocol.tls11": "fail", "tls.kex.dh-size": "fail",
                   "tls.cipher.server-order": "fail", "tls.cipher.no-fs": "warn"}),
    Profile("everything-dual", "the same with an RSA and an elliptic certificate", keys=BOTH,
            tls={"protocols": ALL_VERSIONS, "ciphers": EVERYTHING, "suites13": ALL_SUITES_13, "dh": "oakley2048"},
            shows={"tls.protocol.tls10": "fail", "cert.dual-cert": "info"}),
    Profile("null-anonymous", "suites without encryption and without authentication", keys=RSA,
            tls={"protocols": (TLS12,), "ciphers": "eNULL:aNULL:ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0", "dh": "ffdhe2048"},
            shows={"tls.cipher.null": "fail", "tls.cipher.anon": "fail"}),
    Profile("dhe-1024", "DHE with a common prime of 1024 bits", keys=RSA,
            tls={"protocols": (TLS12,), "ciphers": "DHE+AESGCM:@SECLEVEL=0", "dh": "oakley1024"},
            shows={"tls.kex.dh-size": "fail", "tls.kex.dh-common-prime": "fail"}),
    Profile("dhe-2048", "DHE with the prime of 2048 bits of RFC 3526", keys=RSA,
            tls={"protocols": (TLS12,), "ciphers": "DHE+AESGCM", "dh": "oakley2048"},
            shows={"tls.kex.dh-size": "warn"}),
    Profile("ffdhe3072", "DHE with the prime of 3072 bits of RFC 7919", keys=RSA,
            tls={"protocols": (TLS12,), "ciphers": "DHE+AESGCM:DHE+CHACHA20", "dh": "ffdhe3072"},
            shows={"tls.kex.dh-size": "warn", "tls.kex.dh-common-prime": "pass"}),
    Profile("x25519-only", "one group: X25519", tls={"groups": "X25519"}, shows={"tls.kex.curves": "pass"}),
    Profile("p384-only", "one group: P-384; a client that guesses X25519 is asked again", tls={"groups": "P-384"},
            shows={"tls.kex.curves": "pass"}),
    Profile("weak-groups", "curves of 224 bits and less, and binary ones, beside P-256", keys=RSA,
            tls={"groups": "P-256:secp224r1:P-192:sect233r1:sect163k1:brainpoolP256r1",
                 "ciphers": "ECDHE+AESGCM:@SECLEVEL=0"},
            shows={"tls.kex.curves": "fail"}),
    Profile("all-groups", "every group OpenSSL has for TLS 1.3", keys=BOTH,
            tls={"groups": "X25519:X448:P-256:P-384:P-521:ffdhe2048:ffdhe3072:ffdhe4096:ffdhe6144:ffdhe8192"},
            shows={"tls.kex.curves": "pass"}),
    Profile("chacha-first", "server's order, but ChaCha20 when the client wants it first", keys=RSA, tls={"chacha_first": True},
            shows={"tls.cipher.server-order": "pass"}),
    Profile("client-order", "the client's order decides between strong suites", tls={"prefer_server": False, "ciphers": "ECDHE+AESGCM"},
            shows={"tls.cipher.server-order": "pass"}),
    Profile("bad-order", "server's order with the weakest first", keys=RSA,
            tls={"protocols": (TLS12,), "ciphers": "AES128-SHA:ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-GCM-SHA384"},
            shows={"tls.cipher.server-order": "fail"}),
    Profile("ccm", "AES-CCM, also with the short tag, in TLS 1.2 and 1.3",
            tls={"ciphers": "ECDHE-ECDSA-AES128-CCM:ECDHE-ECDSA-AES256-CCM:ECDHE-ECDSA-AES128-CCM8:ECDHE-ECDSA-AES256-CCM8",
                 "suites13": ("TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256")}),
    Profile("aria-camellia", "national suites: ARIA and Camellia", keys=RSA,
            tls={"protocols": (TLS12,), "ciphers": "ECDHE+ARIA:ECDHE+CAMELLIA:ARIAGCM+kRSA:CAMELLIA+kRSA"}),
    Profile("http2", "HTTP/2 by ALPN", keys=RSA, tls={"http2": True}, shows={"tls.alpn-http2": "info"}),
    Profile("sha1-signature", "signs its key exchange with SHA-1 only", keys=RSA,
            tls={"protocols": (TLS12,), "ciphers": "ECDHE+AESGCM:@SECLEVEL=0", "signatures": "RSA+SHA1"},
            shows={"tls.kex.sig-hash": "fail"}),
    Profile("client-certificate", "asks for a client certificate and goes on without one", tls={"client_certificate": "optional"},
            shows={"tls.client-auth": "info"}),
    Profile("early-data", "accepts early data (0-RTT)", tls={"early_data": True}, shows={"tls.zero-rtt": "warn"}),
    Profile("long-tickets", "session tickets that live for ten days", tls={"session_timeout": "10d"},
            shows={"tls.session.ticket-lifetime": "fail"}),
    Profile("sni-required", "refuses a hello without its name", tls={"reject_unknown_names": True}, shows={"tls.sni.required": "info"}),
    Profile("unequal-a", "one of two addresses of unequal." + RANGE + ": modern", keys=RSA, also_named=("unequal",),
            shows={"tls.consistency": "warn"}),
    Profile("unequal-b", "the other address: TLS 1.0 to 1.2", keys=RSA, also_named=("unequal",),
            tls={"protocols": (TLS10, TLS11, TLS12), "ciphers": "HIGH:!aNULL:@SECLEVEL=0"}, shows={"tls.consistency": "warn"}),
)


@dataclass(frozen=True)
class CertificateCase:
    """A server of the range that is good but for its certificate."""

    certificate: Certificate
    what: str
    shows: dict[str, str]
    host: str
    tls: dict = field(default_factory=dict)
    second: Certificate | None = None

    def settings(self) -> Tls:
        names = [self.certificate.name] + ([self.second.name] if self.second else [])
        return Tls(tuple(names), staple=self.certificate.staple, **self.tls)


def case(name: str, what: str, shows: dict[str, str], host: str | None = None, tls: dict | None = None,
         second: Certificate | None = None, **certificate) -> CertificateCase:
    host = host or f"{name}.{RANGE}"
    certificate.setdefault("hosts", (host,))
    return CertificateCase(Certificate(name, **certificate), what, shows, host, tls or {}, second)


DAYS = timedelta(days=1)
LEVEL_0 = {"protocols": (TLS12,), "ciphers": "ECDHE+AESGCM:@SECLEVEL=0"}
IDN_HOST = "blåbær".encode("idna").decode() + "." + RANGE

CERTIFICATE_CASES = (
    case("good-ecdsa", "a good elliptic certificate", {"cert.trust.chain": "pass", "cert.name.match": "pass", "cert.key.ec-curve": "pass"}),
    case("good-rsa-3072", "a good RSA certificate of 3072 bits", {"cert.key.rsa-size": "pass"}, key="rsa3072", shared_key="range-rsa3072"),
    case("good-stapled", "a stapled OCSP answer", {"cert.ocsp.stapling": "pass"}, ocsp_url=True, staple=True),
    case("expired", "expired five days ago", {"cert.validity.expired": "fail"}, starts=-95 * DAYS, ends=-5 * DAYS),
    case("not-yet-valid", "begins in five days", {"cert.validity.expired": "fail"}, starts=5 * DAYS, ends=95 * DAYS),
    case("wrong-name", "issued to another name", {"cert.name.match": "fail"}, hosts=("another." + RANGE,)),
    case("self-signed", "its own issuer", {"cert.trust.self-signed": "fail", "cert.trust.chain": "fail"}, self_signed=True),
    case("unknown-root", "issued by a root nobody knows", {"cert.trust.chain": "fail"}, issuer="other-root"),
    case("rsa-1024", "RSA key of 1024 bits", {"cert.key.rsa-size": "fail"}, key="rsa1024", tls=LEVEL_0),
    case("rsa-512", "RSA key of 512 bits", {"cert.key.rsa-size": "fail"}, key="rsa512", tls=LEVEL_0),
    case("rsa-exponent-3", "RSA key with exponent 3", {"cert.key.rsa-size": "warn"}, key="rsa2048-e3"),
    case("close-primes", "RSA key whose primes are neighbours", {"cert.key.fermat": "fail"}, key="close-primes"),
    case("sha1-signed", "signed with SHA-1", {"cert.sig.algorithm": "fail"}, issuer="rsa-issuing", digest="sha1", tls=LEVEL_0),
    case("md5-signed", "signed with MD5", {"cert.sig.algorithm": "fail"}, issuer="rsa-issuing", digest="md5", tls=LEVEL_0),
    case("long-chain", "four intermediates", {"cert.trust.chain": "pass", "cert.chain.order": "pass"}, issuer="deep-4"),
    case("missing-intermediate", "sends the leaf alone", {"cert.chain.complete": "fail"}, sends=()),
    case("wrong-order", "sends the intermediates from the root down", {"cert.chain.order": "warn"}, issuer="deep-4", reversed_issuers=True),
    case("sends-root", "sends the root too", {"cert.chain.order": "warn"}, sends=("issuing", "root")),
    case("unrelated-certificate", "sends an unrelated certificate too", {"cert.chain.order": "warn"}, sends=("issuing", "rsa-issuing")),
    case("expired-intermediate", "its issuer has expired", {"cert.validity.expired": "fail"}, issuer="expired-issuing"),
    case("must-staple", "must staple, and staples", {"cert.ocsp.must-staple": "pass"}, must_staple=True, ocsp_url=True, staple=True),
    case("must-staple-missing", "must staple, and does not", {"cert.ocsp.must-staple": "fail", "cert.ocsp.stapling": "warn"}, must_staple=True, ocsp_url=True),
    case("revoked", "revoked; the revocation list says so", {"cert.revocation.status": "fail"}, revoked=True),
    case("revoked-stapled", "revoked; the stapled answer says so", {"cert.revocation.status": "fail"}, revoked=True, ocsp_url=True, staple=True),
    case("expires-in-3-days", "three days left of ninety", {"cert.validity.expiring": "fail"}, starts=-87 * DAYS, ends=3 * DAYS - timedelta(hours=1)),
    case("expires-in-20-days", "twenty days left of a year", {"cert.validity.expiring": "warn"}, starts=-345 * DAYS, ends=20 * DAYS),
    case("long-lived", "valid for 825 days", {"cert.validity.lifetime": "not_applicable"}, ends=815 * DAYS),
    case("wildcard", "a wildcard certificate", {"cert.name.match": "pass", "cert.wildcard": "info"},
         host="a.wild." + RANGE, hosts=("*.wild." + RANGE,)),
    case("wildcard-too-deep", "a wildcard does not cover two labels", {"cert.name.match": "fail"},
         host="a.b.wild." + RANGE, hosts=("*.wild." + RANGE,)),
    case("no-san", "a common name and no alternative names", {"cert.name.match": "fail"}, sans=False),
    case("idn", "a name with letters outside ASCII", {"cert.name.match": "pass"}, host=IDN_HOST),
    case("p224", "key on a curve of 224 bits", {"cert.key.ec-curve": "warn"}, key="p224", tls=LEVEL_0),
    case("p384", "key on P-384", {"cert.key.ec-curve": "pass"}, key="p384"),
    case("p521", "key on P-521", {"cert.key.ec-curve": "pass"}, key="p521"),
    case("ed25519", "an Ed25519 key", {"cert.key.ec-curve": "pass"}, key="ed25519"),
    case("many-names", "five hundred names", {"cert.san.scope": "warn", "cert.name.match": "pass"},
         hosts=("many-names." + RANGE, *(f"name-{number:03}.many.{RANGE}" for number in range(499)))),
    case("internal-names", "names of an inner network", {"cert.san.scope": "warn"},
         hosts=("internal-names." + RANGE, "fileserver.local", "intranett")),
    case("ca-leaf", "a server certificate that may issue others", {"cert.eku-usage": "fail"}, is_ca=True),
    case("client-only", "a certificate for clients only", {"cert.eku-usage": "fail", "cert.trust.chain": "fail"}, server_auth=False),
    case("dual", "an elliptic and an RSA certificate", {"cert.dual-cert": "info"},
         second=Certificate("dual-rsa", ("dual." + RANGE,), "rsa2048", shared_key="range-rsa2048"), tls={"ciphers": AEAD}),
    case("extended-validation", "an extended validation policy", {"cert.ev-policy": "info"}, policy="2.23.140.1.1", organisation="Testfeltet"),
    case("dane-good", "TLSA matches", {"cert.dane.web": "pass"}),
    case("dane-wrong", "TLSA does not match", {"cert.dane.web": "fail"}),
    case("listed-compromised", "its key is on a list of leaked ones", {"cert.key.compromised": "fail"}),
    case("listed-debian", "its key is on the list of Debian's weak ones", {"cert.key.weak-debian": "fail", "cert.key.compromised": "pass"}, key="rsa2048"),
)
