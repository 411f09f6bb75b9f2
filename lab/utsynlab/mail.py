"""The mail servers: one Postfix from its own folder, an smtpd for each name and address.

Nothing is relayed and nothing is kept: mail for the lab's domains is discarded.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from .ca import Certificate
from .tls import RANGE, TLS10, TLS11, TLS12, TLS13

DAEMONS = Path("/usr/lib/postfix/sbin")
POSTFIX_NAMES = {TLS10: "TLSv1", TLS11: "TLSv1.1", TLS12: "TLSv1.2", TLS13: "TLSv1.3"}


@dataclass(frozen=True)
class MailServer:
    host: str
    address: str
    address6: str | None = None
    certificates: tuple[str, ...] = ()       # none: STARTTLS is not offered
    protocols: tuple[str, ...] = (TLS12, TLS13)
    ciphers: str = "ECDHE+AESGCM:ECDHE+CHACHA20"
    banner: str = "ESMTP"

    def addresses(self) -> list[str]:
        return [self.address] + ([self.address6] if self.address6 else [])


@dataclass(frozen=True)
class MailCase:
    """A mail server of the range, and the domain of the same name that uses it."""

    name: str
    what: str
    shows: dict[str, str]
    certificate: Certificate | None = None
    settings: dict = field(default_factory=dict)

    @property
    def host(self) -> str:
        return f"mx.{self.name}.{RANGE}"

    def server(self, address: str) -> MailServer:
        names = (self.certificate.name,) if self.certificate else ()
        return MailServer(self.host, address, certificates=names, **self.settings)


def mail_case(name: str, what: str, shows: dict[str, str], settings: dict | None = None, **certificate) -> MailCase:
    certificate.setdefault("hosts", (f"mx.{name}.{RANGE}",))
    return MailCase(name, what, shows, Certificate(f"mail-{name}", **certificate), settings or {})


OLD = {"protocols": (TLS10, TLS11, TLS12), "ciphers": "ALL:!aNULL:!eNULL:@SECLEVEL=0"}

MAIL_CASES = (
    mail_case("mail-good", "STARTTLS as it should be", {"email.starttls.offered": "pass", "email.starttls.cert-valid": "pass"}),
    MailCase("mail-no-starttls", "STARTTLS not offered", {"email.starttls.offered": "fail"}),
    mail_case("mail-self-signed", "STARTTLS with a self-signed certificate", {"email.starttls.cert-valid": "warn"}, self_signed=True),
    mail_case("mail-expired", "STARTTLS with an expired certificate", {"email.starttls.cert-valid": "warn"}, starts=timedelta(days=-95), ends=timedelta(days=-5)),
    mail_case("mail-wrong-name", "STARTTLS with another name's certificate", {"email.starttls.cert-valid": "warn"}, hosts=("another." + RANGE,)),
    mail_case("mail-tls10", "TLS 1.0 to 1.2, old suites", {"email.starttls.tls-config": "fail"}, OLD, key="rsa2048", shared_key="range-rsa2048"),
    mail_case("mail-null", "suites without encryption", {"email.starttls.tls-config": "fail"},
              {"protocols": (TLS12,), "ciphers": "eNULL:ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0"}, key="rsa2048", shared_key="range-rsa2048"),
    mail_case("mail-banner", "tells product and version", {"email.smtp.banner": "info"}, {"banner": "ESMTP Postfix 3.7.11 (Debian/GNU)"}),
    mail_case("dane-mail-good", "TLSA matches, and the next key's too", {"email.dane.exists": "pass", "email.dane.valid": "pass", "email.dane.rollover": "info"}),
    mail_case("dane-mail-self-signed", "a self-signed certificate that TLSA vouches for", {"email.dane.valid": "pass", "email.starttls.cert-valid": "pass"}, self_signed=True),
    mail_case("dane-mail-wrong", "TLSA does not match", {"email.dane.valid": "fail"}),
    mail_case("dane-mail-unusable", "TLSA with a usage that mail does not know", {"email.dane.valid": "fail"}),
    mail_case("sts-good", "MTA-STS enforced", {"email.mtasts.record": "pass", "email.mtasts.policy": "pass", "email.mtasts.mode": "pass", "email.mtasts.mx-match": "pass"}),
    mail_case("sts-testing", "MTA-STS on trial", {"email.mtasts.mode": "warn"}),
    mail_case("sts-short", "MTA-STS for an hour", {"email.mtasts.mode": "fail"}),
    mail_case("sts-mismatch", "MTA-STS that does not know its own server", {"email.mtasts.mx-match": "fail"}),
    mail_case("sts-no-policy", "an MTA-STS record and no policy behind it", {"email.mtasts.policy": "fail"}),
    mail_case("sts-html", "a web page where the policy should be", {"email.mtasts.policy": "fail"}),
    mail_case("sts-two-records", "two MTA-STS records", {"email.mtasts.record": "fail"}),
    mail_case("sts-bad-certificate", "the policy's server has another name's certificate", {"email.mtasts.policy": "fail"}),
)


def not_offered(protocols: tuple[str, ...]) -> str:
    return ", ".join("!" + shown for protocol, shown in {"SSLv2": "SSLv2", "SSLv3": "SSLv3", **POSTFIX_NAMES}.items()
                     if protocol not in protocols)


def service_lines(server: MailServer, folder: Path) -> list[str]:
    """The smtpd lines of master.cf; in an option a blank must be inside braces."""
    options = [f"myhostname={server.host}", f"smtpd_banner=$myhostname {server.banner}"]
    if server.certificates:
        files = ", ".join(f"{folder}/postfix/tls/{name}.pem" for name in server.certificates)
        options += ["smtpd_tls_security_level=may", f"smtpd_tls_chain_files={files}",
                    f"smtpd_tls_protocols={not_offered(server.protocols)}",
                    "smtpd_tls_ciphers=medium", f"tls_medium_cipherlist={server.ciphers}"]
    else:
        options.append("smtpd_tls_security_level=none")
    shown = " ".join("-o { " + option.replace("=", " = ", 1) + " }" for option in options)
    lines = []
    for address in server.addresses():
        place = f"[{address}]:25" if ":" in address else f"{address}:25"
        lines.append(f"{place} inet n - n - 50 smtpd {shown}")
    return lines


def chain_file(folder: Path, name: str) -> bytes:
    return (folder / "certificates" / f"{name}.key").read_bytes() + (folder / "certificates" / f"{name}.pem").read_bytes()


def write_configuration(servers: list[MailServer], folder: Path, domains: list[str]) -> None:
    home = folder / "postfix"
    queue, data, tls = home / "queue", home / "data", home / "tls"
    for path in (home, queue, data, tls):
        path.mkdir(parents=True, exist_ok=True)
    tls.chmod(0o700)
    shutil.chown(data, "postfix", "postfix")
    data.chmod(0o700)
    owners = {"public": ("postfix", "postdrop", 0o710), "maildrop": ("postfix", "postdrop", 0o730),
              "pid": ("root", "root", 0o755)}
    for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private",
                 "saved", "trace", "public", "maildrop", "pid"):
        user, group, mode = owners.get(name, ("postfix", "root", 0o700))
        (queue / name).mkdir(exist_ok=True)
        shutil.chown(queue / name, user, group)
        (queue / name).chmod(mode)
    for name in {name for server in servers for name in server.certificates}:
        descriptor = os.open(tls / f"{name}.pem", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(chain_file(folder, name))
    protocols = "all" if any(server.address6 for server in servers) else "ipv4"
    (home / "main.cf").write_text(f"""\
# Written by the lab.
compatibility_level = 3.6
queue_directory = {queue}
data_directory = {data}
command_directory = /usr/sbin
daemon_directory = {DAEMONS}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {home}/log
maillog_file_prefixes = {folder}
import_environment = MAIL_CONFIG TZ LANG=C OPENSSL_CONF={folder}/openssl.cnf
myhostname = mail.{RANGE}
mydestination = {', '.join(domains)}
inet_protocols = {protocols}
inet_interfaces = loopback-only
mynetworks =
mynetworks_style = host
alias_maps =
alias_database =
local_recipient_maps =
local_transport = discard:
relayhost =
default_transport = error:the lab sends no mail
smtpd_relay_restrictions = reject_unauth_destination
smtpd_peername_lookup = no
smtpd_client_event_limit_exceptions = 127.0.0.0/8, [fd75:7473::]/32
disable_vrfy_command = yes
smtputf8_enable = no
tls_preempt_cipherlist = yes
smtpd_tls_eecdh_grade = auto
smtpd_tls_dh1024_param_file = {folder}/nginx/ffdhe2048.pem
smtpd_tls_session_cache_database =
smtpd_timeout = 60s
""", encoding="utf-8")
    services = [line for server in servers for line in service_lines(server, folder)]
    (home / "master.cf").write_text("# Written by the lab.\n" + "\n".join(services) + """
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
tlsmgr    unix  -       -       n       1000?   1       tlsmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
proxymap  unix  -       -       n       -       -       proxymap
error     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
anvil     unix  -       -       n       -       1       anvil
postlog   unix-dgram n  -       n       -       1       postlogd
""", encoding="utf-8")
