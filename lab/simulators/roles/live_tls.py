"""A real TLS 1.2 session that grants a chosen number of client renegotiations (RFC 5746).

Python's ssl refuses every renegotiation and `openssl s_server` grants any number, so this calls libssl itself, which Python has loaded
anyway, over memory buffers. The session talks a little HTTP, as a client may look at it after a renegotiation.
"""
import ctypes
import ctypes.util
import os
import shutil

from . import certificates, tls
from .core import Ended, SpecError, role

OP_ALLOW_CLIENT_RENEGOTIATION = 1 << 8
OP_NO_TLSV1_3 = 1 << 29
OP_NO_RENEGOTIATION = 1 << 30
ERROR_WANT_READ = 2
FILETYPE_PEM = 1
MAX_UNLIMITED = 1000

PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\nok\n"


def load():
    try:
        crypto = ctypes.CDLL(ctypes.util.find_library("crypto") or "libcrypto.so.3")
        library = ctypes.CDLL(ctypes.util.find_library("ssl") or "libssl.so.3")
        pointer, number, text = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p
        for owner, name, result, arguments in (
            (library, "TLS_server_method", pointer, []),
            (library, "SSL_CTX_new", pointer, [pointer]),
            (library, "SSL_CTX_set_options", ctypes.c_uint64, [pointer, ctypes.c_uint64]),
            (library, "SSL_CTX_set_cipher_list", number, [pointer, text]),
            (library, "SSL_CTX_use_certificate_chain_file", number, [pointer, text]),
            (library, "SSL_CTX_use_PrivateKey_file", number, [pointer, text, number]),
            (library, "SSL_new", pointer, [pointer]),
            (library, "SSL_free", None, [pointer]),
            (library, "SSL_set_bio", None, [pointer, pointer, pointer]),
            (library, "SSL_set_accept_state", None, [pointer]),
            (library, "SSL_set_options", ctypes.c_uint64, [pointer, ctypes.c_uint64]),
            (library, "SSL_read", number, [pointer, pointer, number]),
            (library, "SSL_write", number, [pointer, pointer, number]),
            (library, "SSL_get_error", number, [pointer, number]),
            (library, "SSL_in_init", number, [pointer]),
            (crypto, "BIO_s_mem", pointer, []),
            (crypto, "BIO_new", pointer, [pointer]),
            (crypto, "BIO_read", number, [pointer, pointer, number]),
            (crypto, "BIO_write", number, [pointer, pointer, number]),
            (crypto, "ERR_clear_error", None, []),
        ):
            function = getattr(owner, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise SpecError(f"role reneg needs libssl 3 (Debian package libssl3): {error}") from error
    return library, crypto


@role(
    "reneg", "a real TLS 1.2 session that grants `limit` client renegotiations",
    limit=0, after="alert", cert_pem=None, key_pem=None, starttls=None, hostname="mail.lab.test",
)  # fmt: skip
class Renegotiation(tls.HelloRole):
    def prepare(self):
        super().prepare()
        self.one_of("after", "alert", "close", "silent")
        self.limit = MAX_UNLIMITED if self.p["limit"] == "unlimited" else int(self.p["limit"])
        self.library, self.crypto = load()
        certificate, key, folder = self.p["cert_pem"], self.p["key_pem"], None
        if not certificate:
            folder, certificate, key = certificates.self_signed_files()
        self.context = self.library.SSL_CTX_new(self.library.TLS_server_method())
        self.library.SSL_CTX_set_cipher_list(self.context, b"DEFAULT:@SECLEVEL=0")
        self.library.SSL_CTX_set_options(self.context, OP_NO_TLSV1_3 | OP_ALLOW_CLIENT_RENEGOTIATION)
        loaded = self.library.SSL_CTX_use_certificate_chain_file(self.context, os.fsencode(certificate)) == 1
        loaded = loaded and self.library.SSL_CTX_use_PrivateKey_file(self.context, os.fsencode(key or certificate), FILETYPE_PEM) == 1
        self.crypto.ERR_clear_error()
        if folder:
            shutil.rmtree(folder)
        if not loaded:
            raise SpecError(f"cannot use certificate {certificate} with key {key}")

    async def speak(self, stream):
        session = self.library.SSL_new(self.context)
        try:
            await self.session(stream, session)
        finally:
            self.library.SSL_free(session)

    async def session(self, stream, session):
        library, crypto = self.library, self.crypto
        incoming, outgoing = (crypto.BIO_new(crypto.BIO_s_mem()) for _ in range(2))
        library.SSL_set_bio(session, incoming, outgoing)
        library.SSL_set_accept_state(session)
        room = ctypes.create_string_buffer(16384)
        request = b""
        established = False  # the first handshake is over
        running = True  # a handshake is under way
        granted = 0
        while True:
            crypto.ERR_clear_error()
            count = library.SSL_read(session, room, len(room))
            error = library.SSL_get_error(session, count) if count <= 0 else 0
            before, running = running, bool(library.SSL_in_init(session))
            if established and running and not before:
                granted += 1  # libssl has taken a ClientHello; its answer is still with us
            established = established or not running
            if established and granted >= self.limit and self.p["after"] == "alert":
                # libssl now answers the next ClientHello with no_renegotiation and goes on.
                library.SSL_set_options(session, OP_NO_RENEGOTIATION)
            if granted > self.limit:
                if self.p["after"] == "silent":
                    await stream.until_end()
                raise Ended
            if count > 0:
                request += room.raw[:count]
                if b"\r\n\r\n" in request:
                    request = b""
                    library.SSL_write(session, PAGE, len(PAGE))
                if len(request) > 65536:
                    raise Ended
            while (ready := crypto.BIO_read(outgoing, room, len(room))) > 0:
                await stream.send(room.raw[:ready])
            if count > 0:
                continue
            if error != ERROR_WANT_READ:
                raise Ended
            data = await stream.read_some()
            crypto.BIO_write(incoming, data, len(data))
