"""Peers that break the rules below any one protocol: resets, silence, drips, lengths that lie, handshakes that never end."""
import asyncio
import os

from . import certificates, core, tls
from .core import Ended, SpecError, TcpRole, role

STARTTLS = {"starttls": None, "hostname": "mail.lab.test"}


@role("reset", "RST after accept, or after the first bytes", when="accept", **STARTTLS)
class Reset(tls.HelloRole):
    def prepare(self):
        super().prepare()
        self.one_of("when", "accept", "hello")

    async def speak(self, stream):
        if self.p["when"] == "hello":
            await stream.peek(1)
        stream.reset()


@role("close", "closes in order without a word", when="accept", **STARTTLS)
class Close(tls.HelloRole):
    def prepare(self):
        super().prepare()
        self.one_of("when", "accept", "hello")

    async def speak(self, stream):
        if self.p["when"] == "hello":
            await stream.read_some()


@role("stall", "accepts and never answers", seconds=300, **STARTTLS)
class Stall(tls.HelloRole):
    async def speak(self, stream):
        async with asyncio.timeout(float(self.p["seconds"])):
            await stream.until_end()


@role("drip", "a right answer at one byte a second", bytes_per_second=1, protocol="tls", **tls.TlsHello.defaults)
class Drip(tls.TlsHello):
    TEXTS = {
        "http": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n" + b"<p>slow</p>\n" * 8000,
        "smtp": b"".join(b"220-mail.lab.test line %d\r\n" % number for number in range(10000)),
        # A length of 65535 in front of a DNS message that comes octet by octet.
        "dns": b"\xff\xff" + b"\x00" * 65535,
    }

    def prepare(self):
        super().prepare()
        self.one_of("protocol", "tls", "http", "smtp", "dns")

    async def speak(self, stream):
        if self.p["protocol"] == "tls":
            await super().speak(stream)
            return
        if self.p["protocol"] != "smtp":
            await stream.read_some()
        await stream.drip(self.TEXTS[self.p["protocol"]], float(self.p["bytes_per_second"]))

    async def send_flight(self, stream, version, messages):
        await stream.drip(tls.records(tls.HANDSHAKE, version, messages), float(self.p["bytes_per_second"]))


@role("lying_length", "lengths of records, messages or fields that are not true", lie="record_long", **tls.TlsHello.defaults)
class LyingLength(tls.TlsHello):
    LIES = ("record_long", "record_huge", "record_zero", "handshake_long", "handshake_short", "extensions", "certificate_list", "session_id")

    def prepare(self):
        super().prepare()
        self.one_of("lie", *self.LIES)

    async def answer(self, stream, hello):
        lie = self.p["lie"]
        version = 0x0303
        wire = bytes([tls.HANDSHAKE]) + tls.u16(version)
        fixed = tls.u16(version) + os.urandom(32)
        hello_body = fixed + tls.vector(os.urandom(32), 1) + tls.u16(0xC02F) + b"\x00"
        if lie == "record_long":
            await stream.send(wire + tls.u16(16384) + tls.handshake(2, hello_body)[:40])
        elif lie == "record_huge":
            await stream.send(wire + tls.u16(65535) + os.urandom(65535))
        elif lie == "record_zero":
            for _ in range(100):
                await stream.send((wire + b"\x00\x00") * 100)
        else:
            if lie == "handshake_long":
                message = b"\x02\xff\xff\xff" + hello_body
            elif lie == "handshake_short":
                message = b"\x02\x00\x00\x0a" + hello_body
            elif lie == "extensions":
                message = tls.handshake(2, hello_body + b"\xff\xf0" + tls.extension(0xFF01, b"\x00"))
            elif lie == "session_id":
                message = tls.handshake(2, fixed + b"\xff" + os.urandom(32) + b"\xc0\x2f\x00")
            else:
                listed = b"\xff\xff\xff" + tls.vector(self.chain[0], 3)
                message = tls.handshake(2, hello_body) + tls.handshake(11, listed) + tls.handshake(14, b"")
            await stream.send(tls.records(tls.HANDSHAKE, version, message))
        await stream.until_end()


@role("huge_cert", "a certificate of 10,000 names", names=10000, **tls.TlsHello.defaults)
class HugeCertificate(tls.TlsHello):
    def prepare(self):
        given = self.p["cert_pem"]
        super().prepare()
        if not given:
            names = int(self.p["names"])
            if not 1 <= names <= 100000:
                raise SpecError("names of role huge_cert must be from 1 to 100000")
            self.chain = certificates.self_signed_chain("huge.lab.test", names)


@role("endless_handshake", "a handshake that never ends: fragments, hello requests or warnings", kind="fragments", **STARTTLS)
class EndlessHandshake(tls.HelloRole):
    def prepare(self):
        super().prepare()
        self.one_of("kind", "fragments", "hello_requests", "warnings")

    async def speak(self, stream):
        if await tls.read_client_hello(stream) is None:
            return
        kind = self.p["kind"]
        if kind == "fragments":
            # A ServerHello that says it has 16 MiB, in records of 256 bytes; then another.
            start = tls.u16(0x0303) + os.urandom(32) + b"\x00\xc0\x2f\x00\xff\xff"
            piece = tls.record(tls.HANDSHAKE, 0x0303, b"\x00" * 256)
            while True:
                await stream.send(tls.record(tls.HANDSHAKE, 0x0303, b"\x02\xff\xff\xff" + start))
                for _ in range(0xFFFFFF // 256):
                    await stream.send(piece)
                    await asyncio.sleep(0.001)
        piece = tls.alert(90, 0x0303, level=1) if kind == "warnings" else tls.record(tls.HANDSHAKE, 0x0303, tls.handshake(0, b""))
        while True:
            await stream.send(piece)
            await asyncio.sleep(0.001)


@role("not_tls", "something else than TLS behind an open port: ssh, http, smtp, garbage, ftp_error", kind="ssh", **STARTTLS)
class NotTls(tls.HelloRole):
    def prepare(self):
        super().prepare()
        self.one_of("kind", "ssh", "http", "smtp", "garbage", "ftp_error")

    async def speak(self, stream):
        kind = self.p["kind"]
        if kind == "ssh":
            await stream.send(b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n")
            await stream.read_some()
        elif kind == "http":
            await stream.read_some()
            await stream.send(b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: close\r\n\r\nBad Request\n")
        elif kind == "smtp":
            await stream.send(b"554 5.7.1 No service here\r\n")
        elif kind == "garbage":
            await stream.read_some()
            await stream.send(b"\x99\x88" + os.urandom(510))
        else:
            await stream.send(b"220 FTP server ready\r\n")
            while True:
                word = (await stream.read_line(4096)).upper()
                if word.startswith(b"QUIT"):
                    await stream.send(b"221 Goodbye\r\n")
                    return
                await stream.send(b"500 Command not understood: TLS is not available on this server today\r\n")


def port_list(text):
    first, _, last = str(text).partition("-")
    return list(range(int(first), int(last or first) + 1))


@role("syn_proxy", "accepts on many ports and says nothing", ports=[])
class SynProxy(TcpRole):
    def prepare(self):
        given = self.p["ports"]
        self.ports = [int(port) for port in given] if isinstance(given, list) else port_list(given)
        if len(self.ports) > 4096:
            raise SpecError("syn_proxy takes at most 4096 ports")

    async def listen(self, address, port):
        servers = []
        try:
            for each in sorted({port, *self.ports}):
                servers.append(await asyncio.start_server(self.accepted, address, each, backlog=16))
        except OSError as error:
            for server in servers:
                server.close()
            raise OSError(error.errno, f"port {each}: {error.strerror}") from error
        return servers

    async def converse(self, stream):
        async with asyncio.timeout(1):
            await stream.until_end()


@role("rotate", "a load balancer with unequal backends: each connection goes to the next", backends=[])
class Rotate(TcpRole):
    def prepare(self):
        self.backends = [core.make_role(backend["role"], backend.get("params", {})) for backend in self.p["backends"]]
        if not self.backends:
            raise SpecError("rotate needs backends")
        for backend in self.backends:
            if not isinstance(backend, TcpRole):
                raise SpecError(f"rotate takes TCP roles only, not {backend.name}")
        self.turn = 0

    async def converse(self, stream):
        backend = self.backends[self.turn % len(self.backends)]
        self.turn += 1
        async with asyncio.timeout(backend.max_seconds):
            await backend.converse(stream)


@role("opossum", "port 80 takes Upgrade: TLS/1.0 (RFC 2817), which lets an attacker shift answers")
class Opossum(TcpRole):
    async def converse(self, stream):
        while True:
            request = await stream.read_line()
            upgrade = False
            while line := await stream.read_line():
                name, _, value = line.partition(b":")
                upgrade = upgrade or name.strip().lower() == b"upgrade" and b"tls/1" in value.lower()
            if upgrade:
                await stream.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: TLS/1.0, HTTP/1.1\r\nConnection: Upgrade\r\n\r\n")
                await stream.peek(1)
                await stream.send(tls.alert(40))
                raise Ended
            body = b"" if request.startswith(b"HEAD") else b"It works\n"
            await stream.send(b"HTTP/1.1 200 OK\r\nServer: Apache\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % 9 + body)
