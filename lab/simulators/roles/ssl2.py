"""SSL 2.0 (draft-hickman-netscape-ssl-00): SERVER-HELLO to a CLIENT-HELLO, and servers that answer it with text."""
import os

from . import tls
from .core import SpecError, role

CIPHERS = {
    "SSL_CK_RC4_128_WITH_MD5": "010080",
    "SSL_CK_RC4_128_EXPORT40_WITH_MD5": "020080",
    "SSL_CK_RC2_128_CBC_WITH_MD5": "030080",
    "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5": "040080",
    "SSL_CK_IDEA_128_CBC_WITH_MD5": "050080",
    "SSL_CK_DES_64_CBC_WITH_MD5": "060040",
    "SSL_CK_DES_192_EDE3_CBC_WITH_MD5": "0700c0",
}


def is_client_hello(start):
    """The first five bytes: a two-byte header with the high bit, type 1, version 0002."""
    return start[0] & 0x80 != 0 and start[2:5] == b"\x01\x00\x02"


class Ssl2Role(tls.HelloRole):
    def prepare(self):
        super().prepare()
        given = self.p["tls"]
        if given is not None:
            given = {"cert_pem": self.p["cert_pem"], **given}
        self.modern = tls.TlsHello(given) if given is not None else None

    async def speak(self, stream):
        start = await stream.peek(5)
        if is_client_hello(start):
            length = int.from_bytes(start[:2], "big") & 0x7FFF
            await stream.read(2)
            await self.answer(stream, await stream.read(length))
        elif self.modern is not None:
            await self.modern.speak(stream)
        else:
            await self.other(stream)

    async def answer(self, stream, hello):
        raise NotImplementedError

    async def other(self, stream):
        await stream.send(tls.alert(70))


@role(
    "sslv2", "SSL 2.0 SERVER-HELLO with a certificate; zero=true chooses no cipher (CVE-2015-3197)",
    cert_pem=None, key_pem=None, starttls=None, hostname="mail.lab.test", ciphers=list(CIPHERS), zero=False, tls=None,
)  # fmt: skip
class Ssl2(Ssl2Role):
    def prepare(self):
        super().prepare()
        self.ciphers = []
        for name in self.p["ciphers"]:
            cipher = bytes.fromhex(CIPHERS.get(name, name.removeprefix("0x")))
            if len(cipher) != 3:
                raise SpecError(f"{name!r} is no SSL 2.0 cipher: three bytes are needed")
            self.ciphers.append(cipher)
        self.certificate = (tls.certificates.chain(self.p["cert_pem"]) if self.p["cert_pem"] else tls.certificates.self_signed_chain())[0]

    async def answer(self, stream, hello):
        if len(hello) < 9:
            return
        specs = hello[9 : 9 + int.from_bytes(hello[3:5], "big")]
        offered = [specs[at : at + 3] for at in range(0, len(specs) - 2, 3)]
        # The server lists what both have (section 2.6 of the draft); the client chooses.
        common = b"" if self.p["zero"] else b"".join(cipher for cipher in self.ciphers if cipher in offered)
        connection_id = os.urandom(16)
        body = b"\x04\x00\x01\x00\x02" + tls.u16(len(self.certificate)) + tls.u16(len(common)) + tls.u16(len(connection_id))
        body += self.certificate + common + connection_id
        await stream.send(tls.u16(0x8000 | len(body)) + body)
        await stream.until_end()


@role(
    "ssl_text", "answers an SSL 2.0 hello (and a TLS one, without tls params) with plain text",
    cert_pem=None, key_pem=None, starttls=None, hostname="mail.lab.test", tls=None,
    text="HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
    "<html><body>The plain HTTP request was sent to HTTPS port</body></html>\r\n",
)  # fmt: skip
class SslText(Ssl2Role):
    async def answer(self, stream, hello):
        await stream.send(self.p["text"].encode())

    async def other(self, stream):
        await stream.read_some()
        await stream.send(self.p["text"].encode())
