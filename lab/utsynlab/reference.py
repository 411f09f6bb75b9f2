"""DIR/data: the lists an operator would bring (docs/reference-data.md), for the lab's own addresses, keys and names.

The keys are the lab's, made a minute ago: they stand in for keys that have leaked, or that Debian once made.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from . import plan
from .organisations import leaf
from .plan import Case, Context
from .tls import CERTIFICATE_CASES, RANGE

FJORDVIK_AS, NORDSKY_AS, STEINLIA_AS, RANGE_AS, HOLDER_AS = 64500, 64510, 64520, 64530, 64521

# (origin, prefix, payload's origin and maximum length or None).  Steinlia's web is announced by another than the
# holder allows; nothing covers the mail server that it also has.
ROUTES = (
    (FJORDVIK_AS, "127.53.1.0/28", (FJORDVIK_AS, 28)),
    (FJORDVIK_AS, "127.53.2.0/29", (FJORDVIK_AS, 29)),
    (FJORDVIK_AS, "127.53.3.0/29", (FJORDVIK_AS, 29)),
    (FJORDVIK_AS, "fd75:7473:796e::/64", (FJORDVIK_AS, 64)),
    (NORDSKY_AS, "127.53.2.8/29", (NORDSKY_AS, 29)),
    (NORDSKY_AS, "127.53.3.8/29", (NORDSKY_AS, 29)),
    (NORDSKY_AS, "127.53.101.0/28", (NORDSKY_AS, 28)),
    (NORDSKY_AS, "fd75:7473:7a6e::/64", (NORDSKY_AS, 64)),
    (STEINLIA_AS, "127.53.2.16/28", (HOLDER_AS, 28)),
    (STEINLIA_AS, "127.53.3.16/28", None),
    (STEINLIA_AS, "127.53.1.16/29", (STEINLIA_AS, 29)),
    (RANGE_AS, "127.53.4.0/24", (RANGE_AS, 24)),
)
PEERS = 300

COMPROMISED, DEBIAN_WEAK = "listed-compromised", "listed-debian"
CLOUD = "Lab Cloud"
CLOUD_HOSTS = ("good-ecdsa", "wrong-name")          # ours by its certificate, and not

# (domain, name on the certificate, issuer).  Names of issuers that CAA records of the range allow or do not.
LETS_ENCRYPT = "C=US, O=Let's Encrypt, CN=R11"
OTHER = "C=US, O=GoDaddy.com\\, Inc., CN=Go Daddy Secure Certificate Authority - G2"
ISSUED = (
    ("fjordvik.example", "fjordvik.example", LETS_ENCRYPT),
    ("steinlia.example", "steinlia.example", OTHER),
    (f"caa-other-issuer.{RANGE}", f"caa-other-issuer.{RANGE}", LETS_ENCRYPT),
    (f"caa-nobody.{RANGE}", f"caa-nobody.{RANGE}", OTHER),
)
QUIET = f"caa-own.{RANGE}"                          # searched for, nothing found

CASES = (
    Case("fjordvik.example", "reference", "its routes are as authorised, its certificates allowed, its keys on no list",
         {"dns.rpki.roa-exists": "pass", "dns.rpki.valid": "pass", "cert.ct.unexpected-issuance": "pass",
          "cert.key.compromised": "pass", "cert.key.weak-debian": "not_applicable", "dns.takeover.dangling-ip": "not_applicable"}),
    Case("steinlia.example", "reference", "one prefix announced by another than authorised, one without authorisation; no CAA to hold a certificate against",
         {"dns.rpki.roa-exists": "fail", "dns.rpki.valid": "fail", "cert.ct.unexpected-issuance": "not_applicable",
          "cert.key.compromised": "pass", "cert.key.weak-debian": "pass"}),
    Case("nordsky.example", "reference", "its routes are as authorised; nobody searched for its certificates",
         {"dns.rpki.roa-exists": "pass", "dns.rpki.valid": "pass", "cert.ct.unexpected-issuance": "unknown"}),
    Case(f"caa-nobody.{RANGE}", "reference", "a certificate although nobody may issue", {"cert.ct.unexpected-issuance": "warn"}),
    Case(f"caa-other-issuer.{RANGE}", "reference", "a certificate of the issuer that may", {"cert.ct.unexpected-issuance": "pass"}),
    Case(QUIET, "reference", "searched for, nothing found", {"cert.ct.unexpected-issuance": "pass"}),
    Case(f"good-ecdsa.{RANGE}", "reference", "in a cloud, with a certificate of its own", {"dns.takeover.dangling-ip": "pass"}),
    Case(f"wrong-name.{RANGE}", "reference", "in a cloud, with a certificate of another, seen once", {"dns.takeover.dangling-ip": "unknown"}),
)


def spki_sha256(context: Context, name: str) -> str:
    spki = leaf(context, name).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).hexdigest()


def debian_hash(context: Context, name: str) -> str:
    """As openssl-blacklist writes a key: the last 80 bits of SHA-1 over what `openssl x509 -modulus` prints."""
    public = leaf(context, name).public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    return hashlib.sha1(f"Modulus={public.public_numbers().n:X}\n".encode()).hexdigest()[20:]


def case_address(name: str) -> str:
    return plan.certificate_address([case.certificate.name for case in CERTIFICATE_CASES].index(name))


def issued_line(context: Context, domain: str, name: str, issuer: str) -> str:
    issued = leaf(context, "fjordvik").not_valid_before          # of the lab's start, so that no change moves it
    return json.dumps({"domain": domain, "sha256": hashlib.sha256(f"{domain} {issuer}".encode()).hexdigest(), "issuer": issuer,
                       "names": [name], "not_before": issued.strftime("%Y-%m-%dT%H:%M:%SZ")})


def write(context: Context) -> None:
    folder = context.folder / "data"
    roas = [{"asn": f"AS{payload[0]}", "prefix": prefix, "maxLength": payload[1], "ta": "lab"} for _, prefix, payload in ROUTES if payload]
    write_file(folder / "rpki" / "vrps.json", json.dumps({"metadata": {"vrps": len(roas)}, "roas": roas}, indent=1) + "\n")
    write_file(folder / "rpki" / "table.txt", "% the lab's routing table\n"
               + "".join(f"{origin}\t{prefix}\t{PEERS}\n" for origin, prefix, _ in ROUTES))
    write_file(folder / "keys" / "compromised.txt", f"# a stand-in\n{spki_sha256(context, COMPROMISED)}\n")
    write_file(folder / "keys" / "debian-weak.txt", f"# a stand-in\n{debian_hash(context, DEBIAN_WEAK)}\n")
    write_file(folder / "cloud" / "ranges.txt", "".join(f"{CLOUD} {case_address(name)}/32\n" for name in CLOUD_HOSTS))
    write_file(folder / "ct" / "issued.jsonl", "".join(issued_line(context, *entry) + "\n" for entry in ISSUED)
               + json.dumps({"domain": QUIET}) + "\n")


def write_file(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
