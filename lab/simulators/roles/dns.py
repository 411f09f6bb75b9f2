"""Name servers (RFC 1035, 6891, 8482, 9824) over UDP and TCP, that answer from a small table, or as no name server should."""
import asyncio
import base64
import ipaddress
import os
import shlex
import socket
import struct

from .core import Ended, Role, SpecError, Stream, note_active_question, role

TYPES = {
    "A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33, "DNAME": 39, "OPT": 41, "DS": 43,
    "RRSIG": 46, "NSEC": 47, "DNSKEY": 48, "NSEC3": 50, "NSEC3PARAM": 51, "TLSA": 52, "CDS": 59, "CDNSKEY": 60, "SVCB": 64, "HTTPS": 65,
    "SPF": 99, "NXNAME": 128, "AXFR": 252, "ANY": 255, "CAA": 257,
}  # fmt: skip
NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED, BADVERS = 0, 1, 2, 3, 4, 5, 16
TTL = 60
MAX_TASKS = 1024
SVC_KEYS = {"mandatory": 0, "alpn": 1, "no-default-alpn": 2, "port": 3, "ipv4hint": 4, "ech": 5, "ipv6hint": 6}


def type_number(text):
    text = text.upper()
    if text in TYPES:
        return TYPES[text]
    if text.startswith("TYPE") and text[4:].isdigit():
        return int(text[4:])
    raise SpecError(f"there is no DNS type {text!r}")


def normal(name):
    return name.lower().rstrip(".")


def wire_name(name):
    wire = b""
    for label in normal(name).split("."):
        if label:
            octets = label.encode("ascii")
            if len(octets) > 63:
                raise SpecError(f"a label of {name!r} is too long")
            wire += bytes([len(octets)]) + octets
    return wire + b"\x00"


def _service_parameters(words):
    found = {}
    for word in words:
        key, _, value = word.partition("=")
        number = SVC_KEYS[key] if key in SVC_KEYS else int(key.removeprefix("key"))
        if key == "alpn":
            data = b"".join(bytes([len(name)]) + name.encode() for name in value.split(","))
        elif key == "port":
            data = struct.pack("!H", int(value))
        elif key in ("ipv4hint", "ipv6hint"):
            data = b"".join(ipaddress.ip_address(address).packed for address in value.split(","))
        elif key == "mandatory":
            data = b"".join(struct.pack("!H", SVC_KEYS[name]) for name in value.split(","))
        elif key == "ech":
            data = base64.b64decode(value)
        else:
            data = value.encode()
        found[number] = data
    return b"".join(struct.pack("!HH", number, len(data)) + data for number, data in sorted(found.items()))


def rdata(kind, value):
    """The wire form of a record's data from its presentation."""
    if kind == "TXT" or kind == "SPF":
        strings = value if isinstance(value, list) else [value[at : at + 255] for at in range(0, len(value), 255)] or [""]
        return b"".join(bytes([len(each.encode())]) + each.encode() for each in strings)
    if value.startswith("\\#"):
        return bytes.fromhex("".join(value[2:].split()[1:]))
    words = value.split()
    if kind == "A":
        return socket.inet_aton(value)
    if kind == "AAAA":
        return socket.inet_pton(socket.AF_INET6, value)
    if kind in ("NS", "CNAME", "PTR", "DNAME"):
        return wire_name(value)
    if kind == "MX":
        return struct.pack("!H", int(words[0])) + wire_name(words[1])
    if kind == "SRV":
        return struct.pack("!HHH", *map(int, words[:3])) + wire_name(words[3])
    if kind == "SOA":
        return wire_name(words[0]) + wire_name(words[1]) + struct.pack("!IIIII", *map(int, words[2:7]))
    if kind == "CAA":
        flags, tag, text = shlex.split(value)
        return bytes([int(flags), len(tag)]) + tag.encode() + text.encode()
    if kind in ("DS", "CDS"):
        return struct.pack("!HBB", *map(int, words[:3])) + bytes.fromhex("".join(words[3:]))
    if kind in ("DNSKEY", "CDNSKEY"):
        return struct.pack("!HBB", *map(int, words[:3])) + base64.b64decode("".join(words[3:]))
    if kind == "TLSA":
        return bytes(map(int, words[:3])) + bytes.fromhex("".join(words[3:]))
    if kind == "NSEC3PARAM":
        salt = b"" if words[3] == "-" else bytes.fromhex(words[3])
        return struct.pack("!BBH", *map(int, words[:3])) + bytes([len(salt)]) + salt
    if kind in ("HTTPS", "SVCB"):
        words = shlex.split(value)
        return struct.pack("!H", int(words[0])) + wire_name(words[1]) + _service_parameters(words[2:])
    return bytes.fromhex("".join(words))


class Query:
    """A query, read no further than needed. ValueError when it cannot be."""

    def __init__(self, data):
        if len(data) < 12:
            raise ValueError("short")
        self.id, self.flags, questions, _, _, additional = struct.unpack("!HHHHHH", data[:12])
        if self.flags & 0x8000 or questions != 1:
            raise ValueError("not one question")
        labels, at = [], 12
        while True:
            length = data[at] if at < len(data) else 64
            if length > 63 or at + 1 + length > len(data):
                raise ValueError("bad name")
            at += 1
            if length == 0:
                break
            labels.append(data[at : at + length])
            at += length
        if at + 4 > len(data):
            raise ValueError("no type")
        self.type, self.klass = struct.unpack("!HH", data[at : at + 4])
        self.name = normal(b".".join(labels).decode("latin-1"))
        self.question = data[12 : at + 4]
        self.opt = None
        rest = data[at + 4 :]
        # Only an OPT that comes first is looked for; no client sends anything else in a query.
        if additional and len(rest) >= 11 and rest[:3] == b"\x00\x00\x29":
            self.opt = struct.unpack("!HBBHH", rest[3:11])
            self.options = rest[11 : 11 + self.opt[4]]

    @property
    def size(self):
        return max(512, self.opt[0]) if self.opt else 512

    @property
    def dnssec_ok(self):
        return bool(self.opt and self.opt[3] & 0x8000)

    def option(self, wanted):
        at = 0
        while self.opt and at + 4 <= len(self.options):
            code, length = struct.unpack("!HH", self.options[at : at + 4])
            if code == wanted:
                return self.options[at + 4 : at + 4 + length]
            at += 4 + length
        return None


def record(name, kind, data, ttl=TTL, klass=1):
    return wire_name(name) + struct.pack("!HHIH", kind, klass, ttl, len(data)) + data


def message(query, code=NOERROR, answers=(), authority=(), additional=(), aa=True, ra=False, tc=False, edns=True, options=b"", number=None, question=None):
    flags = 0x8000 | (query.flags & 0x0110) | (code & 15)
    flags |= (0x0400 if aa else 0) | (0x0080 if ra else 0) | (0x0200 if tc else 0)
    extra = list(additional)
    if edns and query.opt:
        extended = (code >> 4) << 24 | (0x8000 if query.dnssec_ok else 0)
        extra.append(b"\x00" + struct.pack("!HHIH", TYPES["OPT"], 1232, extended, len(options)) + options)
    head = struct.pack("!HHHHHH", query.id if number is None else number, flags, 1, len(answers), len(authority), len(extra))
    return head + (query.question if question is None else question) + b"".join(answers) + b"".join(authority) + b"".join(extra)


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, owner):
        self.owner, self.tasks = owner, set()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, peer):
        if len(self.tasks) >= MAX_TASKS:
            return
        task = asyncio.ensure_future(self.answer(data, peer))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def answer(self, data, peer):
        try:
            async with asyncio.timeout(self.owner.max_seconds):
                await self.owner.on_udp(data, peer, self.transport)
        except (TimeoutError, OSError, Ended, ValueError):
            pass


class DnsRole(Role):
    """Listens on UDP and TCP; subclasses give the replies to a query."""

    over_tcp = over_udp = True
    open_streams = 0

    async def listen(self, address, port):
        listening = []
        try:
            if self.over_udp:
                transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: _Udp(self), local_addr=(address, port))
                listening.append(transport)
            self.address, self.port = address, port
            if self.over_tcp:
                listening.append(await asyncio.start_server(self.accepted, address, port, backlog=128))
        except OSError:
            for server in listening:
                server.close()
            raise
        return listening

    async def accepted(self, reader, writer):
        stream = Stream(reader, writer, self.max_bytes)
        if self.open_streams >= self.max_connections:
            stream.reset()
            return
        self.open_streams += 1
        try:
            async with asyncio.timeout(min(self.max_seconds, 60)):
                await self.on_tcp(stream)
        except (Ended, TimeoutError, OSError, ValueError):
            pass
        finally:
            self.open_streams -= 1
            await stream.close()

    async def on_udp(self, data, peer, transport):
        for reply in await self.replies(data, "udp"):
            transport.sendto(reply, peer)

    async def on_tcp(self, stream):
        while True:
            data = await stream.read(int.from_bytes(await stream.read(2), "big"))
            for reply in await self.replies(data, "tcp"):
                await stream.send(len(reply).to_bytes(2, "big") + reply)

    async def replies(self, data, over):
        raise NotImplementedError


@role(
    "dns_zone", "answers from a table of records, as an authoritative or a recursive server",
    records={}, zones=None, recursive=False, delegations={}, compact_denial=False, ent_nxdomain=False, servfail={}, version=None,
    cookies=False, tcp=True, udp=True, axfr=False, max_udp=1232,
)  # fmt: skip
class Zone(DnsRole):
    def prepare(self):
        p = self.p
        self.over_tcp, self.over_udp = bool(p["tcp"]), bool(p["udp"])
        self.records, self.strings = {}, {}
        for name, types in p["records"].items():
            here = self.records.setdefault(normal(name), {})
            for kind, values in types.items():
                number = type_number(kind)
                try:
                    here[number] = [rdata(kind.upper(), value) for value in (values if isinstance(values, list) else [values])]
                except (ValueError, IndexError, KeyError, OSError, struct.error, AttributeError) as error:
                    raise SpecError(f"{name} {kind}: cannot read {values!r}: {error}") from error
                if kind.upper() == "CNAME":
                    self.strings[normal(name)] = normal(values[0] if isinstance(values, list) else values)
        zones = p["zones"] if p["zones"] is not None else [name for name, types in self.records.items() if TYPES["SOA"] in types]
        self.zones = [normal(zone) for zone in zones]
        self.delegations = {normal(zone): servers for zone, servers in p["delegations"].items()}
        self.servfail = {normal(name): {type_number(kind) if kind != "*" else "*" for kind in kinds} for name, kinds in p["servfail"].items()}
        self.existing = set()
        for name in self.records:
            while name:
                self.existing.add(name)
                name = name.partition(".")[2]
        self.secret = os.urandom(8)

    def zone_of(self, name):
        return max((zone for zone in self.zones if zone == "" or name == zone or name.endswith("." + zone)), key=len, default=None)

    def types_at(self, name):
        """The record sets of a name, by wildcard if need be (RFC 4592: the closest encloser decides); None when the name does not exist."""
        if name in self.records:
            return self.records[name]
        if name in self.existing:
            return None if self.p["ent_nxdomain"] else {}
        above = name.partition(".")[2]
        while above and above not in self.existing:
            above = above.partition(".")[2]
        return self.records.get("*." + above if above else "*")

    def delegation_of(self, name):
        return next((zone for zone in self.delegations if name == zone or name.endswith("." + zone)), None)

    def source(self, name, kind):
        types = self.types_at(name)
        return [record(name, kind, data) for data in (types or {}).get(kind, [])]

    def denial(self, query, zone, missing):
        """(code, authority) for a name or type that is not there."""
        authority = self.source(zone, TYPES["SOA"]) if zone is not None else []
        code = NXDOMAIN if missing else NOERROR
        if self.p["compact_denial"]:
            code = NOERROR
            if query.dnssec_ok:
                types = {TYPES["RRSIG"], TYPES["NSEC"]} | ({TYPES["NXNAME"]} if missing else set(self.types_at(query.name) or {}))
                bits = bytearray(32)
                for kind in types:
                    if kind < 256:
                        bits[kind // 8] |= 0x80 >> kind % 8
                bits = bytes(bits).rstrip(b"\x00")
                data = b"\x01\x00" + wire_name(query.name) + b"\x00" + bytes([len(bits)]) + bits
                authority.append(record(query.name, TYPES["NSEC"], data))
        return code, authority

    def answer(self, query, over):
        p, common = self.p, {"ra": bool(self.p["recursive"]), "aa": not self.p["recursive"]}
        if query.opt and query.opt[2] != 0:
            return message(query, BADVERS, **common)
        if query.flags >> 11 & 15:
            return message(query, NOTIMP, **common)
        options = b""
        cookie = query.option(10)
        if p["cookies"] and cookie is not None and len(cookie) >= 8:
            options = struct.pack("!HH", 10, 16) + cookie[:8] + self.secret
        common["options"] = options
        if query.klass == 3:
            if p["version"] and query.name in ("version.bind", "version.server") and query.type == TYPES["TXT"]:
                return message(query, NOERROR, [record(query.name, TYPES["TXT"], rdata("TXT", p["version"]), 0, 3)], **common)
            return message(query, REFUSED, **common)
        failing = self.servfail.get(query.name, self.servfail.get("*", ()))
        if query.type in failing or "*" in failing:
            return message(query, SERVFAIL, **common)
        cut = self.delegation_of(query.name)
        if cut is not None and not (query.type == TYPES["DS"] and query.name == cut):
            authority = [record(cut, TYPES["NS"], wire_name(server)) for server in self.delegations[cut]]
            glue = [each for server in self.delegations[cut] for kind in (TYPES["A"], TYPES["AAAA"]) for each in self.source(normal(server), kind)]
            return message(query, NOERROR, [], authority, glue, **{**common, "aa": False})
        zone = self.zone_of(query.name)
        if zone is None and not p["recursive"]:
            return message(query, REFUSED, **{**common, "aa": False})
        if query.type == TYPES["AXFR"]:
            return self.transfer(query, zone, over, common)
        answers, name = [], query.name
        for _ in range(16):
            types = self.types_at(name)
            if types is None:
                break
            found = [record(name, kind, data) for kind, values in types.items() if query.type in (kind, TYPES["ANY"]) for data in values]
            if found or TYPES["CNAME"] not in types:
                answers += found
                break
            answers += [record(name, TYPES["CNAME"], data) for data in types[TYPES["CNAME"]]]
            name = next((self.strings[key] for key in (name, "*." + name.partition(".")[2]) if key in self.strings), "")
            if not p["recursive"] and self.zone_of(name) is None:
                return message(query, NOERROR, answers, **common)
        if answers and (types is not None or name != query.name):
            code = NXDOMAIN if types is None and not p["compact_denial"] else NOERROR
            return message(query, code, answers, **common)
        code, authority = self.denial(query, zone, types is None)
        return message(query, code, [], authority, **common)

    def transfer(self, query, zone, over, common):
        note_active_question(self, "AXFR")
        if over != "tcp" or not self.p["axfr"] or zone != query.name:
            return message(query, REFUSED, **common)
        start = self.source(zone, TYPES["SOA"])
        inside = [record(name, kind, data) for name, types in self.records.items() if self.zone_of(name) == zone
                  for kind, values in types.items() if (name, kind) != (zone, TYPES["SOA"]) for data in values]  # fmt: skip
        return message(query, NOERROR, start + inside + start, **common)

    def cut_to_size(self, query, reply, over):
        """Over UDP the empty answer with TC in place of one that is too large."""
        if over == "udp" and len(reply) > min(query.size, max(512, int(self.p["max_udp"]))):
            return message(query, NOERROR, tc=True, aa=not self.p["recursive"], ra=bool(self.p["recursive"]))
        return reply

    async def replies(self, data, over):
        query = Query(data)
        return [self.cut_to_size(query, self.answer(query, over), over)]


@role("dns_servfail", "SERVFAIL for some types, answers for the rest", types=["*"])
class ServFail(Zone):
    def prepare(self):
        super().prepare()
        self.types = {"*" if kind == "*" else type_number(kind) for kind in self.p["types"]}

    def answer(self, query, over):
        if "*" in self.types or query.type in self.types:
            return message(query, SERVFAIL, aa=False, ra=bool(self.p["recursive"]))
        return super().answer(query, over)


@role("dns_refused", "REFUSED for everything: a lame delegation")
class Refuse(DnsRole):
    async def replies(self, data, over):
        return [message(Query(data), REFUSED, aa=False)]


@role("dns_refusing_resolver", "RA=1 and REFUSED: looks like an open resolver, is none")
class RefusingResolver(DnsRole):
    async def replies(self, data, over):
        return [message(Query(data), REFUSED, aa=False, ra=True)]


@role("dns_silent", "never answers", tcp=True)
class Silent(DnsRole):
    def prepare(self):
        self.over_tcp = bool(self.p["tcp"])

    async def replies(self, data, over):
        return []


@role("dns_truncate_always", "TC over UDP, and TCP closes")
class TruncateAlways(DnsRole):
    async def replies(self, data, over):
        return [message(Query(data), tc=True)]

    async def on_tcp(self, stream):
        raise Ended


@role("dns_truncate_ok", "TC over UDP, the answer over TCP")
class TruncateOk(Zone):
    async def replies(self, data, over):
        query = Query(data)
        return [message(query, tc=True) if over == "udp" else self.answer(query, over)]


@role("dns_compression_loop", "names whose compression pointers never end", kind="self")
class CompressionLoop(DnsRole):
    def prepare(self):
        self.one_of("kind", "self", "pair", "forward", "long")

    async def replies(self, data, over):
        query = Query(data)
        at = 12 + len(query.question)
        tail = struct.pack("!HHIH", 1, 1, TTL, 4) + b"\x7f\x00\x00\x01"
        pointer = lambda where: struct.pack("!H", 0xC000 | where)  # noqa: E731
        kind = self.p["kind"]
        if kind == "self":
            name = pointer(at)
        elif kind == "pair":
            name = b"\x01a" + pointer(at)
        elif kind == "forward":
            name = pointer(at + 12)
        else:
            # A chain of 200 pointers, each to the one before, in the data of a first record; the second record's name is its end.
            start = at + 12
            links = pointer(12) + b"".join(pointer(start + 2 * number) for number in range(199))
            first = b"\xc0\x0c" + struct.pack("!HHIH", 65280, 1, TTL, len(links)) + links
            return [message(query, answers=[first, pointer(start + 2 * 199) + tail])]
        return [message(query, answers=[name + tail])]


class Forged(Zone):
    async def replies(self, data, over):
        query = Query(data)
        right = self.cut_to_size(query, self.answer(query, over), over)
        return [self.forge(query, right)] + ([right] if self.p["then_right"] else [])


@role("dns_wrong_id", "answers with another id", then_right=False)
class WrongId(Forged):
    def forge(self, query, right):
        return struct.pack("!H", query.id ^ 0x5555) + right[2:]


@role("dns_wrong_question", "answers another question", then_right=False)
class WrongQuestion(Forged):
    def forge(self, query, right):
        question = wire_name("other.lab.test") + struct.pack("!HH", query.type, query.klass)
        return message(query, answers=[record("other.lab.test", 1, b"\x7f\x00\x00\x01")], question=question)


@role("dns_wrong_source", "answers from another address (UDP)", then_right=False, **{"from": "127.0.0.1"})
class WrongSource(Zone):
    async def on_udp(self, data, peer, transport):
        right = (await self.replies(data, "udp"))[0]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                other.bind((self.p["from"], self.port))
            except OSError:
                other.bind((self.p["from"], 0))
            other.sendto(right, peer)
        if self.p["then_right"]:
            transport.sendto(right, peer)


@role("dns_liar", "a resolver that lies: every name has the same addresses", addresses=["127.0.0.1", "10.0.0.1"], only=None, recursive=True)
class Liar(Zone):
    def prepare(self):
        super().prepare()
        self.only = None if self.p["only"] is None else {normal(name) for name in self.p["only"]}
        self.addresses = [ipaddress.ip_address(address) for address in self.p["addresses"]]

    def answer(self, query, over):
        if self.only is not None and query.name not in self.only:
            return super().answer(query, over)
        version = {1: 4, 28: 6}.get(query.type)
        answers = [record(query.name, query.type, address.packed) for address in self.addresses if address.version == version]
        return message(query, answers=answers, aa=False, ra=True)


@role("dns_garbage", "replies that are no DNS messages, or only begin like one", kind="random")
class GarbageDns(DnsRole):
    def prepare(self):
        self.one_of("kind", "random", "short", "counts", "rdlength", "label", "empty", "echo")

    async def replies(self, data, over):
        query = Query(data)
        right = message(query, answers=[record(query.name, 1, b"\x7f\x00\x00\x01")], edns=False)
        kind = self.p["kind"]
        if kind == "random":
            return [right[:2] + os.urandom(200)]
        if kind == "short":
            return [right[:5]]
        if kind == "counts":
            return [right[:4] + b"\xff" * 8 + right[12:]]
        if kind == "rdlength":
            return [right[:-6] + b"\xff\xff" + right[-4:]]
        if kind == "label":
            return [message(query, answers=[b"\x41bad\x00" + struct.pack("!HHIH", 1, 1, TTL, 4) + bytes(4)], edns=False)]
        return [b""] if kind == "empty" else [data]

    async def on_udp(self, data, peer, transport):
        # asyncio sends no empty datagram, so the socket itself does.
        with socket.socket(fileno=os.dup(transport.get_extra_info("socket").fileno())) as own:
            for reply in await self.replies(data, "udp"):
                own.sendto(reply, peer)


@role("dns_slow", "answers after some seconds", seconds=5)
class Slow(Zone):
    async def replies(self, data, over):
        await asyncio.sleep(float(self.p["seconds"]))
        return await super().replies(data, over)


@role("dns_formerr_edns", "FORMERR to any query with OPT")
class FormErrEdns(Zone):
    def answer(self, query, over):
        return message(query, FORMERR, aa=False, edns=False) if query.opt else super().answer(query, over)


@role("dns_drop_edns", "silence to any query with OPT")
class DropEdns(Zone):
    async def replies(self, data, over):
        return [] if Query(data).opt else await super().replies(data, over)


class _Once(asyncio.DatagramProtocol):
    def __init__(self):
        self.reply = asyncio.get_running_loop().create_future()

    def datagram_received(self, data, _):
        if not self.reply.done():
            self.reply.set_result(data)

    def error_received(self, error):
        if not self.reply.done():
            self.reply.set_exception(error)


@role("dns_open_resolver", "RA=1 and an answer for anyone, made up or fetched from `forward`", answer=None, forward=None)
class OpenResolver(DnsRole):
    def prepare(self):
        self.target = None
        if self.p["forward"]:
            host, _, port = self.p["forward"].rpartition(":")
            self.target = (host, int(port))

    async def replies(self, data, over):
        query = Query(data)
        if self.target is None:
            address = self.p["answer"] or "127.0.0.1"
            answers = [record(query.name, 1, socket.inet_aton(address))] if query.type == 1 else []
            return [message(query, answers=answers, aa=False, ra=True)]
        transport, once = await asyncio.get_running_loop().create_datagram_endpoint(_Once, remote_addr=self.target)
        try:
            transport.sendto(data)
            async with asyncio.timeout(3):
                reply = await once.reply
        except (OSError, TimeoutError):
            return [message(query, SERVFAIL, aa=False, ra=True)]
        finally:
            transport.close()
        # The forwarder's answer is not authoritative, and recursion was available.
        flags = (int.from_bytes(reply[2:4], "big") | 0x0080) & ~0x0400
        return [data[:2] + flags.to_bytes(2, "big") + reply[4:]]


@role("dns_denier", "a resolver that denies: everything, or some types, and the rest as from `forward`", types=["*"], code="nxdomain", forward=None)
class Denier(OpenResolver):
    CODES = {"nxdomain": NXDOMAIN, "nodata": NOERROR}

    def prepare(self):
        super().prepare()
        self.one_of("code", *self.CODES)
        self.types = {"*" if kind == "*" else type_number(kind) for kind in self.p["types"]}
        if "*" not in self.types and self.target is None:
            raise SpecError("role dns_denier needs forward unless it denies every type")

    async def replies(self, data, over):
        query = Query(data)
        if "*" in self.types or query.type in self.types:
            return [message(query, self.CODES[self.p["code"]], aa=False, ra=True)]
        return await super().replies(data, over)


@role("dns_huge_txt", "60 kB of TXT over TCP, TC over UDP", records_count=60, octets=1000)
class HugeTxt(DnsRole):
    async def replies(self, data, over):
        query = Query(data)
        if over == "udp":
            return [message(query, tc=True)]
        text = rdata("TXT", "x" * int(self.p["octets"]))
        answers, room = [], 65000
        for number in range(int(self.p["records_count"])):
            each = b"\xc0\x0c" + struct.pack("!HHIH", TYPES["TXT"], 1, TTL, len(text)) + text[:1] + b"%06d" % number + text[7:]
            room -= len(each)
            if room < 0:
                break
            answers.append(each)
        return [message(query, answers=answers if query.type == TYPES["TXT"] else [])]


@role("dns_endless_tcp", "messages without end over TCP, as a zone transfer that never finishes")
class EndlessTcp(DnsRole):
    async def replies(self, data, over):
        return [message(Query(data), tc=True)]

    async def on_tcp(self, stream):
        query = Query(await stream.read(int.from_bytes(await stream.read(2), "big")))
        soa = record(query.name, TYPES["SOA"], rdata("SOA", "ns.lab.test host.lab.test 1 3600 600 1209600 300"))
        reply = message(query, answers=[soa])
        while True:
            await stream.send(len(reply).to_bytes(2, "big") + reply)
            hosts = [record(f"host{number}.{query.name}", 1, b"\x7f\x00\x00\x01") for number in range(500)]
            reply = message(query, answers=hosts)
            await asyncio.sleep(0)
