"""Mail servers (RFC 5321, 3207, 9051, 1939) and an FTP greeting (RFC 4217), polite and otherwise. None of them keeps a message."""
import asyncio
import shutil

from . import certificates, core
from .core import Ended, TcpRole, role

CERTIFICATE = {"cert_pem": None, "key_pem": None, "hostname": "mail.lab.test"}


def reply(code, lines):
    """An SMTP reply of one or more lines."""
    return b"".join(b"%d%s%s\r\n" % (code, b" " if number == len(lines) - 1 else b"-", line.encode()) for number, line in enumerate(lines))


class TextServer(TcpRole):
    """A line protocol that may become TLS."""

    defaults = {**TcpRole.defaults, **CERTIFICATE}

    def __init__(self, parameters):
        super().__init__(parameters)
        self.context = core.optional_context(self.p)

    def must_have_certificate(self, what):
        if self.p[what] and not self.p["cert_pem"]:
            raise core.SpecError(f"{what} of role {self.name} needs cert_pem and key_pem")


@role(
    "smtp_good", "a proper mail server; STARTTLS when it has a certificate",
    banner=None, ehlo=[], relay=False, local=[], vrfy="252", inject=False, auth=False,
)  # fmt: skip
class Smtp(TextServer):
    offers_starttls = True

    # Points where a role may do something else.

    async def before_line(self):
        pass

    async def greet(self, stream):
        await self.say(stream, 220, self.p["banner"] or f"{self.p['hostname']} ESMTP")

    def keywords(self, secure):
        words = ["PIPELINING", "SIZE 10485760", "8BITMIME", *self.p["ehlo"]]
        if self.context is not None and self.offers_starttls and not secure:
            words.append("STARTTLS")
        if self.p["auth"] and secure:
            words.append("AUTH PLAIN LOGIN")
        return words

    async def on_ehlo(self, stream, secure):
        await self.say(stream, 250, f"{self.p['hostname']} greets you", *self.keywords(secure))

    async def on_starttls(self, stream, secure):
        """True when the session is TLS afterwards."""
        if self.context is None or not self.offers_starttls or secure:
            await self.say(stream, 502, "5.5.1 Command not implemented")
            return False
        await self.say(stream, 220, "2.0.0 Ready to start TLS")
        await stream.start_tls(self.context, keep_clear_text=self.p["inject"])
        return True

    async def on_rcpt(self, stream, recipient):
        domain = recipient.rpartition("@")[2].rstrip(">").lower()
        if self.p["relay"] or domain in self.p["local"]:
            await self.say(stream, 250, "2.1.5 Ok")
        else:
            await self.say(stream, 554, "5.7.1 Relay access denied")

    async def on_vrfy(self, stream, name):
        if self.p["vrfy"] == "leak":
            await self.say(stream, *((250, f"<postmaster@{self.p['hostname']}>") if "postmaster" in name.lower() else (550, "5.1.1 User unknown")))
        else:
            await self.say(stream, 252, "2.0.0 Cannot verify, will try")

    async def say(self, stream, code, *lines):
        await self.before_line()
        await stream.send(reply(code, lines))

    async def converse(self, stream):
        await self.greet(stream)
        secure = False
        for _ in range(1000):
            line = (await stream.read_line(4096)).decode("latin-1")
            word = line.split(" ", 1)[0].upper()
            if word == "EHLO":
                await self.on_ehlo(stream, secure)
            elif word == "HELO":
                await self.say(stream, 250, self.p["hostname"])
            elif word == "STARTTLS":
                secure = await self.on_starttls(stream, secure) or secure
            elif word == "RCPT":
                core.note_active_question(self, "RCPT")
                await self.on_rcpt(stream, line.partition(":")[2].strip())
            elif word in ("MAIL", "RSET", "NOOP"):
                await self.say(stream, 250, "2.0.0 Ok")
            elif word == "VRFY":
                core.note_active_question(self, "VRFY")
                await self.on_vrfy(stream, line[4:])
            elif word == "DATA":
                await self.say(stream, 554, "5.5.1 No message is taken here")
            elif word == "AUTH":
                await self.say(stream, 535, "5.7.8 Authentication failed")
            elif word == "QUIT":
                await self.say(stream, 221, "2.0.0 Bye")
                return
            else:
                await self.say(stream, 502, "5.5.2 Command not recognized")


@role("smtp_no_starttls", "a mail server without STARTTLS")
class SmtpNoStarttls(Smtp):
    offers_starttls = False


class Refusing(Smtp):
    """Refuses with one code, at one point."""

    code, text, points = 421, "", ()

    def prepare(self):
        self.one_of("when", *self.points)
        self.seen = 0

    async def refuse(self, stream):
        await self.say(stream, self.code, self.text)
        raise Ended

    async def greet(self, stream):
        self.seen += 1
        if self.p["when"] == "connect" and self.seen > int(self.p.get("after", 0)):
            await self.refuse(stream)
        await super().greet(stream)

    async def on_ehlo(self, stream, secure):
        if self.p["when"] == "ehlo" and self.seen > int(self.p.get("after", 0)):
            await self.refuse(stream)
        await super().on_ehlo(stream, secure)

    async def on_starttls(self, stream, secure):
        if self.p["when"] == "starttls" and self.seen > int(self.p.get("after", 0)):
            await self.refuse(stream)
        return await super().on_starttls(stream, secure)

    def keywords(self, secure):
        words = super().keywords(secure)
        if self.p["when"] == "starttls" and not secure and "STARTTLS" not in words:
            words.append("STARTTLS")
        return words


@role("smtp_421", "421: too many connections, at the greeting, EHLO or STARTTLS", when="connect", after=0)
class Smtp421(Refusing):
    code, text, points = 421, "4.7.0 mail.lab.test Too many connections, try again later", ("connect", "ehlo", "starttls")


@role("smtp_450_greylist", "450: greylisting, at RCPT, the greeting or EHLO", when="rcpt")
class SmtpGreylist(Refusing):
    code, text, points = 450, "4.2.0 Greylisted, please try again in 300 seconds", ("rcpt", "connect", "ehlo")

    async def on_rcpt(self, stream, recipient):
        if self.p["when"] == "rcpt":
            await self.say(stream, self.code, self.text)
        else:
            await super().on_rcpt(stream, recipient)


@role("smtp_554", "554: this server does not talk to you", when="connect")
class Smtp554(Refusing):
    code, text, points = 554, "5.7.1 Your address is not welcome here", ("connect", "ehlo")


@role("smtp_starttls_refused", "offers STARTTLS, then says 454", code=454)
class SmtpStarttlsRefused(Smtp):
    def keywords(self, secure):
        return [word for word in super().keywords(secure) if word != "STARTTLS"] + ["STARTTLS"]

    async def on_starttls(self, stream, secure):
        await self.say(stream, int(self.p["code"]), "4.7.0 TLS not available due to temporary reason")
        return False


@role("smtp_tarpit", "waits before each line", seconds=20)
class SmtpTarpit(Smtp):
    async def before_line(self):
        await asyncio.sleep(float(self.p["seconds"]))


@role("smtp_auth_plain", "offers AUTH before TLS", mechanisms=["PLAIN", "LOGIN"])
class SmtpAuthPlain(Smtp):
    def keywords(self, secure):
        return super().keywords(secure) + ["AUTH " + " ".join(self.p["mechanisms"]), "AUTH=" + " ".join(self.p["mechanisms"])]


@role("smtp_multiline", "greets and answers with many lines", lines=20)
class SmtpMultiline(Smtp):
    async def greet(self, stream):
        count = int(self.p["lines"])
        await self.say(stream, 220, *[f"{self.p['hostname']} ESMTP rule {number} of {count}" for number in range(1, count + 1)])

    def keywords(self, secure):
        return [f"X-LAB-{number}" for number in range(int(self.p["lines"]))] + super().keywords(secure)


@role("smtp_endless_lines", "a greeting or EHLO answer without end", where="banner", one_line=False)
class SmtpEndlessLines(Smtp):
    def prepare(self):
        self.one_of("where", "banner", "ehlo")

    async def endless(self, stream, code):
        if self.p["one_line"]:
            await stream.send(b"%d-" % code)
        while True:
            await stream.send(b"x" * 1000 if self.p["one_line"] else b"%d-and another thing\r\n" % code * 40)
            await asyncio.sleep(0)

    async def greet(self, stream):
        if self.p["where"] == "banner":
            await self.endless(stream, 220)
        await super().greet(stream)

    async def on_ehlo(self, stream, secure):
        await self.endless(stream, 250)


@role("smtp_silent", "accepts and never greets")
class SmtpSilent(Smtp):
    async def greet(self, stream):
        await stream.until_end()


@role("smtp_text_after_starttls", "says 220 to STARTTLS, then clear text where TLS should be", text="500 5.5.1 command unrecognized")
class SmtpTextAfterStarttls(Smtp):
    def keywords(self, secure):
        return [word for word in super().keywords(secure) if word != "STARTTLS"] + ["STARTTLS"]

    async def on_starttls(self, stream, secure):
        await self.say(stream, 220, "2.0.0 Ready to start TLS")
        await stream.read_some()
        await stream.send(self.p["text"].encode() + b"\r\n")
        raise Ended


@role("smtp_bad_cert", "STARTTLS with a certificate that nobody should trust (self-signed unless one is given)")
class SmtpBadCertificate(Smtp):
    def __init__(self, parameters):
        super().__init__(parameters)
        if self.context is None:
            folder, certificate, key = certificates.self_signed_files("wrong-name.lab.test")
            try:
                self.context = core.server_context(certificate, key)
            finally:
                shutil.rmtree(folder)


@role("smtp_helo_only", "an old server that knows HELO only")
class SmtpHeloOnly(Smtp):
    async def on_ehlo(self, stream, secure):
        await self.say(stream, 502, "5.5.2 Command not implemented")


@role("imap_plain", "IMAP in clear text, with STARTTLS and LOGINDISABLED as asked", starttls=False, logindisabled=False, implicit=False, auth=["PLAIN"])
class Imap(TextServer):
    def prepare(self):
        self.must_have_certificate("starttls")
        self.must_have_certificate("implicit")

    def capability(self, secure):
        words = ["IMAP4rev1"]
        if self.p["starttls"] and not secure:
            words.append("STARTTLS")
        if self.p["logindisabled"] and not secure:
            words.append("LOGINDISABLED")
        else:
            words += [f"AUTH={name}" for name in self.p["auth"]]
        return " ".join(words).encode()

    async def converse(self, stream):
        secure = bool(self.p["implicit"])
        if secure:
            await stream.start_tls(self.context)
        await stream.send(b"* OK [CAPABILITY %s] %s ready\r\n" % (self.capability(secure), self.p["hostname"].encode()))
        for _ in range(1000):
            tag, _, word = (await stream.read_line(4096)).partition(b" ")
            word = word.upper().split(b" ")[0]
            if word == b"CAPABILITY":
                await stream.send(b"* CAPABILITY %s\r\n%s OK done\r\n" % (self.capability(secure), tag))
            elif word == b"STARTTLS" and self.p["starttls"] and not secure:
                await stream.send(tag + b" OK Begin TLS negotiation now\r\n")
                await stream.start_tls(self.context)
                secure = True
            elif word == b"NOOP":
                await stream.send(tag + b" OK done\r\n")
            elif word == b"LOGOUT":
                await stream.send(b"* BYE\r\n%s OK done\r\n" % tag)
                return
            else:
                await stream.send(tag + (b" NO [AUTHENTICATIONFAILED] no\r\n" if word in (b"LOGIN", b"AUTHENTICATE") else b" BAD unknown command\r\n"))


@role("pop3_plain", "POP3 in clear text, with STLS as asked", stls=False, user=True, sasl=["PLAIN"], implicit=False)
class Pop3(TextServer):
    def prepare(self):
        self.must_have_certificate("stls")
        self.must_have_certificate("implicit")

    async def converse(self, stream):
        secure = bool(self.p["implicit"])
        if secure:
            await stream.start_tls(self.context)
        await stream.send(f"+OK {self.p['hostname']} ready\r\n".encode())
        for _ in range(1000):
            word = (await stream.read_line(4096)).upper().split(b" ")[0]
            if word == b"CAPA":
                lines = ["TOP", "UIDL"] + (["USER"] if self.p["user"] else []) + (["SASL " + " ".join(self.p["sasl"])] if self.p["sasl"] else [])
                if self.p["stls"] and not secure:
                    lines.append("STLS")
                await stream.send(b"+OK\r\n" + "".join(line + "\r\n" for line in lines).encode() + b".\r\n")
            elif word == b"STLS" and self.p["stls"] and not secure:
                await stream.send(b"+OK Begin TLS negotiation\r\n")
                await stream.start_tls(self.context)
                secure = True
            elif word == b"QUIT":
                await stream.send(b"+OK\r\n")
                return
            elif word == b"USER" and self.p["user"]:
                await stream.send(b"+OK\r\n")
            else:
                await stream.send(b"-ERR no\r\n")


@role("ftp_plain", "FTP in clear text, with AUTH TLS as asked", auth_tls=False, implicit=False)
class Ftp(TextServer):
    def prepare(self):
        self.must_have_certificate("auth_tls")
        self.must_have_certificate("implicit")

    async def converse(self, stream):
        secure = bool(self.p["implicit"])
        if secure:
            await stream.start_tls(self.context)
        await stream.send(f"220 {self.p['hostname']} FTP server ready\r\n".encode())
        for _ in range(1000):
            line = (await stream.read_line(4096)).upper()
            if line.startswith(b"FEAT"):
                extra = b" AUTH TLS\r\n PBSZ\r\n PROT\r\n" if self.p["auth_tls"] and not secure else b""
                await stream.send(b"211-Features:\r\n" + extra + b" UTF8\r\n211 End\r\n")
            elif line.startswith(b"AUTH") and self.p["auth_tls"] and not secure:
                await stream.send(b"234 AUTH TLS successful\r\n")
                await stream.start_tls(self.context)
                secure = True
            elif line.startswith(b"AUTH"):
                await stream.send(b"504 AUTH: security mechanism not supported\r\n")
            elif line.startswith(b"USER"):
                await stream.send(b"331 Password required\r\n")
            elif line.startswith(b"PASS"):
                await stream.send(b"530 Login incorrect\r\n")
            elif line.startswith(b"QUIT"):
                await stream.send(b"221 Goodbye\r\n")
                return
            else:
                await stream.send(b"500 Command not understood\r\n")
