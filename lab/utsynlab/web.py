"""The web servers: one nginx, a server block for each name and address."""

from __future__ import annotations

import grp
import pwd
from dataclasses import dataclass, field
from pathlib import Path

from . import primes
from .tls import SUITES_13, TLS10, TLS11, TLS12, TLS13, Tls

PROTOCOL_NAMES = {TLS10: "TLSv1", TLS11: "TLSv1.1", TLS12: "TLSv1.2", TLS13: "TLSv1.3"}
STATUS_ADDRESS = "127.53.0.80"          # says which configuration is running


@dataclass(frozen=True)
class Page:
    body: str
    content_type: str = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Site:
    """Names that one address answers for, over https and http."""

    hosts: tuple[str, ...]
    address: str
    address6: str | None = None
    tls: Tls | None = None
    headers: tuple[tuple[str, str], ...] = ()
    pages: dict[str, Page] = field(default_factory=dict)
    https: tuple[str, ...] = ()              # further lines of the https server
    http: str = "redirect"                   # redirect, same, own, none
    http_lines: tuple[str, ...] = ()         # further lines of the http server
    http_headers: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        return self.hosts[0]

    def addresses(self) -> list[str]:
        return [self.address] + ([self.address6] if self.address6 else [])

    def ports(self) -> list[int]:
        return ([443] if self.tls else []) + ([80] if self.http != "none" else [])


def quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def listen(address: str, port: int, extra: str = "") -> str:
    shown = f"[{address}]" if ":" in address else address
    return f"listen {shown}:{port}{extra};"


def tls_lines(tls: Tls, folder: Path) -> list[str]:
    lines = []
    for name in tls.certificates:
        lines += [f"ssl_certificate {folder}/certificates/{name}.pem;",
                  f"ssl_certificate_key {folder}/certificates/{name}.key;"]
    lines += [f"ssl_protocols {' '.join(PROTOCOL_NAMES[protocol] for protocol in tls.protocols)};",
              f"ssl_ciphers {quoted(tls.ciphers)};",
              f"ssl_prefer_server_ciphers {'on' if tls.prefer_server else 'off'};",
              f"ssl_session_timeout {tls.session_timeout};"]
    if tls.suites13 != SUITES_13:
        lines.append(f"ssl_conf_command Ciphersuites {':'.join(tls.suites13)};")
    if tls.chacha_first:
        lines.append("ssl_conf_command Options PrioritizeChaCha;")
    if tls.groups:
        lines.append(f"ssl_ecdh_curve {tls.groups};")
    if tls.dh:
        lines.append(f"ssl_dhparam {folder}/nginx/{tls.dh}.pem;")
    if tls.signatures:
        lines.append(f"ssl_conf_command SignatureAlgorithms {tls.signatures};")
    if tls.client_certificate:
        lines += [f"ssl_verify_client {tls.client_certificate};",
                  f"ssl_client_certificate {folder}/certificates/root.pem;"]
    if tls.early_data:
        lines.append("ssl_early_data on;")
    if tls.staple:
        lines += ["ssl_stapling on;", f"ssl_stapling_file {folder}/certificates/{tls.certificates[0]}.ocsp;"]
    return lines


def page_lines(site: Site, folder: Path) -> list[str]:
    lines = [f"root {folder}/www/{site.name};"]
    for path, page in site.pages.items():
        kind, _, charset = page.content_type.partition("; charset=")
        set_type = f"types {{ }} default_type {quoted(kind)}; charset {charset or 'off'};"
        target = f"try_files {page_file(path)} =404;"
        lines.append(f"location = {path} {{ {set_type} {target} }}")
    return lines


def page_file(path: str) -> str:
    return path + "index.html" if path.endswith("/") else path


def header_lines(headers: tuple[tuple[str, str], ...]) -> list[str]:
    return [f"add_header {name} {quoted(value)} always;" for name, value in headers]


def server_blocks(site: Site, folder: Path) -> list[str]:
    blocks = []
    names = f"server_name {' '.join(site.hosts)};"
    if site.tls:
        http2 = " http2" if site.tls.http2 else ""
        listens = [listen(address, 443, " ssl" + http2) for address in site.addresses()]
        if site.tls.reject_unknown_names:
            refusing = [listen(address, 443, " ssl default_server") for address in site.addresses()]
            blocks.append([*refusing, "server_name _;", "ssl_reject_handshake on;", *tls_lines(site.tls, folder)])
        blocks.append([*listens, names, *tls_lines(site.tls, folder), *header_lines(site.headers),
                       *page_lines(site, folder), *site.https])
    if site.http != "none":
        listens = [listen(address, 80) for address in site.addresses()]
        block = [*listens, names, *header_lines(site.http_headers)]
        if site.http == "redirect":
            block += ["return 301 https://$host$request_uri;"]
        elif site.http == "same":
            block += [*header_lines(site.headers), *page_lines(site, folder), *site.https]
        blocks.append([*block, *site.http_lines])
    return ["server {\n  " + "\n  ".join(block) + "\n}" for block in blocks]


def write_pages(site: Site, folder: Path) -> None:
    root = folder / "www" / site.name
    for path, page in site.pages.items():
        file = root / page_file(path).lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page.body, encoding="utf-8", newline="")


def worker_user() -> str:
    for user, group in (("www-data", "www-data"), ("nobody", "nogroup")):
        try:
            pwd.getpwnam(user), grp.getgrnam(group)
            return f"{user} {group}"
        except KeyError:
            continue
    return "root"


def write_configuration(sites: list[Site], folder: Path, generation: int) -> None:
    home = folder / "nginx"
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    for name in {site.tls.dh for site in sites if site.tls and site.tls.dh}:
        file = home / f"{name}.pem"
        if not file.exists():
            file.write_bytes(primes.pem(name))
    for site in sites:
        write_pages(site, folder)
    temporary = "\n".join(f"  {kind}_temp_path {home}/tmp/{kind};" for kind in
                          ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    blocks = "\n".join(block for site in sites for block in server_blocks(site, folder))
    (home / "nginx.conf").write_text(f"""\
# Written by the lab; `lab change` writes it again.
user {worker_user()};
daemon off;
worker_processes 2;
worker_rlimit_nofile 16384;
worker_shutdown_timeout 2s;
pid {home}/nginx.pid;
error_log {home}/error.log notice;
events {{ worker_connections 8192; }}
http {{
{temporary}
  access_log off;
  default_type text/html;
  server_tokens off;
  keepalive_timeout 15s;
  client_header_timeout 20s;
  server_names_hash_bucket_size 128;
  server_names_hash_max_size 4096;
  ssl_session_cache shared:tls:2m;
server {{
  {listen(STATUS_ADDRESS, 80)}
  location = /generation {{ return 200 "{generation}\\n"; }}
}}
{blocks}
}}
""", encoding="utf-8")
