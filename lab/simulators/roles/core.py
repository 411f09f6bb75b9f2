"""What every simulator shares: a bounded connection, parameters that are checked, and the register of roles.

A role is a class with a name, one line of summary and its parameters with their defaults. TCP roles write one coroutine, `converse`; the rest
(accepting, deadlines, limits, the end of the connection) is done here, so that no role can forget it.
"""
import asyncio
import socket
import ssl
import struct

MAX_SECONDS = 300
MAX_BYTES = 64 * 1024 * 1024
MAX_CONNECTIONS = 1024
MAX_BUFFER = 4 * 1024 * 1024

ROLES = {}


_active_questions = None  # the file that active questions are noted in


def note_active_questions_in(path):
    global _active_questions
    _active_questions = path


def note_active_question(asked, what):
    """Writes down that a server was asked what no visitor asks, so that a test can see that it was not. A line each, at most 100,000."""
    if _active_questions is None or note_active_question.left == 0:
        return
    note_active_question.left -= 1
    with open(_active_questions, "a", encoding="utf-8") as file:
        file.write(f"{getattr(asked, 'label', '?')} {what}\n")


note_active_question.left = 100_000


class SpecError(Exception):
    """The specification asks for something that does not exist; the text names it."""


class Ended(Exception):
    """The peer is gone or a bound was reached. The connection just ends."""


def role(name, summary, **defaults):
    """Registers a class as a role. Defaults of base classes are inherited."""

    def register(cls):
        inherited = dict(getattr(cls, "defaults", {}))
        inherited.update(defaults)
        known = type(cls.__name__, (cls,), {"name": name, "summary": summary, "defaults": inherited, "__doc__": cls.__doc__})
        ROLES[name] = known
        return known

    return register


def make_role(name, parameters):
    if name not in ROLES:
        raise SpecError(f"there is no role {name!r}; --roles lists them")
    if not isinstance(parameters, dict):
        raise SpecError(f"params of role {name} must be an object")
    return ROLES[name](parameters)


class Stream:
    """A TCP connection with a limit on what is sent and kept. It can become TLS in the middle, with bytes already read.

    TLS is done over memory buffers: bytes that came together with the last clear-text line must be handed on (or kept, which is the
    fault `inject` plays), and that is not possible when the event loop owns the session.
    """

    def __init__(self, reader, writer, max_bytes):
        self._reader = reader
        self._writer = writer
        self._left = max_bytes
        self._buffer = bytearray()
        self._tls = None
        self.was_reset = False
        self.peer = writer.get_extra_info("peername")

    # reading

    async def _raw(self):
        data = await self._reader.read(65536)
        if not data:
            raise Ended
        return data

    async def more(self):
        """Waits for at least one more byte; raises Ended when there is none."""
        if len(self._buffer) > MAX_BUFFER:
            raise Ended
        if self._tls is None:
            self._buffer += await self._raw()
            return
        while True:
            try:
                data = self._tls.read(65536)
                if not data:
                    raise Ended
                self._buffer += data
                return
            except ssl.SSLWantReadError:
                await self._flush_tls()
                self._incoming.write(await self._raw())
            except ssl.SSLError as error:
                await self._flush_tls()
                raise Ended from error

    async def read(self, count):
        while len(self._buffer) < count:
            await self.more()
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    async def read_some(self):
        if not self._buffer:
            await self.more()
        data = bytes(self._buffer)
        self._buffer.clear()
        return data

    async def peek(self, count):
        while len(self._buffer) < count:
            await self.more()
        return bytes(self._buffer[:count])

    async def read_line(self, limit=16384):
        """One line without its end. A longer one ends the connection."""
        while b"\n" not in self._buffer:
            if len(self._buffer) > limit:
                raise Ended
            await self.more()
        end = self._buffer.index(b"\n")
        line = bytes(self._buffer[:end]).rstrip(b"\r")
        del self._buffer[: end + 1]
        return line

    async def until_end(self):
        """Reads and forgets until the peer closes."""
        while True:
            await self.read_some()

    # writing

    async def _write(self, data):
        self._left -= len(data)
        if self._left < 0:
            raise Ended
        self._writer.write(data)
        await self._writer.drain()

    async def _flush_tls(self):
        data = self._outgoing.read()
        if data:
            await self._write(data)

    async def send(self, data):
        if self._tls is None:
            await self._write(data)
            return
        for start in range(0, len(data), 16384):
            self._tls.write(data[start : start + 16384])
            await self._flush_tls()

    async def drip(self, data, bytes_per_second):
        pause = 1 / max(bytes_per_second, 0.01)
        step = 1
        if pause < 0.01:
            step, pause = int(0.01 / pause), 0.01
        for start in range(0, len(data), step):
            await self.send(data[start : start + step])
            await asyncio.sleep(pause)

    # changes

    async def start_tls(self, context, keep_clear_text=False):
        """The server side of a handshake. Clear text already read is dropped, as it must be, or kept, which is a known fault."""
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        left = b""
        if self._buffer[:1] == b"\x16":
            self._incoming.write(bytes(self._buffer))
        elif keep_clear_text:
            left = bytes(self._buffer)
        self._buffer.clear()
        session = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        while True:
            try:
                session.do_handshake()
                break
            except ssl.SSLWantReadError:
                await self._flush_tls()
                self._incoming.write(await self._raw())
            except ssl.SSLError as error:
                await self._flush_tls()
                raise Ended from error
        await self._flush_tls()
        self._tls = session
        self._buffer += left

    def reset(self):
        """Ends the connection by RST."""
        self.was_reset = True
        handle = self._writer.get_extra_info("socket")
        if handle is not None:
            handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def close(self):
        if self.was_reset:
            return
        try:
            if self._tls is not None:
                try:
                    self._tls.unwrap()
                except ssl.SSLError:
                    pass  # We do not wait for the peer's close_notify.
                await self._flush_tls()
        except (Ended, OSError):
            pass
        self._writer.close()


class Role:
    """The parameters of one server, checked. `defaults` names every parameter that exists."""

    defaults = {"max_seconds": MAX_SECONDS, "max_bytes": MAX_BYTES, "max_connections": MAX_CONNECTIONS}

    def __init__(self, parameters):
        for key in parameters:
            if key not in self.defaults:
                raise SpecError(f"role {self.name} has no parameter {key!r}; it has {', '.join(sorted(self.defaults))}")
        self.p = {**self.defaults, **parameters}
        self.max_seconds = min(float(self.p["max_seconds"]), MAX_SECONDS)
        self.max_bytes = min(int(self.p["max_bytes"]), MAX_BYTES)
        self.max_connections = min(int(self.p["max_connections"]), MAX_CONNECTIONS)
        self.prepare()

    def prepare(self):
        """Reads files and computes what stays the same; runs before anything listens."""

    def one_of(self, key, *values):
        if self.p[key] not in values:
            raise SpecError(f"{key} of role {self.name} must be one of {', '.join(map(repr, values))}, not {self.p[key]!r}")
        return self.p[key]

    async def listen(self, address, port):
        """Starts to listen and gives what has to be closed at the end."""
        raise NotImplementedError


class TcpRole(Role):
    def __init__(self, parameters):
        self._open = 0
        super().__init__(parameters)

    async def listen(self, address, port):
        server = await asyncio.start_server(self.accepted, address, port, backlog=512, limit=65536)
        return [server]

    async def accepted(self, reader, writer):
        stream = Stream(reader, writer, self.max_bytes)
        if self._open >= self.max_connections:
            stream.reset()
            return
        self._open += 1
        try:
            async with asyncio.timeout(self.max_seconds):
                await self.converse(stream)
        except (Ended, TimeoutError, OSError):
            pass  # A peer that leaves is no event for a simulator.
        finally:
            self._open -= 1
            await stream.close()

    async def converse(self, stream):
        raise NotImplementedError


def server_context(cert_pem, key_pem):
    """A context that takes any key and certificate: weak and expired ones are what the lab is about."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.load_cert_chain(cert_pem, key_pem)
    except (OSError, ssl.SSLError) as error:
        raise SpecError(f"cannot use certificate {cert_pem} with key {key_pem}: {error}") from error
    return context


def optional_context(parameters):
    """The context of the certificate parameters, or None when there are none."""
    if not parameters["cert_pem"]:
        return None
    return server_context(parameters["cert_pem"], parameters["key_pem"] or parameters["cert_pem"])
