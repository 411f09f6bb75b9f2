"""A DNS zone as data, signed by ourselves and written as a zone file (RFC 1035, 4034, 5155).

The servers only serve what is in the file.  Signing here, not in the server, is what makes
a signature that expired last week or one with a flipped bit as easy to make as a good one.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
import struct
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cached_property

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "DS": 43,
         "RRSIG": 46, "NSEC": 47, "DNSKEY": 48, "NSEC3": 50, "NSEC3PARAM": 51, "TLSA": 52, "CDS": 59,
         "CDNSKEY": 60, "HTTPS": 65, "CAA": 257}

RSASHA1, RSASHA256, ECDSAP256SHA256, ED25519 = 5, 8, 13, 15
SVCB_KEYS = {"mandatory": 0, "alpn": 1, "no-default-alpn": 2, "port": 3, "ipv4hint": 4, "ipv6hint": 6}

SigningKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def absolute(name: str, origin: str) -> str:
    """`www` in `fjordvik.example.` is `www.fjordvik.example.`; `@` is the origin itself."""
    if name == "@":
        return origin
    if name.endswith("."):
        return name.lower()
    return f"{name}.{origin}".lower() if origin != "." else f"{name}.".lower()


def labels_of(name: str) -> list[str]:
    return [label for label in name.rstrip(".").split(".") if label]


def name_wire(name: str) -> bytes:
    wire = b"".join(bytes([len(label)]) + label.encode("ascii") for label in labels_of(name.lower()))
    return wire + b"\0"


def canonical_order(name: str) -> list[bytes]:
    """RFC 4034 section 6.1: compare from the rightmost label."""
    return [label.encode("ascii") for label in reversed(labels_of(name.lower()))]


def text(*strings: str) -> str:
    """The presentation of a TXT record; a string over 255 octets is cut, as the format asks."""
    pieces = [string[at:at + 255] for string in strings for at in range(0, max(len(string), 1), 255)]
    return " ".join('"' + piece.replace("\\", "\\\\").replace('"', '\\"') + '"' for piece in pieces)


def strings_wire(presentation: str) -> bytes:
    wire = b""
    for quoted, bare in re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', presentation):
        value = re.sub(r"\\(.)", r"\1", quoted or bare).encode("utf-8")
        wire += bytes([len(value)]) + value
    return wire


def svcb_wire(presentation: str) -> bytes:
    priority, target, *parameters = presentation.split()
    encoded: dict[int, bytes] = {}
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        parts = value.split(",")
        if key == "alpn":
            data = b"".join(bytes([len(part)]) + part.encode() for part in parts)
        elif key == "port":
            data = struct.pack(">H", int(value))
        elif key in ("ipv4hint", "ipv6hint"):
            data = b"".join(ipaddress.ip_address(part).packed for part in parts)
        else:
            raise ValueError(f"service parameter {key} is not known here")
        encoded[SVCB_KEYS[key]] = data
    wire = struct.pack(">H", int(priority)) + name_wire(target)
    return wire + b"".join(struct.pack(">HH", key, len(encoded[key])) + encoded[key] for key in sorted(encoded))


def rdata_wire(rtype: str, presentation: str) -> bytes:
    """Canonical wire form of one record; the names in it must be absolute."""
    words = presentation.split()
    if rtype in ("A", "AAAA"):
        return ipaddress.ip_address(presentation).packed
    if rtype in ("NS", "CNAME", "PTR"):
        return name_wire(presentation)
    if rtype == "SOA":
        return name_wire(words[0]) + name_wire(words[1]) + struct.pack(">5L", *map(int, words[2:]))
    if rtype == "MX":
        return struct.pack(">H", int(words[0])) + name_wire(words[1])
    if rtype == "TXT":
        return strings_wire(presentation)
    if rtype == "CAA":
        flags, tag, value = presentation.split(None, 2)
        return bytes([int(flags), len(tag)]) + tag.encode() + strings_wire(value)[1:]
    if rtype == "TLSA":
        return bytes(map(int, words[:3])) + bytes.fromhex("".join(words[3:]))
    if rtype in ("DS", "CDS"):
        return struct.pack(">HBB", *map(int, words[:3])) + bytes.fromhex("".join(words[3:]))
    if rtype in ("DNSKEY", "CDNSKEY"):
        return struct.pack(">HBB", *map(int, words[:3])) + base64.b64decode("".join(words[3:]))
    if rtype == "NSEC3PARAM":
        salt = b"" if words[3] == "-" else bytes.fromhex(words[3])
        return struct.pack(">BBHB", int(words[0]), int(words[1]), int(words[2]), len(salt)) + salt
    if rtype == "HTTPS":
        return svcb_wire(presentation)
    raise ValueError(f"record type {rtype} is not known here")


def bitmap_wire(types: list[int]) -> bytes:
    windows: dict[int, bytearray] = {}
    for number in types:
        bits = windows.setdefault(number >> 8, bytearray(32))
        bits[(number & 255) >> 3] |= 0x80 >> (number & 7)
    wire = b""
    for window, bits in sorted(windows.items()):
        length = max(at for at in range(32) if bits[at]) + 1
        wire += bytes([window, length]) + bytes(bits[:length])
    return wire


@dataclass(frozen=True)
class Signing:
    """How a zone is signed, and how it is signed wrongly."""

    key: SigningKey
    algorithm: int = ECDSAP256SHA256
    nsec3: tuple[int, str] | None = None      # iterations and salt ("-" for none)
    inception: timedelta = timedelta(days=-2)
    expiration: timedelta = timedelta(days=28)
    tampered: bool = False                    # every signature over data has one bit flipped
    publish_cds: bool = False

    @cached_property
    def dnskey(self) -> str:
        public = self.key.public_key()
        if isinstance(public, rsa.RSAPublicKey):
            numbers = public.public_numbers()
            exponent = numbers.e.to_bytes((numbers.e.bit_length() + 7) // 8, "big")
            blob = bytes([len(exponent)]) + exponent + numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")
        elif isinstance(public, ec.EllipticCurvePublicKey):
            blob = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)[1:]
        else:
            blob = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return f"257 3 {self.algorithm} {base64.b64encode(blob).decode()}"

    @cached_property
    def key_tag(self) -> int:
        wire = rdata_wire("DNSKEY", self.dnskey)
        total = sum(byte << 8 if at % 2 == 0 else byte for at, byte in enumerate(wire))
        return (total + (total >> 16)) & 0xFFFF

    def ds(self, owner: str, digest: int = 2) -> str:
        function = {1: hashlib.sha1, 2: hashlib.sha256, 4: hashlib.sha384}[digest]
        value = function(name_wire(owner) + rdata_wire("DNSKEY", self.dnskey)).hexdigest()
        return f"{self.key_tag} {self.algorithm} {digest} {value}"

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            digest = hashes.SHA1() if self.algorithm == RSASHA1 else hashes.SHA256()
            return self.key.sign(data, padding.PKCS1v15(), digest)
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            r, s = decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return self.key.sign(data)


@dataclass
class Zone:
    origin: str                                # absolute, lower case
    ttl: int = 300
    minimum: int = 300
    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    signing: Signing | None = None

    def add(self, name: str, rtype: str, *presentations: str) -> None:
        self.records.setdefault((absolute(name, self.origin), rtype), []).extend(presentations)

    def replace(self, name: str, rtype: str, *presentations: str) -> None:
        self.records[(absolute(name, self.origin), rtype)] = list(presentations)

    def remove(self, name: str, rtype: str) -> None:
        self.records.pop((absolute(name, self.origin), rtype), None)

    def start(self, primary: str, contact: str, name_servers: list[str], serial: int) -> None:
        self.replace("@", "SOA", f"{primary} {contact} {serial} 14400 3600 1209600 {self.minimum}")
        self.replace("@", "NS", *name_servers)

    def delegate(self, child: str, name_servers: list[str], ds: list[str] = [], glue: dict[str, list[str]] = {}) -> None:
        self.add(child, "NS", *name_servers)
        if ds:
            self.add(child, "DS", *ds)
        for host, addresses in glue.items():
            if not host.endswith(absolute(child, self.origin)):
                continue
            for address in addresses:
                self.replace_glue(host, address)

    def replace_glue(self, host: str, address: str) -> None:
        rtype = "AAAA" if ":" in address else "A"
        values = self.records.setdefault((host, rtype), [])
        if address not in values:
            values.append(address)

    # -- what of this zone is ours to sign ---------------------------------------------

    def _cuts(self) -> set[str]:
        return {name for name, rtype in self.records if rtype == "NS" and name != self.origin}

    def _below_a_cut(self, name: str, cuts: set[str]) -> bool:
        parts = labels_of(name)
        return any(".".join(parts[at:]) + "." in cuts for at in range(1, len(parts)))

    def _depth(self, name: str) -> int:
        return len(labels_of(name)) - (1 if name.startswith("*.") else 0)

    def _rrsig(self, signing: Signing, name: str, rtype: str, ttl: int, wires: list[bytes], now: datetime) -> str:
        seconds = [int((now + offset).timestamp()) for offset in (signing.expiration, signing.inception)]
        head = struct.pack(">HBBLLLH", TYPES[rtype], signing.algorithm, self._depth(name), ttl, *seconds,
                           signing.key_tag) + name_wire(self.origin)
        body = b"".join(name_wire(name) + struct.pack(">HHLH", TYPES[rtype], 1, ttl, len(wire)) + wire
                        for wire in sorted(wires))
        signature = signing.sign(head + body)
        if signing.tampered and rtype != "DNSKEY":
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        times = [datetime.fromtimestamp(second, timezone.utc).strftime("%Y%m%d%H%M%S") for second in seconds]
        return (f"{rtype} {signing.algorithm} {self._depth(name)} {ttl} {times[0]} {times[1]} {signing.key_tag} "
                f"{self.origin} {base64.b64encode(signature).decode()}")

    def _denial(self, signing: Signing, owned: dict[str, set[str]], cuts: set[str]) -> list[tuple[str, str, str, bytes]]:
        """The NSEC or NSEC3 records as (owner, type, presentation, wire)."""
        chain: list[tuple[str, str, str, bytes]] = []

        def shown(name: str, extra: list[str]) -> list[str]:
            unsigned = name in cuts and "DS" not in owned[name]
            return sorted(owned[name] | set([] if unsigned or not owned[name] else ["RRSIG"]) | set(extra), key=TYPES.__getitem__)

        if signing.nsec3 is None:
            names = sorted(owned, key=canonical_order)
            for name, following in zip(names, names[1:] + names[:1]):
                types = sorted(set(shown(name, ["NSEC", "RRSIG"])), key=TYPES.__getitem__)
                chain.append((name, "NSEC", f"{following} {' '.join(types)}",
                              name_wire(following) + bitmap_wire([TYPES[rtype] for rtype in types])))
            return chain

        iterations, salt_text = signing.nsec3
        salt = b"" if salt_text == "-" else bytes.fromhex(salt_text)
        depth = len(labels_of(self.origin))
        for name in list(owned):               # an empty non-terminal has its own NSEC3 record
            parts = labels_of(name)
            for at in range(1, len(parts) - depth):
                owned.setdefault(".".join(parts[at:]) + ".", set())
        hashed = {}
        for name in owned:
            digest = hashlib.sha1(name_wire(name) + salt).digest()
            for _ in range(iterations):
                digest = hashlib.sha1(digest + salt).digest()
            hashed[digest] = name
        order = sorted(hashed)
        for digest, following in zip(order, order[1:] + order[:1]):
            types = shown(hashed[digest], [])
            owner = f"{base64.b32hexencode(digest).decode().lower()}.{self.origin if self.origin != '.' else ''}"
            chain.append((owner, "NSEC3",
                          f"1 0 {iterations} {salt_text} {base64.b32hexencode(following).decode().lower()} {' '.join(types)}",
                          struct.pack(">BBHB", 1, 0, iterations, len(salt)) + salt + bytes([20]) + following
                          + bitmap_wire([TYPES[rtype] for rtype in types])))
        return chain

    def render(self, now: datetime) -> str:
        """The zone file, signed if the zone has a key."""
        if self.signing:
            self.replace("@", "DNSKEY", self.signing.dnskey)
            if self.signing.nsec3:
                self.replace("@", "NSEC3PARAM", f"1 0 {self.signing.nsec3[0]} {self.signing.nsec3[1]}")
            if self.signing.publish_cds:
                self.replace("@", "CDS", self.signing.ds(self.origin))
                self.replace("@", "CDNSKEY", self.signing.dnskey)
        lines = [f"{name} {self.ttl} IN {rtype} {value}"
                 for (name, rtype), values in sorted(self.records.items(), key=lambda item: (canonical_order(item[0][0]), item[0][1] != "SOA"))
                 for value in values]
        if self.signing:
            lines += self._signatures(self.signing, now)
        return f"; {self.origin} written by the lab\n" + "\n".join(lines) + "\n"

    def _signatures(self, signing: Signing, now: datetime) -> list[str]:
        cuts = self._cuts()
        owned: dict[str, set[str]] = {}
        lines: list[str] = []
        for (name, rtype), values in self.records.items():
            if self._below_a_cut(name, cuts) or (name in cuts and rtype not in ("NS", "DS")):
                continue                       # glue: not ours to sign or to deny
            owned.setdefault(name, set()).add(rtype)
            if name in cuts and rtype != "DS":
                continue
            wires = [rdata_wire(rtype, value) for value in dict.fromkeys(values)]
            lines.append(f"{name} {self.ttl} IN RRSIG {self._rrsig(signing, name, rtype, self.ttl, wires, now)}")
        for owner, rtype, presentation, wire in self._denial(signing, owned, cuts):
            lines.append(f"{owner} {self.minimum} IN {rtype} {presentation}")
            lines.append(f"{owner} {self.minimum} IN RRSIG {self._rrsig(signing, owner, rtype, self.minimum, [wire], now)}")
        return lines
