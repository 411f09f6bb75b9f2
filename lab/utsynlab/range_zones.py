"""The zones of the range, testfelt.example: cases of DNS, DNSSEC, SPF, DKIM, DMARC and MX.

Cases that are a name (most of mail) lie in testfelt.example itself, which is signed.  Cases
that are a zone are delegated from it to two servers of their own, so that what the parent
says and what the child says can differ, and what the one child server says and the other.
"""

from __future__ import annotations

import base64
import copy
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Callable

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from . import plan
from .ca import tlsa_3_1_1
from .headers import cases as header_cases
from .mail import MAIL_CASES
from .organisations import dkim_record, leaf, signing
from .plan import Case, Context
from .simulators import SIMULATORS
from .tls import CERTIFICATE_CASES, PROFILES, RANGE
from .zone import ED25519, RSASHA1, RSASHA256, Signing, Zone, text

ORIGIN = RANGE + "."
NSA, NSB = f"nsa.{ORIGIN}", f"nsb.{ORIGIN}"
GOOD_MX = f"10 mx.mail-good.{ORIGIN}"
ENFORCED = "v=DMARC1; p=reject; rua=mailto:dmarc@mail-good.testfelt.example"


# -- cases that are a name: (name, what, what it shows, records) ---------------------------------

@dataclass(frozen=True)
class NameCase:
    name: str
    what: str
    shows: dict[str, str]
    records: tuple[tuple[str, str, str], ...]      # (label below the name or "", type, value)


def spf(name: str, what: str, shows: dict[str, str], *records: str, dmarc: str | None = ENFORCED,
        more: tuple[tuple[str, str, str], ...] = ()) -> NameCase:
    rows = [("", "MX", GOOD_MX)] + [("", "TXT", text(record)) for record in records]
    if dmarc:
        rows.append(("_dmarc", "TXT", text(dmarc)))
    return NameCase(name, what, shows, (*rows, *more))


def dmarc(name: str, what: str, shows: dict[str, str], *records: str,
          more: tuple[tuple[str, str, str], ...] = ()) -> NameCase:
    rows = [("", "MX", GOOD_MX), ("", "TXT", text("v=spf1 mx -all"))]
    rows += [("_dmarc", "TXT", text(record)) for record in records]
    return NameCase(name, what, shows, (*rows, *more))


def mx(name: str, what: str, shows: dict[str, str], *targets: str, more: tuple[tuple[str, str, str], ...] = ()) -> NameCase:
    rows = [("", "MX", target) for target in targets]
    return NameCase(name, what, shows, (*rows, *more))


def caa(name: str, what: str, shows: dict[str, str], *records: str) -> NameCase:
    return NameCase(name, what, shows, (("", "A", plan.RANGE_WEB), *((("", "CAA", record) for record in records))))


OWN_CA = '0 issue "ca.testfelt.example"'
LOCKED = (("", "TXT", text("v=spf1 -all")), ("_dmarc", "TXT", text("v=DMARC1; p=reject; sp=reject")))

NAME_CASES = (
    spf("spf-good", "a short record that ends with -all", {"email.spf.exists": "pass", "email.spf.policy-strength": "pass"}, "v=spf1 mx -all"),
    spf("spf-softfail", "~all, with DMARC that rejects", {"email.spf.policy-strength": "pass"}, "v=spf1 mx ~all"),
    spf("spf-softfail-alone", "~all without DMARC", {"email.spf.policy-strength": "warn"}, "v=spf1 mx ~all", dmarc=None),
    spf("spf-neutral", "?all", {"email.spf.policy-strength": "fail"}, "v=spf1 mx ?all"),
    spf("spf-plus-all", "+all: everybody may send", {"email.spf.policy-strength": "fail"}, "v=spf1 +all"),
    spf("spf-no-end", "neither all nor redirect", {"email.spf.policy-strength": "fail"}, "v=spf1 mx"),
    spf("spf-none", "no record", {"email.spf.exists": "fail"}),
    spf("spf-two", "two records", {"email.spf.single": "fail"}, "v=spf1 mx -all", "v=spf1 a -all"),
    spf("spf-lookalike", "v=spf10 is no SPF", {"email.spf.exists": "fail"}, "v=spf10 mx -all"),
    spf("spf-misspelt", "a mechanism nobody knows", {"email.spf.syntax": "fail"}, "v=spf1 ipv4:192.0.2.1 -all"),
    spf("spf-ten-lookups", "exactly ten look-ups", {"email.spf.lookup-limit": "warn"}, "v=spf1 " + " ".join(f"a:a{n}.spf-parts.{RANGE}" for n in range(10)) + " -all"),
    spf("spf-eleven-lookups", "eleven look-ups", {"email.spf.lookup-limit": "fail"}, "v=spf1 " + " ".join(f"a:a{n}.spf-parts.{RANGE}" for n in range(11)) + " -all"),
    spf("spf-deep", "twelve look-ups, in included records", {"email.spf.lookup-limit": "fail"},
        f"v=spf1 include:i1.spf-parts.{RANGE} include:i2.spf-parts.{RANGE} -all"),
    spf("spf-loop", "two records that include each other", {"email.spf.include-errors": "fail"}, f"v=spf1 include:loop.spf-parts.{RANGE} -all"),
    spf("spf-void", "three look-ups that find nothing", {"email.spf.void-lookups": "fail"},
        "v=spf1 " + " ".join(f"a:gone{n}.spf-parts.{RANGE}" for n in range(3)) + " -all"),
    spf("spf-include-empty", "includes a name without SPF", {"email.spf.include-errors": "fail"}, f"v=spf1 include:a0.spf-parts.{RANGE} -all"),
    spf("spf-include-two", "includes a name with two records", {"email.spf.include-errors": "fail"}, f"v=spf1 include:spf-two.{RANGE} -all"),
    spf("spf-unregistered", "includes a domain anybody can register", {"email.spf.takeover-include": "fail"}, "v=spf1 mx include:spf.utgatt.example -all"),
    spf("spf-whole-world", "ip4:0.0.0.0/0", {"email.spf.too-broad": "fail"}, "v=spf1 ip4:0.0.0.0/0 -all"),
    spf("spf-wide", "a million addresses", {"email.spf.too-broad": "warn"}, "v=spf1 ip4:203.0.0.0/12 -all"),
    spf("spf-ptr", "ptr", {"email.spf.ptr": "warn"}, "v=spf1 ptr -all"),
    spf("spf-redirect", "ends where it redirects", {"email.spf.policy-strength": "pass"}, f"v=spf1 redirect=spf-good.{RANGE}"),
    spf("spf-redirect-unused", "redirect beside all counts for nothing", {"email.spf.syntax": "warn", "email.spf.policy-strength": "fail"},
        f"v=spf1 mx ?all redirect=spf-good.{RANGE}"),
    spf("spf-macro", "a macro, which is not followed", {"email.spf.syntax": "pass"}, f"v=spf1 exists:%{{i}}.spf-parts.{RANGE} -all"),
    spf("spf-split", "one record in two strings", {"email.spf.exists": "pass", "email.spf.policy-strength": "pass"},
        more=(("", "TXT", text("v=spf1 mx inc", f"lude:spf-good.{RANGE} -all")),)),

    dmarc("dmarc-reject", "p=reject", {"email.dmarc.policy": "pass", "email.dmarc.exists": "pass"}, "v=DMARC1; p=reject; rua=mailto:dmarc@mail-good.testfelt.example"),
    dmarc("dmarc-quarantine", "p=quarantine", {"email.dmarc.policy": "warn"}, "v=DMARC1; p=quarantine; rua=mailto:dmarc@mail-good.testfelt.example"),
    dmarc("dmarc-none", "p=none", {"email.dmarc.policy": "fail"}, "v=DMARC1; p=none; rua=mailto:dmarc@mail-good.testfelt.example"),
    dmarc("dmarc-missing", "no record, here or above", {"email.dmarc.exists": "fail"}),
    dmarc("dmarc-testing", "p=reject on trial (t=y)", {"email.dmarc.policy": "warn"}, "v=DMARC1; p=reject; t=y; rua=mailto:dmarc@mail-good.testfelt.example"),
    dmarc("dmarc-two", "two records: none", {"email.dmarc.exists": "fail"}, "v=DMARC1; p=reject", "v=DMARC1; p=none"),
    dmarc("dmarc-misspelt", "a policy nobody knows", {"email.dmarc.syntax": "fail"}, "v=DMARC1; p=rejct"),
    dmarc("dmarc-order", "v is not first", {"email.dmarc.exists": "fail"}, "p=reject; v=DMARC1"),
    dmarc("dmarc-no-reports", "nobody reads reports", {"email.dmarc.rua": "warn"}, "v=DMARC1; p=reject"),
    dmarc("dmarc-reports-nowhere", "reports to a domain without mail", {"email.dmarc.rua": "fail"}, "v=DMARC1; p=reject; rua=mailto:dmarc@mx-null.testfelt.example"),
    dmarc("dmarc-external", "reports to another organisation that agreed", {"email.dmarc.external-reporting": "pass"}, "v=DMARC1; p=reject; rua=mailto:dmarc@nordsky.example"),
    dmarc("dmarc-external-refused", "reports to another organisation that did not agree", {"email.dmarc.external-reporting": "warn"}, "v=DMARC1; p=reject; rua=mailto:dmarc@steinlia.example"),
    dmarc("dmarc-forensic", "failure reports, whole mails among them, to outsiders", {"email.dmarc.ruf-privacy": "info"},
          "v=DMARC1; p=reject; rua=mailto:dmarc@mail-good.testfelt.example; ruf=mailto:ruf@nordsky.example"),
    dmarc("dmarc-strict", "strict alignment", {"email.dmarc.alignment-mode": "info"}, "v=DMARC1; p=reject; adkim=s; aspf=s"),

    mx("mx-null", "null MX and all doors closed", {"email.mx.null-mx": "pass", "email.nonsending.lockdown": "pass"}, "0 .", more=LOCKED),
    mx("mx-null-and-other", "null MX beside another", {"email.mx.null-mx": "fail"}, "0 .", GOOD_MX),
    mx("mx-null-preference", "null MX with a preference", {"email.mx.null-mx": "warn"}, "10 .", more=LOCKED),
    mx("mx-null-open", "null MX, but SPF and DMARC missing", {"email.nonsending.lockdown": "fail"}, "0 ."),
    mx("mx-none-locked", "no MX, SPF -all, and an address: null MX would be better", {"email.mx.null-mx": "warn"}, more=LOCKED + (("", "A", plan.RANGE_WEB),)),
    mx("mx-implicit", "an address and no MX", {"email.mx.exists": "pass"}, more=(("", "A", plan.RANGE_WEB),)),
    mx("mx-alias", "MX points to an alias", {"email.mx.valid-targets": "warn"}, f"10 alias.mx-alias.{ORIGIN}", more=(("alias", "CNAME", f"mx.mail-good.{ORIGIN}"),)),
    mx("mx-literal", "MX points to an address", {"email.mx.valid-targets": "fail", "dns.takeover.mx": "not_applicable"}, "10 127.53.3.30."),
    mx("mx-no-address", "MX points to a name without address", {"email.mx.valid-targets": "fail"}, f"10 empty.mx-no-address.{ORIGIN}", more=(("empty", "TXT", text("no address here")),)),
    mx("mx-gone", "MX points to a name that is gone", {"dns.takeover.mx": "warn", "email.mx.valid-targets": "fail"}, f"10 gone.mx-gone.{ORIGIN}"),
    mx("mx-unregistered", "MX points into a domain anybody can register", {"dns.takeover.mx": "fail"}, "10 mx.utgatt.example."),
    mx("mx-same-address", "two MX names with one address", {"email.mx.valid-targets": "pass"}, GOOD_MX, f"20 mx2.mx-same-address.{ORIGIN}",
       more=(("mx2", "A", plan.mail_case_address(0)),)),
    mx("mx-insecure", "MX in a zone without DNSSEC", {"email.mx.dnssec": "fail"}, "10 mail.steinlia.example."),
    mx("tlsrpt-good", "TLS reporting", {"email.tlsrpt.record": "pass"}, GOOD_MX, more=(("_smtp._tls", "TXT", text("v=TLSRPTv1; rua=mailto:tls@mail-good.testfelt.example")),)),
    mx("tlsrpt-broken", "TLS reporting to nowhere", {"email.tlsrpt.record": "fail"}, GOOD_MX, more=(("_smtp._tls", "TXT", text("v=TLSRPTv1; rua=ftp://x")),)),
    mx("bimi-broken", "BIMI without enforced DMARC", {"email.bimi.record": "warn"}, GOOD_MX, more=(("default._bimi", "TXT", text("v=BIMI1; l=http://x")), ("_dmarc", "TXT", text("v=DMARC1; p=none")))),

    caa("caa-own", "its own set, wildcards included", {"dns.caa.exists": "pass", "dns.caa.matches-issuer": "unknown"}, OWN_CA, '0 issuewild ";"'),
    caa("caa-inherited", "no set here; the parent's counts", {"dns.caa.exists": "pass"}),
    caa("caa-report-only", "iodef alone", {"dns.caa.exists": "warn"}, '0 iodef "mailto:ca@testfelt.example"'),
    caa("caa-nobody", "nobody may issue", {"dns.caa.exists": "pass", "dns.caa.matches-issuer": "unknown"}, '0 issue ";"'),
    caa("caa-other-issuer", "another issuer", {"dns.caa.matches-issuer": "unknown"}, '0 issue "letsencrypt.org"'),
    caa("caa-unknown-critical", "an unknown tag that must be understood", {"dns.caa.valid-syntax": "fail"}, OWN_CA, '128 tbs "unknown"'),
    caa("caa-unknown-tag", "an unknown tag", {"dns.caa.valid-syntax": "warn"}, OWN_CA, '0 tbs "unknown"'),
    caa("caa-bad-value", "a value that cannot be read", {"dns.caa.valid-syntax": "fail"}, '0 issue "%%%%%"'),
    caa("caa-account", "bound to an account", {"dns.caa.account-binding": "info"},
        '0 issue "ca.testfelt.example; accounturi=https://ca.testfelt.example/acct/1; validationmethods=dns-01"'),
    NameCase("caa-alias", "an alias: the set of its target counts", {"dns.caa.exists": "pass"}, (("", "CNAME", f"caa-own.{ORIGIN}"),)),

    NameCase("takeover-unregistered", "alias into a domain anybody can register", {"dns.takeover.cname": "fail"}, (("", "CNAME", "www.utgatt.example."),)),
    NameCase("takeover-cloud", "alias to a cloud name that is free", {"dns.takeover.cname": "fail"}, (("", "CNAME", "utgatt-kommune.azurewebsites.net."),)),
    NameCase("takeover-page", "alias to a provider that says: nothing here", {"dns.takeover.cname": "fail"}, (("", "CNAME", "utgatt-testfelt.github.io."),)),
    NameCase("takeover-parked", "alias to a parking page: no takeover", {"dns.takeover.cname": "pass"}, (("", "CNAME", "parkert-testfelt.github.io."),)),
    NameCase("alias-loop", "two aliases that point to each other", {}, (("", "CNAME", f"x.alias-loop.{ORIGIN}"), ("x", "CNAME", f"alias-loop.{ORIGIN}"))),
    NameCase("txt-secrets", "a password in a TXT record", {"dns.txt.hygiene": "warn"}, (("", "A", plan.RANGE_WEB), ("", "TXT", text("password=sommer2026")))),
    NameCase("https-record", "an HTTPS record that fits", {"dns.https-rr": "info"}, (("", "A", plan.RANGE_WEB), ("", "HTTPS", f"1 . alpn=h2 ipv4hint={plan.RANGE_WEB}"))),
    NameCase("https-record-stale", "an HTTPS record whose hint is old", {"dns.https-rr": "warn"}, (("", "A", plan.RANGE_WEB), ("", "HTTPS", "1 . alpn=h2 ipv4hint=127.53.2.254"))),
)


def dkim_cases(context: Context) -> list[NameCase]:
    public = context.keys.get("dkim-ed25519", "ed25519").public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    good, small = dkim_record(context, "range", 2048), dkim_record(context, "range-1024", 1024)

    def dkim(name: str, what: str, shows: dict[str, str], *records: tuple[str, str]) -> NameCase:
        rows = [("", "MX", GOOD_MX), ("", "TXT", text("v=spf1 mx -all"))]
        return NameCase(name, what, shows, (*rows, *(("default._domainkey", rtype, value) for rtype, value in records)))

    return [
        dkim("dkim-2048", "a key of 2048 bits", {"email.dkim.exists": "pass", "email.dkim.key-strength": "pass"}, ("TXT", good)),
        dkim("dkim-1024", "a key of 1024 bits", {"email.dkim.key-strength": "warn"}, ("TXT", small)),
        dkim("dkim-512", "a key of 512 bits", {"email.dkim.key-strength": "fail"}, ("TXT", dkim_record(context, "range-512", 512))),
        dkim("dkim-ed25519", "an Ed25519 key", {"email.dkim.key-strength": "pass"},
             ("TXT", text(f"v=DKIM1; k=ed25519; p={base64.b64encode(public).decode()}"))),
        dkim("dkim-sha1-only", "a key for SHA-1 only", {"email.dkim.key-strength": "fail"}, ("TXT", dkim_record(context, "range", 2048, "h=sha1; "))),
        dkim("dkim-testing", "a key on trial", {"email.dkim.test-mode": "warn"}, ("TXT", dkim_record(context, "range-1024", 1024, "t=y; "))),
        dkim("dkim-revoked", "a revoked key", {"email.dkim.test-mode": "info"}, ("TXT", text("v=DKIM1; k=rsa; p="))),
        dkim("dkim-broken", "a key that cannot be read", {"email.dkim.test-mode": "warn"}, ("TXT", text("v=DKIM1; k=rsa; p=@@@@"))),
        dkim("dkim-dangling", "a selector that points into a domain anybody can register", {"email.dkim.dangling-selector": "fail"},
             ("CNAME", "default.dkim.utgatt.example.")),
        dkim("dkim-none", "no key at all", {"email.dkim.exists": "unknown"}),
    ]


def spf_parts() -> list[tuple[str, str, str]]:
    """What the SPF cases include or ask for, below spf-parts."""
    rows = [(f"a{n}", "A", f"192.0.2.{n + 1}") for n in range(12)]
    five = " ".join(f"a:a{n}.spf-parts.{RANGE}" for n in range(5))
    rows += [("i1", "TXT", text(f"v=spf1 {five} -all")), ("i2", "TXT", text(f"v=spf1 {five} -all")),
             ("loop", "TXT", text(f"v=spf1 include:spf-loop.{RANGE} -all"))]
    return [(f"{label}.spf-parts", rtype, value) for label, rtype, value in rows]


# -- cases that are a zone ---------------------------------------------------------------------

@dataclass(frozen=True)
class ZoneCase:
    name: str
    what: str
    shows: dict[str, str]
    sign: Callable[[Context, str], Signing] | None = None
    ds_digests: tuple[int, ...] = (2,)
    ds_of_another_key: bool = False
    parent_ns: tuple[str, ...] = (NSA, NSB)
    child_ns: tuple[str, ...] | None = None             # default: what the parent says
    parent_glue: tuple[tuple[str, str], ...] = ()       # below the zone
    records: tuple[tuple[str, str, str], ...] = ()
    soa: str | None = None                              # the five numbers; {serial} is filled in
    second: Callable[[Zone], None] | None = None        # what the second server's copy differs in
    open_transfer: bool = False

    @property
    def origin(self) -> str:
        return f"{self.name}.{ORIGIN}"


def plainly(**options) -> Callable[[Context, str], Signing]:
    return lambda context, origin: signing(context, origin, **options)


def with_rsa(name: str, bits: int, algorithm: int) -> Callable[[Context, str], Signing]:
    return lambda context, origin: Signing(context.keys.get(f"dnssec-{name}", f"rsa{bits}"), algorithm)


def with_ed25519(context: Context, origin: str) -> Signing:
    return Signing(context.keys.get("dnssec-ed25519", "ed25519"), ED25519)


def unsigned(zone: Zone) -> None:
    zone.signing = None
    zone.remove("@", "DNSKEY")


def older(zone: Zone) -> None:
    (old,) = zone.records[(zone.origin, "SOA")]
    words = old.split()
    zone.records[(zone.origin, "SOA")] = [" ".join([*words[:2], str(int(words[2]) - 86400), *words[3:]])]


WITHOUT_CDS = {"dns.dnssec.exists": "pass", "dns.dnssec.valid": "pass"}
DAY, HOUR = timedelta(days=1), timedelta(hours=1)

ZONE_CASES = (
    ZoneCase("secure", "signed as it should be, with NSEC", {**WITHOUT_CDS, "dns.dnssec.zone-walk": "info"}, plainly()),
    ZoneCase("secure-nsec3", "signed, with NSEC3 of no iterations and no salt", {**WITHOUT_CDS, "dns.dnssec.nsec3-params": "pass"}, plainly(nsec3=(0, "-"))),
    ZoneCase("secure-ed25519", "signed with Ed25519", {"dns.dnssec.algorithm": "pass"}, with_ed25519),
    ZoneCase("secure-rsasha256", "signed with RSA of 2048 bits and SHA-256", {"dns.dnssec.algorithm": "pass"}, with_rsa("rsa2048", 2048, RSASHA256)),
    ZoneCase("unsigned", "not signed", {"dns.dnssec.exists": "fail"}),
    ZoneCase("bogus", "the DS record is another key's", {"dns.dnssec.valid": "fail"}, plainly(), ds_of_another_key=True),
    ZoneCase("bogus-signature", "signatures with a flipped bit", {"dns.dnssec.valid": "fail"}, plainly(tampered=True)),
    ZoneCase("bogus-expired", "signatures that expired last week", {"dns.dnssec.valid": "fail", "dns.dnssec.signature-expiry": "fail"},
             plainly(inception=-30 * DAY, expiration=-7 * DAY)),
    ZoneCase("bogus-early", "signatures that begin in three days", {"dns.dnssec.valid": "fail", "dns.dnssec.signature-expiry": "fail"},
             plainly(inception=3 * DAY, expiration=20 * DAY)),
    ZoneCase("bogus-unsigned", "a DS record and nothing signed", {"dns.dnssec.valid": "fail"}, plainly(), second=unsigned),
    ZoneCase("bogus-half", "one of two servers has no signatures", {"dns.dnssec.valid": "fail"}, plainly(), second=unsigned),
    ZoneCase("expiring-signature", "signatures that last for twelve hours", {"dns.dnssec.signature-expiry": "fail"}, plainly(expiration=12 * HOUR)),
    ZoneCase("expiring-soon", "signatures that last for two days", {"dns.dnssec.signature-expiry": "pass"}, plainly(expiration=48 * HOUR)),
    ZoneCase("rsasha1", "signed with RSA and SHA-1", {"dns.dnssec.algorithm": "fail"}, with_rsa("rsa2048", 2048, RSASHA1)),
    ZoneCase("rsa-small", "signed with RSA of 1024 bits", {"dns.dnssec.algorithm": "warn"}, with_rsa("rsa1024", 1024, RSASHA256)),
    ZoneCase("ds-sha1", "a DS record of SHA-1 only", {"dns.dnssec.ds-digest": "fail"}, plainly(), ds_digests=(1,)),
    ZoneCase("ds-two", "a DS record of SHA-1 beside one of SHA-256", {"dns.dnssec.ds-digest": "warn"}, plainly(), ds_digests=(1, 2)),
    ZoneCase("nsec3-salt", "NSEC3 with ten iterations and a salt", {"dns.dnssec.nsec3-params": "warn"}, plainly(nsec3=(10, "ab12cd34"))),
    ZoneCase("nsec3-iterations", "NSEC3 with a hundred iterations", {"dns.dnssec.nsec3-params": "fail"}, plainly(nsec3=(100, "ab12cd34"))),
    ZoneCase("cds-good", "publishes the DS record it wants, and has it", {"dns.dnssec.cds": "info"}, plainly(publish_cds=True)),
    ZoneCase("cds-delete", "asks its parent to take DNSSEC away", {"dns.dnssec.cds": "warn"}, plainly(), records=(("@", "CDS", "0 0 0 00"), ("@", "CDNSKEY", "0 3 0 AA=="))),

    ZoneCase("lame", "one of its servers knows nothing of it", {"dns.delegation.consistency": "fail", "dns.delegation.ns-count": "fail"},
             parent_ns=(NSA, "ns1.fjordvik.example.")),
    ZoneCase("silent-server", "one of its servers does not answer", {"dns.delegation.ns-count": "fail"}, parent_ns=(NSA, f"silent.{ORIGIN}")),
    ZoneCase("ns-mismatch", "parent and child name different servers", {"dns.delegation.consistency": "warn"}, child_ns=(NSA, f"nsc.{ORIGIN}")),
    ZoneCase("glue-mismatch", "the parent's address of a server is not the child's", {"dns.delegation.consistency": "warn"},
             parent_ns=(NSA, f"ns.glue-mismatch.{ORIGIN}"), parent_glue=((f"ns.glue-mismatch.{ORIGIN}", plan.CASES_NS_SAME_NETWORK),),
             records=(("ns", "A", plan.CASES_NS[1]),)),
    ZoneCase("single-server", "one name server", {"dns.delegation.ns-count": "fail"}, parent_ns=(NSA,)),
    ZoneCase("one-address", "two names, one address", {"dns.delegation.ns-count": "fail"}, parent_ns=(NSA, f"nsa2.{ORIGIN}")),
    ZoneCase("one-network", "two servers in one network", {"dns.delegation.ns-diversity": "fail"}, parent_ns=(NSA, f"nsc.{ORIGIN}")),
    ZoneCase("dangling-server", "a server in a domain anybody can register", {"dns.delegation.dangling-ns": "fail"}, parent_ns=(NSA, "ns.utgatt.example.")),
    ZoneCase("serial-mismatch", "its servers have different serials", {"dns.soa.consistency": "warn"}, second=older),
    ZoneCase("soa-odd", "a SOA record of odd numbers", {"dns.soa.consistency": "warn"}, soa="{serial} 60 7200 3600 864000"),
    ZoneCase("open-transfer", "gives the whole zone to anybody", {"dns.axfr.open": "fail"}, open_transfer=True),
    ZoneCase("open-resolver", "one of its servers resolves for anybody", {"dns.resolver.open": "fail"}, parent_ns=(NSA, f"nsopen.{ORIGIN}")),
    ZoneCase("wildcard-zone", "answers for every name", {"dns.wildcard": "info"}, plainly(),
             records=(("*", "A", plan.RANGE_WEB), ("*", "TXT", text("v=spf1 -all")), ("*", "MX", GOOD_MX), ("@", "MX", GOOD_MX))),
)


def case_zones(context: Context, parent: Zone) -> tuple[list[Zone], list[Zone]]:
    """The zones of the two servers; delegates each from `parent`."""
    first, second = [], []
    for case in ZONE_CASES:
        zone = Zone(case.origin)
        zone.start(NSA, f"drift.{ORIGIN}", list(case.child_ns or case.parent_ns), context.serial)
        if case.soa:
            zone.replace("@", "SOA", f"{NSA} drift.{ORIGIN} " + case.soa.format(serial=context.serial))
        zone.add("@", "A", plan.RANGE_WEB)
        zone.add("www", "A", plan.RANGE_WEB)
        zone.add("@", "TXT", text(f"{case.name}: {case.what}"))
        for row in case.records:
            zone.add(*row)
        ds: list[str] = []
        if case.sign:
            zone.signing = case.sign(context, case.origin)
            published = zone.signing
            if case.ds_of_another_key:
                published = replace(zone.signing, key=context.keys.get("dnssec-another", "p256"))
            ds = [published.ds(case.origin, digest) for digest in case.ds_digests]
        parent.delegate(case.name, list(case.parent_ns), ds)
        for host, address in case.parent_glue:
            parent.replace_glue(host, address)
        other = copy.deepcopy(replace(zone, signing=None))
        other.signing = zone.signing
        if case.second:
            case.second(other)
            if case.name == "bogus-unsigned":
                unsigned(zone)
        first.append(zone)
        second.append(other)
    return first, second


# -- the range's own zone ----------------------------------------------------------------------

def range_zone(context: Context) -> Zone:
    zone = Zone(ORIGIN, signing=signing(context, ORIGIN))
    zone.start(f"ns1.{ORIGIN}", f"drift.{ORIGIN}", [f"ns1.{ORIGIN}", f"ns2.{ORIGIN}"], context.serial)
    zone.add("@", "CAA", OWN_CA, '0 issuewild "ca.testfelt.example"')
    for label, address in (("@", plan.RANGE_WEB), ("www", plan.RANGE_WEB), ("ns1", plan.RANGE_NS[0]), ("ns2", plan.RANGE_NS[1]),
                           ("nsa", plan.CASES_NS[0]), ("nsa2", plan.CASES_NS[0]), ("nsb", plan.CASES_NS[1]),
                           ("nsc", plan.CASES_NS_SAME_NETWORK), ("nsopen", plan.OPEN_RESOLVER), ("silent", plan.NOBODY),
                           ("pki", plan.PKI_WEB), ("ocsp", plan.OCSP_SERVER)):
        zone.add(label, "A", address)
    for index, profile in enumerate(PROFILES):
        zone.add(profile.name, "A", plan.tls_address(index))
        for name in profile.also_named:
            zone.add(name, "A", plan.tls_address(index))
    for index, certificate_case in enumerate(CERTIFICATE_CASES):
        zone.add(certificate_case.host + ".", "A", plan.certificate_address(index))
    for index, header_case in enumerate(header_cases(context.now)):
        zone.add(header_case.name, "A", plan.header_address(index))
    zone.add("_443._tcp.dane-good", "TLSA", tlsa_3_1_1(leaf(context, "dane-good")))
    zone.add("_443._tcp.dane-wrong", "TLSA", "3 1 1 " + "ab" * 32)
    add_mail_cases(zone, context)
    for name_case in (*NAME_CASES, *dkim_cases(context)):
        for label, rtype, value in name_case.records:
            zone.add(f"{label}.{name_case.name}" if label else name_case.name, rtype, value)
    for row in spf_parts():
        zone.add(*row)
    for index, simulator in enumerate(SIMULATORS):
        simulator.add_records(zone, plan.simulator_address(index))
    return zone


STS_POLICIES = {
    "sts-good": "version: STSv1\r\nmode: enforce\r\nmx: mx.sts-good.testfelt.example\r\nmax_age: 1209600\r\n",
    "sts-testing": "version: STSv1\r\nmode: testing\r\nmx: *.sts-testing.testfelt.example\r\nmax_age: 1209600\r\n",
    "sts-short": "version: STSv1\r\nmode: enforce\r\nmx: mx.sts-short.testfelt.example\r\nmax_age: 3600\r\n",
    "sts-mismatch": "version: STSv1\r\nmode: enforce\r\nmx: mx.another.testfelt.example\r\nmax_age: 1209600\r\n",
    "sts-no-policy": None,
    "sts-html": "<!doctype html><title>Velkommen</title>",
    "sts-two-records": "version: STSv1\r\nmode: enforce\r\nmx: mx.sts-two-records.testfelt.example\r\nmax_age: 1209600\r\n",
    "sts-bad-certificate": "version: STSv1\r\nmode: enforce\r\nmx: mx.sts-bad-certificate.testfelt.example\r\nmax_age: 1209600\r\n",
}


def add_mail_cases(zone: Zone, context: Context) -> None:
    for index, case in enumerate(MAIL_CASES):
        zone.add(f"mx.{case.name}", "A", plan.mail_case_address(index))
        zone.add(case.name, "MX", f"10 mx.{case.name}.{ORIGIN}")
        zone.add(case.name, "TXT", text("v=spf1 mx -all"))
        zone.add(f"_dmarc.{case.name}", "TXT", text(f"v=DMARC1; p=reject; rua=mailto:dmarc@{case.name}.{RANGE}"))
        place = f"_25._tcp.mx.{case.name}"
        if case.name in ("dane-mail-good", "dane-mail-self-signed"):
            zone.add(place, "TLSA", tlsa_3_1_1(leaf(context, f"mail-{case.name}")), "3 1 1 " + "5e" * 32)
        elif case.name == "dane-mail-wrong":
            zone.add(place, "TLSA", "3 1 1 " + "ab" * 32)
        elif case.name == "dane-mail-unusable":
            zone.add(place, "TLSA", "1 1 1 " + tlsa_3_1_1(leaf(context, f"mail-{case.name}")).split()[-1])
        if case.name in STS_POLICIES:
            zone.add(f"_mta-sts.{case.name}", "TXT", text("v=STSv1; id=1"))
            if case.name == "sts-two-records":
                zone.add(f"_mta-sts.{case.name}", "TXT", text("v=STSv1; id=2"))
            zone.add(f"mta-sts.{case.name}", "A", plan.STS_WEB)


def inherited_zone(context: Context) -> Zone:
    """An organisational domain of its own, for what DMARC takes from above."""
    zone = Zone("arvefelt.example.", signing=signing(context, "arvefelt.example."))
    zone.start(f"ns1.{ORIGIN}", f"drift.{ORIGIN}", [f"ns1.{ORIGIN}", f"ns2.{ORIGIN}"], context.serial)
    zone.add("_dmarc", "TXT", text("v=DMARC1; p=reject; sp=none; rua=mailto:dmarc@arvefelt.example"))
    for name in ("@", "post"):
        zone.add(name, "MX", GOOD_MX)
        zone.add(name, "TXT", text("v=spf1 mx -all"))
    return zone


def cases(context: Context) -> list[Case]:
    found = [Case(case.name + "." + RANGE, "dns", case.what, case.shows) for case in ZONE_CASES]
    found += [Case(case.name + "." + RANGE, "dns" if case.name.startswith(("caa", "takeover", "alias", "txt", "https")) else "email",
                   case.what, case.shows) for case in (*NAME_CASES, *dkim_cases(context))]
    found += [Case(case.name + "." + RANGE, "email", case.what, case.shows) for case in MAIL_CASES]
    found += [Case("arvefelt.example", "email", "p=reject, but sp=none", {"email.dmarc.subdomain-policy": "fail", "email.dmarc.policy": "pass"}),
              Case("post.arvefelt.example", "email", "inherits sp=none", {"email.dmarc.policy": "fail"})]
    return found
