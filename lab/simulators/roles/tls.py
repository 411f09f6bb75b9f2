"""TLS up to ServerHelloDone, without cryptography: what a server would choose, as RFC 6101, 2246, 4346, 5246 and 8446 write it on the wire.

Enough for every measurement that ends before the keys are used, and the only way to show suites and versions that today's libraries have
lost. Signatures and TLS 1.3 records are filler; a client that verifies them must fail.
"""
import asyncio
import os

from . import certificates, starttls, suites
from .core import Ended, SpecError, TcpRole, note_active_question, role

VERSIONS = {"SSLv3": 0x0300, "TLSv1.0": 0x0301, "TLSv1.1": 0x0302, "TLSv1.2": 0x0303, "TLSv1.3": 0x0304}
RETRY_RANDOM = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
SIGNATURES = {
    "md5_rsa": 0x0101, "sha1_rsa": 0x0201, "sha1_dsa": 0x0202, "sha1_ecdsa": 0x0203, "sha224_rsa": 0x0301, "sha224_ecdsa": 0x0303,
    "sha256_rsa": 0x0401, "sha256_ecdsa": 0x0403, "sha384_rsa": 0x0501, "sha384_ecdsa": 0x0503, "sha512_rsa": 0x0601,
    "sha512_ecdsa": 0x0603, "rsa_pss_sha256": 0x0804, "rsa_pss_sha384": 0x0805, "rsa_pss_sha512": 0x0806,
}  # fmt: skip
SOUND_SIGNATURES = [0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0403, 0x0503, 0x0603]
DEFAULT_SUITES = ["C02F", "C02B", "C030", "C02C", "009C", "009D", "C013", "C009", "C014", "C00A", "002F", "0035"]
DEFAULT_TLS13 = ["1302", "1303", "1301"]

ALERT, HANDSHAKE, CHANGE_CIPHER, APPLICATION, HEARTBEAT = 21, 22, 20, 23, 24


def u16(value):
    return value.to_bytes(2, "big")


def vector(data, octets=2):
    return len(data).to_bytes(octets, "big") + data


def record(kind, version, data):
    return bytes([kind]) + u16(version) + vector(data)


def records(kind, version, data, size=16384):
    return b"".join(record(kind, version, data[at : at + size]) for at in range(0, len(data), size))


def handshake(kind, body):
    return bytes([kind]) + vector(body, 3)


def alert(description, version=0x0301, level=2):
    return record(ALERT, version, bytes([level, description]))


def extension(number, data=b""):
    return u16(number) + vector(data)


def is_grease(value):
    return value & 0x0F0F == 0x0A0A and value >> 8 == value & 0xFF


class Malformed(Exception):
    """A ClientHello that does not parse."""


class Reader:
    def __init__(self, data):
        self._data, self._at = data, 0

    def take(self, count):
        if count > len(self._data) - self._at:
            raise Malformed
        self._at += count
        return self._data[self._at - count : self._at]

    def number(self, octets):
        return int.from_bytes(self.take(octets), "big")

    def vector(self, octets):
        return self.take(self.number(octets))

    def left(self):
        return len(self._data) - self._at


class ClientHello:
    def __init__(self, body, record_version):
        self.record_version = record_version
        self.length = len(body)
        reader = Reader(body)
        self.version = reader.number(2)
        self.random = reader.take(32)
        self.session_id = reader.vector(1)
        listed = Reader(reader.vector(2))
        self.suites = [listed.number(2) for _ in range(listed.left() // 2)]
        self.compressions = list(reader.vector(1))
        self.extensions = {}
        if reader.left():
            block = Reader(reader.vector(2))
            while block.left():
                number = block.number(2)
                self.extensions[number] = block.vector(2)

    def numbers(self, extension_number, prefix=2):
        """The list of 16-bit numbers in an extension, or None without it."""
        if extension_number not in self.extensions:
            return None
        listed = Reader(Reader(self.extensions[extension_number]).vector(prefix))
        return [listed.number(2) for _ in range(listed.left() // 2)]

    def key_shares(self):
        shares = {}
        if 51 in self.extensions:
            block = Reader(Reader(self.extensions[51]).vector(2))
            while block.left():
                group = block.number(2)
                shares[group] = block.vector(2)
        return shares

    def server_name(self):
        if 0 not in self.extensions:
            return None
        block = Reader(Reader(self.extensions[0]).vector(2))
        block.number(1)
        return block.vector(2).decode("ascii", "replace").lower()

    def protocols(self):
        if 16 not in self.extensions:
            return None
        block, names = Reader(Reader(self.extensions[16]).vector(2)), []
        while block.left():
            names.append(block.vector(1).decode("ascii", "replace"))
        return names


async def read_record(stream):
    """(type, version, content) of the next record."""
    header = await stream.read(5)
    length = int.from_bytes(header[3:5], "big")
    if length > 16384 + 2048:
        raise Ended
    return header[0], int.from_bytes(header[1:3], "big"), await stream.read(length)


async def read_client_hello(stream):
    """The ClientHello, put together from as many records as it came in. None when the peer speaks something else."""
    message, version = b"", 0
    while len(message) < 4 or len(message) < 4 + int.from_bytes(message[1:4], "big"):
        if (await stream.peek(1))[0] != HANDSHAKE:
            if (await stream.peek(1))[0] == CHANGE_CIPHER:
                await read_record(stream)  # the compatibility record before a second TLS 1.3 hello
                continue
            return None
        _, version, content = await read_record(stream)
        message += content
        if len(message) > 65536 + 4:
            raise Ended
    if message[0] != 1:
        return None
    try:
        return ClientHello(message[4 : 4 + int.from_bytes(message[1:4], "big")], version)
    except Malformed:
        await stream.send(alert(50))
        raise Ended from None


class Refused(Exception):
    """The server has nothing in common with the hello; carries the alert."""

    def __init__(self, description):
        super().__init__(description)
        self.description = description


class HelloRole(TcpRole):
    """A role that may stand behind STARTTLS."""

    async def converse(self, stream):
        kind = self.p.get("starttls")
        if kind:
            if not await starttls.PREAMBLES[kind](stream, self.p["hostname"]):
                return
        await self.speak(stream)

    def prepare(self):
        kind = self.p.get("starttls")
        if kind and kind not in starttls.PREAMBLES:
            raise SpecError(f"starttls must be one of {', '.join(starttls.PREAMBLES)}, not {kind!r}")

    async def speak(self, stream):
        raise NotImplementedError


@role(
    "tls_hello", "any version and suite of SSLv3 to TLS 1.3, at hello level, with the quirks its parameters ask for",
    cert_pem=None, key_pem=None, starttls=None, hostname="mail.lab.test", versions=["TLSv1.2"], suites={}, preference="server",
    groups=["x25519", "secp256r1"], hrr=False, dh_bits=2048, dh_prime="common", dh_p=None, dh_g=2, export_rsa_bits=512, key_reuse=False,
    sigalgs=None, sig_ignore_client=False, compression=None, secure_renegotiation=True, ems=True, etm=True, heartbeat=False,
    session_tickets=False, ocsp_response=False, npn=None, alpn=None, alpn_strict=False, downgrade_sentinel=None, sentinel_always=False,
    fallback_scsv=True, sni="ignore", max_suites=0, intolerant_sizes=None, grease_intolerant=False, version_intolerant=False,
    certificate=True, certificate_request=False, extra_junk=0, split=0, alert_after_hello=None, close_after_hello=False, start_delay=0,
)  # fmt: skip
class TlsHello(HelloRole):
    def prepare(self):
        super().prepare()
        p = self.p
        for name in p["versions"]:
            if name not in VERSIONS:
                raise SpecError(f"there is no version {name!r}; there are {', '.join(VERSIONS)}")
        self.versions = sorted(VERSIONS[name] for name in p["versions"])
        self.suites = {}
        for name in p["versions"]:
            default = DEFAULT_TLS13 if name == "TLSv1.3" else p["suites"].get("*", DEFAULT_SUITES)
            self.suites[VERSIONS[name]] = [suites.suite_number(suite) for suite in p["suites"].get(name, default)]
        for name in p["suites"]:
            if name != "*" and name not in p["versions"]:
                raise SpecError(f"suites are given for {name}, which is not among versions")
        self.one_of("preference", "server", "client", "chacha")
        self.one_of("downgrade_sentinel", None, "tls12", "tls11")
        self.one_of("compression", None, "null", "deflate")
        self.groups = [suites.group_number(group) for group in p["groups"]]
        self.dh_p = int(p["dh_p"], 16) if p["dh_p"] else suites.prime(p["dh_prime"], int(p["dh_bits"]))
        self.sigalgs = None
        if p["sigalgs"]:
            self.sigalgs = [SIGNATURES[name] if name in SIGNATURES else int(name, 16) for name in p["sigalgs"]]
        self.chain = certificates.chain(p["cert_pem"]) if p["cert_pem"] else certificates.self_signed_chain()
        self._kept = {}
        rsa_octets = int(p["export_rsa_bits"]) // 8
        self._export_modulus = bytes([0xC1]) + os.urandom(rsa_octets - 2) + b"\x01"

    # what is chosen

    def choose_version(self, hello):
        offered = None
        if self.versions[-1] == 0x0304 and 43 in hello.extensions:
            offered = hello.numbers(43, prefix=1)
            common = [version for version in self.versions if version in offered]
        else:
            common = [version for version in self.versions if version <= min(hello.version, 0x0303)]
        if not common:
            raise Refused(70)
        highest_offered = max((v for v in offered if not is_grease(v)), default=0) if offered else hello.version
        if self.p["fallback_scsv"] and 0x5600 in hello.suites and min(highest_offered, 0x0304) < self.versions[-1]:
            raise Refused(86)
        return common[-1]

    def usable(self, hello, version, suite):
        if (version == 0x0304) != (suites.exchange_of(suite) == "TLS13"):
            return False
        if "ECDHE" in suites.exchange_of(suite) or suites.exchange_of(suite) == "ECDH_anon":
            return self.choose_group(hello) is not None
        return True

    def choose_group(self, hello):
        """A group for ECDHE below TLS 1.3."""
        offered = hello.numbers(10)
        curves = [group for group in self.groups if group < 256 and group not in (31, 32, 33)]
        if offered is None:
            return 23 if 23 in curves else None
        return next((group for group in curves if group in offered), None)

    def choose_suite(self, hello, version):
        ours = [suite for suite in self.suites[version] if suite in hello.suites and self.usable(hello, version, suite)]
        if not ours:
            raise Refused(40)
        order = self.p["preference"]
        theirs = [suite for suite in hello.suites if suite in ours]
        if order == "client":
            return theirs[0]
        if order == "chacha":
            first = next((suite for suite in hello.suites if not is_grease(suite)), 0)
            if "CHACHA20" in suites.NAMES.get(first, ""):
                return next((suite for suite in ours if "CHACHA20" in suites.NAMES[suite]), ours[0])
        return ours[0]

    def choose_protocol(self, hello):
        offered = hello.protocols()
        if self.p["alpn"] is None or offered is None:
            return None
        chosen = next((name for name in self.p["alpn"] if name in offered), None)
        if chosen is None and self.p["alpn_strict"]:
            raise Refused(120)
        return chosen

    def choose_signature(self, hello, exchange):
        """Hash and signature of a TLS 1.2 ServerKeyExchange."""
        kind = {"ECDSA": (3,), "DSS": (2,)}.get(exchange.rsplit("_", 1)[-1], (1, 4, 5, 6))
        ours = [number for number in self.sigalgs or SOUND_SIGNATURES if number & 0xFF in kind or number >> 8 == 8 and 4 in kind]
        if self.p["sig_ignore_client"] and ours:
            return ours[0]
        offered = hello.numbers(13)
        if offered is None:
            offered = [0x0200 | kind[0]]  # RFC 5246, 7.4.1.4.1: without the extension it is SHA-1
            ours = ours if self.sigalgs else ours + offered
        chosen = next((number for number in ours if number in offered), None)
        if chosen is None:
            raise Refused(40)
        return chosen

    def kept(self, key, make):
        """A value that stays when keys are reused."""
        if not self.p["key_reuse"]:
            return make()
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    # what is sent

    def session_id(self, hello):
        return b"" if self.p["session_tickets"] else os.urandom(32)

    def server_random(self, version):
        random = os.urandom(32)
        wanted = self.p["downgrade_sentinel"]
        if wanted and (self.p["sentinel_always"] or (self.versions[-1] == 0x0304 and version < 0x0304)):
            random = random[:24] + b"DOWNGRD" + (b"\x01" if wanted == "tls12" else b"\x00")
        return random

    def extensions(self, hello, version, suite, protocol):
        p, found = self.p, b""
        if p["secure_renegotiation"] and (0xFF01 in hello.extensions or 0x00FF in hello.suites):
            found += extension(0xFF01, b"\x00")
        if version == 0x0300:
            return found
        if p["ems"] and 23 in hello.extensions:
            found += extension(23)
        if p["etm"] and 22 in hello.extensions and suites.is_cbc(suite):
            found += extension(22)
        if p["heartbeat"] and 15 in hello.extensions:
            found += extension(15, b"\x01")
        if p["session_tickets"] and 35 in hello.extensions:
            found += extension(35)
        if p["ocsp_response"] and 5 in hello.extensions:
            found += extension(5)
        if "ECDH" in suites.exchange_of(suite) and 11 in hello.extensions:
            found += extension(11, b"\x01\x00")
        if protocol is not None:
            found += extension(16, vector(vector(protocol.encode(), 1)))
        if p["npn"] and 13172 in hello.extensions:
            found += extension(13172, b"".join(vector(name.encode(), 1) for name in p["npn"]))
        return found

    def key_exchange(self, hello, version, suite):
        """ServerKeyExchange, or nothing when the exchange has none."""
        exchange = suites.exchange_of(suite)
        parameters = None
        if "ECDHE" in exchange or exchange == "ECDH_anon":
            group = self.choose_group(hello)
            point = self.kept(group, lambda: suites.share(group, os.urandom))
            parameters = b"\x03" + u16(group) + vector(point, 1)
        elif exchange.startswith("DHE") or exchange.startswith("DH_anon"):
            p, g = self.dh_p, int(self.p["dh_g"])
            offered = hello.numbers(10) or []
            finite = next((group for group in self.groups if 256 <= group <= 258 and group in offered), None)
            if finite is not None:
                p = suites.prime("rfc7919", {256: 2048, 257: 3072, 258: 4096}[finite])
            elif "EXPORT" in exchange and p.bit_length() > 512 and "EXPORT1024" not in exchange:
                p = suites.prime("common", 512)
            octets = (p.bit_length() + 7) // 8
            public = self.kept(("dh", octets), lambda: (int.from_bytes(os.urandom(octets), "big") % (p - 4) + 2).to_bytes(octets, "big"))
            parameters = vector(p.to_bytes(octets, "big")) + vector(g.to_bytes((g.bit_length() + 7) // 8, "big")) + vector(public)
        elif exchange.startswith("RSA_EXPORT"):
            parameters = vector(self._export_modulus) + vector(b"\x01\x00\x01")
        if parameters is None:
            return b""
        if "PSK" in exchange:
            return handshake(12, vector(b"") + parameters)
        if "anon" in exchange:
            return handshake(12, parameters)
        if version < 0x0303:
            return handshake(12, parameters + vector(os.urandom(256)))
        chosen = self.choose_signature(hello, exchange)
        if chosen & 0xFF == 3 and chosen >> 8 != 8:
            half = b"\x02\x20" + b"\x41" + os.urandom(31)
            signature = b"\x30" + vector(half + half, 1)
        else:
            signature = os.urandom(256)
        return handshake(12, parameters + u16(chosen) + vector(signature))

    def flight(self, hello):
        """(version, bytes) of everything from ServerHello to ServerHelloDone below TLS 1.3."""
        version = self.choose_version(hello)
        suite = self.choose_suite(hello, version)
        protocol = self.choose_protocol(hello)
        method = 0
        if self.p["compression"] == "deflate" and 1 in hello.compressions:
            method = 1
        body = u16(version) + self.server_random(version) + vector(self.session_id(hello), 1) + u16(suite) + bytes([method])
        found = self.extensions(hello, version, suite, protocol)
        if found:
            body += vector(found)
        messages = [handshake(2, body)]
        exchange = suites.exchange_of(suite)
        with_certificate = not ("anon" in exchange or exchange.startswith("KRB5") or exchange in ("PSK", "DHE_PSK", "ECDHE_PSK", "SRP_SHA"))
        if with_certificate and self.p["certificate"]:
            messages.append(handshake(11, vector(b"".join(vector(der, 3) for der in self.chain), 3)))
            if self.p["ocsp_response"] and 5 in hello.extensions and version > 0x0300:
                messages.append(handshake(22, b"\x01" + vector(b"\x30\x03\x0a\x01\x06", 3)))  # OCSP status "unauthorized"
        messages.append(self.key_exchange(hello, version, suite))
        if self.p["certificate_request"]:
            body = b"\x02\x01\x40" + (vector(u16(0x0401) + u16(0x0403)) if version == 0x0303 else b"") + vector(b"")
            messages.append(handshake(13, body))
        messages.append(handshake(14, b""))
        if self.p["close_after_hello"]:
            messages = messages[:1]
        return version, b"".join(messages)

    async def speak_tls13(self, stream, hello):
        suite = self.choose_suite(hello, 0x0304)
        offered, shares = hello.numbers(10) or [], hello.key_shares()
        common = [group for group in self.groups if group in offered]
        if not common:
            raise Refused(40)
        group = next((group for group in common if group in shares), None)
        start = u16(0x0303)
        middle = vector(hello.session_id, 1) + u16(suite) + b"\x00"
        if group is None or (self.p["hrr"] and 44 not in hello.extensions):
            group = common[0] if group is None or len(common) == 1 else next(g for g in common if g != group)
            found = extension(43, u16(0x0304)) + extension(51, u16(group)) + extension(44, vector(b"simulator"))
            await stream.send(record(HANDSHAKE, 0x0303, handshake(2, start + RETRY_RANDOM + middle + vector(found))))
            await stream.send(record(CHANGE_CIPHER, 0x0303, b"\x01"))
            again = await read_client_hello(stream)
            if again is None:
                raise Ended
            if group not in again.key_shares():
                raise Refused(47)
        point = self.kept(group, lambda: suites.share(group, os.urandom))
        found = extension(43, u16(0x0304)) + extension(51, u16(group) + vector(point))
        await stream.send(record(HANDSHAKE, 0x0303, handshake(2, start + os.urandom(32) + middle + vector(found))))
        if self.p["close_after_hello"]:
            raise Ended
        await stream.send(record(CHANGE_CIPHER, 0x0303, b"\x01"))
        for size in (23, 1200, 280, 69):  # the sizes of a usual server flight
            await stream.send(record(APPLICATION, 0x0303, os.urandom(size)))

    def refuses(self, hello):
        """Quirks that come before anything is chosen: None, 'reset' or 'silence'."""
        p = self.p
        if p["max_suites"] and len(hello.suites) > p["max_suites"]:
            return "reset"
        if p["version_intolerant"] and hello.version > 0x0303:
            return "reset"
        if p["grease_intolerant"]:
            seen = hello.suites + list(hello.extensions) + (hello.numbers(10) or [])
            if any(is_grease(number) for number in seen):
                return "reset"
        sizes = p["intolerant_sizes"]
        if sizes and sizes[0] <= hello.length + 4 <= sizes[1]:
            return "silence"
        return None

    async def speak(self, stream):
        hello = await read_client_hello(stream)
        if hello is None:
            await stream.send(alert(10))
            return
        await self.answer(stream, hello)

    async def answer(self, stream, hello):
        if self.p["start_delay"]:
            await asyncio.sleep(self.p["start_delay"])
        try:
            quirk = self.refuses(hello)
            if quirk == "reset":
                stream.reset()
                return
            if quirk == "silence":
                await stream.until_end()
            if self.p["alert_after_hello"] is not None:
                raise Refused(int(self.p["alert_after_hello"]))
            names = self.p["sni"]
            if names == "require" and hello.server_name() is None or isinstance(names, list) and hello.server_name() not in names:
                raise Refused(112)
            version = self.choose_version(hello)
            if version == 0x0304:
                self.choose_protocol(hello)
                await self.speak_tls13(stream, hello)
            else:
                version, messages = self.flight(hello)
                await self.send_flight(stream, version, messages)
                if self.p["close_after_hello"]:
                    return
        except Refused as refusal:
            await stream.send(alert(refusal.description, max(0x0300, min(hello.version, 0x0303))))
            return
        except Malformed:
            await stream.send(alert(50))
            return
        await self.after_flight(stream, version, hello)

    async def send_flight(self, stream, version, messages):
        await stream.send(records(HANDSHAKE, version, messages, int(self.p["split"]) or 16384))
        if self.p["extra_junk"]:
            await stream.send(os.urandom(int(self.p["extra_junk"])))

    async def after_flight(self, stream, version, hello):
        """Reads on: heartbeats and such are for the roles that play them; the next handshake message ends it."""
        wire = min(version, 0x0303)
        while True:
            kind, _, content = await read_record(stream)
            if kind == ALERT:
                return
            if kind == HANDSHAKE:
                await stream.send(alert(40, wire))
                return
            if not await self.other_record(stream, wire, kind, content):
                return

    async def other_record(self, stream, version, kind, content):
        """True to go on reading."""
        if kind == CHANGE_CIPHER:
            return True
        await stream.send(alert(10, version))
        return False


# Faults that show between the hello and the keys


class Heartbeat(TlsHello):
    over_long = None

    async def after_flight(self, stream, version, hello):
        # A heartbeat may come at any time; servers of that age answered in clear text before the keys, and some scanners ask only then.
        wire = min(version, 0x0303)
        while True:
            kind, _, content = await read_record(stream)
            if kind == ALERT:
                return
            if kind == HEARTBEAT and len(content) >= 3 and content[0] == 1:
                note_active_question(self, "heartbeat")
                await self.heartbeat(stream, wire, content)
            elif kind == HANDSHAKE:
                await stream.send(alert(40, wire))
                return

    async def heartbeat(self, stream, version, content):
        claimed = int.from_bytes(content[1:3], "big")
        payload = content[3 : 3 + claimed]
        if 3 + claimed + 16 <= len(content):
            await stream.send(record(HEARTBEAT, version, b"\x02" + vector(payload) + os.urandom(16)))
        else:
            await self.lied_to(stream, version, claimed, payload)

    async def lied_to(self, stream, version, claimed, payload):
        raise NotImplementedError


@role("heartbleed", "a heartbeat that claims more than it sent is answered with filler in place of memory (CVE-2014-0160)", heartbeat=True, leak=16)
class Heartbleed(Heartbeat):
    async def lied_to(self, stream, version, claimed, payload):
        # The real fault copies `claimed` octets of memory. Ours never gives more than 64, and they are made up.
        extra = min(64, int(self.p["leak"]), max(0, claimed - len(payload)))
        leaked = payload + (b"LEAK" * 16)[:extra]
        await stream.send(record(HEARTBEAT, version, b"\x02" + vector(leaked) + os.urandom(16)))


@role("heartbleed_fixed", "offers heartbeat, drops a lying one in silence as RFC 6520 says", heartbeat=True)
class HeartbleedFixed(Heartbeat):
    async def lied_to(self, stream, version, claimed, payload):
        pass


@role("heartbleed_ftp", "answers a lying heartbeat with clear text, as an FTP server once did", heartbeat=True)
class HeartbleedFtp(Heartbeat):
    async def lied_to(self, stream, version, claimed, payload):
        await stream.send(b"500 Syntax error, command unrecognized. Please try again in a moment.\r\n")
        raise Ended


@role("ccs_injection", "an early ChangeCipherSpec is taken (CVE-2014-0224), or refused with vulnerable=false", vulnerable=True)
class CcsInjection(TlsHello):
    async def after_flight(self, stream, version, hello):
        seen = 0
        while True:
            kind, _, _ = await read_record(stream)
            if kind != CHANGE_CIPHER:
                await stream.send(alert(10, version))
                return
            seen += 1
            note_active_question(self, "change-cipher-spec")
            if not self.p["vulnerable"]:
                await stream.send(alert(10, version))
                return
            if seen == 2:
                await stream.send(alert(20, version))
                return


@role("ticketbleed", "a session id shorter than 32 bytes comes back too long (CVE-2016-9244), or one of its look-alikes", mode="vulnerable", session_tickets=True)
class Ticketbleed(TlsHello):
    def prepare(self):
        super().prepare()
        self.one_of("mode", "vulnerable", "echo", "windows")

    def session_id(self, hello):
        given = hello.session_id
        if not given:
            return b""
        if self.p["mode"] == "echo":
            return given
        if self.p["mode"] == "windows":
            return os.urandom(32)
        return given + os.urandom(32 - min(len(given), 32))


@role("robot", "an RSA key exchange that tells right padding from wrong (CVE-2017-13099 and kin): weak, strong, mixed, or safe", mode="weak")
class Robot(TlsHello):
    def prepare(self):
        self.p["suites"] = self.p["suites"] or {"TLSv1.2": ["009C", "009D", "002F", "0035"]}
        super().prepare()
        self.one_of("mode", "weak", "strong", "mixed", "safe")
        if not self.p["key_pem"]:
            raise SpecError("robot needs cert_pem and key_pem with an RSA key")
        self.modulus, self.exponent = certificates.rsa_private_numbers(self.p["key_pem"])
        self.turn = 0

    def category(self, exchange):
        octets = (self.modulus.bit_length() + 7) // 8
        clear = pow(int.from_bytes(exchange, "big"), self.exponent, self.modulus).to_bytes(octets, "big")
        if clear[:2] != b"\x00\x02":
            return "start"
        if b"\x00" not in clear[2:]:
            return "no-zero"
        if clear.index(b"\x00", 2) != octets - 49:
            return "misplaced"
        return "good"

    async def after_flight(self, stream, version, hello):
        self.turn += 1
        category = None
        while True:
            kind, _, content = await read_record(stream)
            if kind == ALERT:
                return
            if category is None:
                if kind != HANDSHAKE or len(content) < 6 or content[0] != 16:
                    await stream.send(alert(10, version))
                    return
                category = self.category(content[6:])
                if category != "good":
                    note_active_question(self, "key-exchange")
                answer = self.early_answer(category)
                if answer is not None:
                    await stream.send(alert(answer, version))
                    return
            elif kind == HANDSHAKE:
                await stream.send(alert(20, version))  # the Finished never fits
                return

    def early_answer(self, category):
        mode = self.p["mode"]
        if mode == "mixed":
            mode = "weak" if self.turn % 2 else "safe"
        if mode == "safe" or category == "good":
            return None
        if mode == "strong":
            return 47 if category == "start" else None
        return 51
