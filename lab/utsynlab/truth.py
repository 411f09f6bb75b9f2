"""What the servers were configured to do: DIR/truth.json, to hold measurements against.

Nothing here is measured.  The suites come from the cipher string, expanded by OpenSSL itself
per protocol version, less those the server's keys and parameters cannot serve.
"""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

from . import primes
from .ca import fingerprint, key_kind, sent_chain
from .tls import ALL_VERSIONS, TLS12, TLS13, Tls

OPENSSL_FLAGS = {"TLSv1.0": "-tls1", "TLSv1.1": "-tls1_1", "TLSv1.2": "-tls1_2"}
DEFAULT_GROUPS = ("X25519", "P-256", "X448", "P-521", "P-384", "ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192")
POSTFIX_GROUPS = "X25519:X448:P-256:P-521:P-384"
GROUP_NAMES = {"X25519": "x25519", "X448": "x448", "P-192": "secp192r1", "P-256": "secp256r1", "P-384": "secp384r1", "P-521": "secp521r1"}
TLS13_GROUPS = {"x25519", "x448", "secp256r1", "secp384r1", "secp521r1",
                "ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192"}


@cache
def expanded(ciphers: str, protocol: str, configuration: Path) -> tuple[tuple[str, str, str], ...]:
    """(IANA name, key exchange, authentication) of every suite, in the order of preference."""
    result = subprocess.run(["openssl", "ciphers", "-s", "-v", "-stdname", OPENSSL_FLAGS[protocol], ciphers],
                            capture_output=True, text=True, check=True,
                            env={**os.environ, "OPENSSL_CONF": str(configuration)})
    suites = []
    for line in result.stdout.splitlines():
        words = line.split()
        fields = dict(word.split("=", 1) for word in words if "=" in word)
        suites.append((words[0], fields["Kx"], fields["Au"]))
    return tuple(suites)


def suites(tls: Tls, protocol: str, keys: set[str], configuration: Path) -> list[str]:
    if protocol == TLS13:
        return list(tls.suites13)
    rsa = any(key.startswith("rsa") for key in keys)
    elliptic = any(key.startswith("ecdsa") for key in keys) or (protocol == TLS12 and "ed25519" in keys)
    can_sign = {"RSA": rsa, "ECDSA": elliptic, "None": True, "DSS": False}
    return [name for name, exchange, authentication in expanded(tls.ciphers, protocol, configuration)
            if can_sign.get(authentication, False) and (exchange != "DH" or tls.dh) and (exchange != "RSA" or rsa)]


def groups(tls: Tls) -> list[str]:
    names = tls.groups.split(":") if tls.groups else DEFAULT_GROUPS
    return [GROUP_NAMES.get(name, name) for name in names]


def groups_of(tls: Tls, protocol: str, accepted: list[str], keys: set[str]) -> list[str]:
    """The groups that can really be used: OpenSSL takes ffdhe groups in TLS 1.3 only.

    Below TLS 1.3 an ECDSA certificate is shown only to those who offer its own curve (RFC 8422 section 5.1).  A server
    that goes by its own order then never comes to the groups which it likes less than that curve.
    """
    if protocol == TLS13:
        return [name for name in groups(tls) if name in TLS13_GROUPS]
    if not any("_ECDHE_" in suite or "_ECDH_anon_" in suite for suite in accepted):
        return []
    usable = [name for name in groups(tls) if not name.startswith("ffdhe")]
    curves = [usable.index(key.removeprefix("ecdsa-")) for key in keys if key.removeprefix("ecdsa-") in usable]
    only_ecdsa = all(key.startswith("ecdsa-") for key in keys) and not any("_ECDH_anon_" in suite for suite in accepted)
    if tls.prefer_server and only_ecdsa and len(curves) == len(keys):
        return usable[:max(curves) + 1]
    return usable


def server(name: str, kind: str, host: str, address: str, tls: Tls, folder: Path, *, port: int = 443,
           starttls: str | None = None) -> dict:
    chains = [sent_chain(folder / "certificates", certificate) for certificate in tls.certificates]
    keys = {key_kind(chain[0]) for chain in chains}
    configuration = folder / "openssl.cnf"
    protocols: dict[str, dict] = {"SSLv2": {"offered": False}, "SSLv3": {"offered": False}}
    usable: dict[str, list[str]] = {}
    for protocol in ALL_VERSIONS:
        if protocol not in tls.protocols:
            protocols[protocol] = {"offered": False}
            continue
        accepted = suites(tls, protocol, keys, configuration)
        preference = ("server" if tls.prefer_server else "client") if len(accepted) > 1 else None
        protocols[protocol] = {"offered": True, "ciphers": accepted, "preference": preference}
        usable[protocol] = groups_of(tls, protocol, accepted, keys)
    alpn = [] if starttls else (["h2"] if tls.http2 else []) + ["http/1.1", "http/1.0", "http/0.9"]
    dhe = any("_DHE_" in suite or "_DH_anon_" in suite for entry in protocols.values() for suite in entry.get("ciphers", []))
    return {
        "name": name, "kind": kind, "host": host, "ip": address, "port": port, "starttls": starttls,
        "protocols": protocols,
        "groups": [group for group in groups(tls) if any(group in found for found in usable.values())],
        "groups_by_protocol": usable,
        "dh": {"name": tls.dh, "bits": primes.group(tls.dh).bit_length()} if tls.dh and dhe else None,
        "certificates": [{"key": key_kind(chain[0]), "sha256": [fingerprint(certificate) for certificate in chain]}
                         for chain in chains],
        "alpn": alpn, "alpn_strict": not starttls, "chacha_first": tls.chacha_first,
        "ocsp_stapled": tls.staple, "client_certificate": tls.client_certificate,
        "early_data": tls.early_data, "sni_required": tls.reject_unknown_names,
        "secure_renegotiation": any(protocol != TLS13 for protocol in tls.protocols),
        "client_renegotiation": False, "compression": False, "heartbleed": False,
        "fallback_scsv": sum(protocol != TLS13 for protocol in tls.protocols) >= 1 and len(tls.protocols) > 1,
    }
