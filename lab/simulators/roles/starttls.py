"""The clear-text start of SMTP, IMAP, POP3 and FTP, up to the point where TLS may begin (RFC 3207, 2595, 4217)."""


async def smtp(stream, hostname):
    await stream.send(f"220 {hostname} ESMTP\r\n".encode())
    while True:
        word = (await stream.read_line(2048)).upper()
        if word.startswith(b"EHLO"):
            await stream.send(f"250-{hostname}\r\n250-PIPELINING\r\n250 STARTTLS\r\n".encode())
        elif word.startswith(b"HELO"):
            await stream.send(f"250 {hostname}\r\n".encode())
        elif word.startswith(b"STARTTLS"):
            await stream.send(b"220 2.0.0 Ready to start TLS\r\n")
            return True
        elif word.startswith(b"QUIT"):
            await stream.send(b"221 2.0.0 Bye\r\n")
            return False
        else:
            await stream.send(b"530 5.7.0 Must issue a STARTTLS command first\r\n")


async def imap(stream, hostname):
    await stream.send(f"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] {hostname} ready\r\n".encode())
    while True:
        tag, _, word = (await stream.read_line(2048)).partition(b" ")
        word = word.upper()
        if word.startswith(b"STARTTLS"):
            await stream.send(tag + b" OK Begin TLS negotiation now\r\n")
            return True
        if word.startswith(b"CAPABILITY"):
            await stream.send(b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n" + tag + b" OK done\r\n")
        elif word.startswith(b"LOGOUT"):
            await stream.send(b"* BYE\r\n" + tag + b" OK done\r\n")
            return False
        else:
            await stream.send(tag + b" NO STARTTLS first\r\n")


async def pop3(stream, hostname):
    await stream.send(f"+OK {hostname} ready\r\n".encode())
    while True:
        word = (await stream.read_line(2048)).upper()
        if word.startswith(b"STLS"):
            await stream.send(b"+OK Begin TLS negotiation\r\n")
            return True
        if word.startswith(b"CAPA"):
            await stream.send(b"+OK\r\nSTLS\r\n.\r\n")
        elif word.startswith(b"QUIT"):
            await stream.send(b"+OK\r\n")
            return False
        else:
            await stream.send(b"-ERR STLS first\r\n")


async def ftp(stream, hostname):
    await stream.send(f"220 {hostname} FTP server ready\r\n".encode())
    while True:
        word = (await stream.read_line(2048)).upper()
        if word.startswith(b"AUTH TLS") or word.startswith(b"AUTH SSL"):
            await stream.send(b"234 AUTH TLS successful\r\n")
            return True
        if word.startswith(b"FEAT"):
            await stream.send(b"211-Features:\r\n AUTH TLS\r\n PBSZ\r\n PROT\r\n211 End\r\n")
        elif word.startswith(b"QUIT"):
            await stream.send(b"221 Goodbye\r\n")
            return False
        else:
            await stream.send(b"530 Please use AUTH TLS first\r\n")


PREAMBLES = {"smtp": smtp, "imap": imap, "pop3": pop3, "ftp": ftp}
