"""A real mail server that takes what the service sends: a Postfix of its own on a loopback port, with STARTTLS and a
mailbox. Ended by the process id that it wrote."""

from __future__ import annotations

import email
import email.policy
import os
import shutil
import signal
import subprocess
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path

PORT = 2525
DOMAIN = "fjordvik.example"


class Mailbox:
    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="utsyn-mail-"))
        self.folder.chmod(0o755)
        self.inbox = self.folder / "mail"
        self.certificate = self.folder / "certificate.pem"
        self.conf = self.folder / "conf"

    def __enter__(self) -> Mailbox:
        key = self.folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", self.certificate],
                       check=True, capture_output=True)
        self.inbox.mkdir()
        shutil.chown(self.inbox, "nobody", "nogroup")
        queue, data = self.folder / "queue", self.folder / "data"
        self.conf.mkdir()
        queue.mkdir()
        data.mkdir()
        shutil.chown(data, "postfix", "postfix")
        (self.conf / "main.cf").write_text(f"""\
compatibility_level = 3.6
queue_directory = {queue}
data_directory = {data}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {self.folder}/log
maillog_file_prefixes = {self.folder}
myhostname = localhost
mydestination =
inet_protocols = ipv4
inet_interfaces = loopback-only
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = {key}, {self.certificate}
virtual_mailbox_domains = {DOMAIN}
virtual_mailbox_maps = inline:{{ kari@{DOMAIN}=inbox/ }}
virtual_mailbox_base = {self.inbox}
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
alias_maps =
alias_database =
""")
        (self.conf / "master.cf").write_text(f"""\
127.0.0.1:{PORT} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
""")
        ran = subprocess.run(["postfix", "-c", self.conf, "start"], capture_output=True, text=True, timeout=60, check=False)
        if ran.returncode != 0:
            raise AssertionError(f"postfix did not start: {ran.stdout}{ran.stderr}{self.log}")
        return self

    @property
    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text()[-3000:] if path.exists() else ""

    def __exit__(self, *_: object) -> None:
        pid_file = self.folder / "queue" / "pid" / "master.pid"
        pid = int(pid_file.read_text().strip())
        os.kill(pid, signal.SIGTERM)
        for _ in range(100):
            if not Path(f"/proc/{pid}").exists():
                break
            time.sleep(0.1)
        shutil.rmtree(self.folder, ignore_errors=True)

    def messages(self) -> list[EmailMessage]:
        folder = self.inbox / "inbox" / "new"
        if not folder.exists():
            return []
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in sorted(folder.iterdir())]

    def wait(self, count: int, limit_s: float) -> list[EmailMessage]:
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            if len(found := self.messages()) >= count:
                return found
            time.sleep(0.1)
        raise AssertionError(f"{len(self.messages())} messages after {limit_s} s instead of {count}:\n{self.log}")
